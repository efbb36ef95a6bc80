"""Two models side by side, grades against graded sources, plots, and the check set that ships."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_evaluate import make_annotation, make_gold
from typer.testing import CliRunner

from annotator.cli import evaluate as evaluate_command
from annotator.cli import options
from annotator.cli.main import app
from annotator.errors import InputError
from annotator.evaluation import compare_annotations, evaluate_annotations, load_check_set
from annotator.evaluation.compare import BETTER, UNCLEAR, WORSE, compare_confusions
from annotator.evaluation.graded import GradedSource, measure_spearman, read_graded, score_grades
from annotator.evaluation.metrics import list_reliability, measure_calibration_error
from annotator.evaluation.names import match_names
from annotator.evaluation.plots import write_plots
from annotator.labelled import write_labelled
from annotator.labels import ANONYMOUS, ATTRIBUTED, LABELS, NARRATION, QUOTE
from annotator.records import Article, Attribute, Failure, Grade, Span
from annotator.segment import segment_article

WRONG = [NARRATION] * 4
CONFUSIONS = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 9), min_size=20, max_size=20), min_size=n, max_size=n)
)


def as_confusions(rows):
    return np.asarray(rows).reshape(len(rows), len(LABELS), len(LABELS) + 1)


# --- comparison


def test_the_better_of_two_models_is_told_and_a_tie_is_not():
    gold = [make_gold() for _ in range(8)]
    right, wrong = [make_annotation(item) for item in gold], [make_annotation(item, WRONG) for item in gold]
    comparison = compare_annotations(gold, wrong, right)
    assert comparison.macro_f1.verdict == BETTER
    assert compare_annotations(gold, right, wrong).macro_f1.verdict == WORSE
    tie = compare_annotations(gold, right, right)
    assert {row.verdict for row in tie.rows} == {UNCLEAR}
    assert tie.macro_f1.difference.value == tie.macro_f1.difference.low == tie.macro_f1.difference.high == 0
    assert (comparison.articles, comparison.sentences) == (8, 32)
    json.dumps(comparison.to_dict(), allow_nan=False)
    with pytest.raises(InputError, match="7 annotations for 8"):
        compare_annotations(gold, right[1:], right)


@settings(max_examples=30, deadline=None)
@given(CONFUSIONS)
def test_comparison_is_antisymmetric_and_bounded(rows):
    first = as_confusions(rows)
    second = as_confusions(rows[::-1])[:, ::-1]
    there, back = compare_confusions(first, second), compare_confusions(second, first)
    for one, other in zip(there.rows, back.rows, strict=True):
        if one.difference.value is None:
            assert other.difference.value is None
            continue
        assert one.difference.value == pytest.approx(-other.difference.value)
        assert -1 <= one.difference.low <= one.difference.high <= 1
        assert one.difference.low == pytest.approx(-other.difference.high)
        assert 0 <= one.first.value <= 1


def test_figures_agree_with_those_of_the_report():
    gold = [make_gold(), make_gold()]
    annotations = [make_annotation(gold[0]), make_annotation(gold[1], [QUOTE, ATTRIBUTED, ANONYMOUS, NARRATION])]
    report = evaluate_annotations(gold, annotations)
    row = compare_annotations(gold, annotations, annotations).macro_f1
    assert row.first == report.labels.macro_f1
    label = compare_annotations(gold, annotations, annotations).rows[-1]
    assert label.first == report.labels.labels[LABELS[-1]].f1


# --- grades


def graded(annotation):
    """The sources of the faultless annotation as a coder would grade them: T 9 for her, 2 for the diver."""
    her = GradedSource(("Ines Roca",), (0, 1), "named_person", 9.0, "harbour master", "Port of Tarn")
    diver = GradedSource(("A diver",), (2,), "unnamed_person", 2.0, None, None, "she feared for her job")
    return {"pier": (her, diver)}


def grade(annotation, first, second, **found):
    sources = []
    for source in annotation.sources:
        named = source.name == "Ines Roca"
        score = first if named else second
        band = "high" if score >= 8 else "low"
        sources.append(replace(source, grade=Grade(score, band, ()), **(found.get("her" if named else "diver") or {})))
    return replace(annotation, sources=tuple(sources))


def test_grades_that_agree_and_grades_that_do_not():
    gold = make_gold()
    annotation = make_annotation(gold)
    role = {"role": Attribute("the harbour master", Span(0, 4)), "affiliation": Attribute("Tarn", Span(0, 4))}
    reason = {"reason": Attribute("feared for her job", Span(0, 4))}
    scores = score_grades([gold], [grade(annotation, 9, 2, her=role, diver=reason)], graded(annotation))
    assert scores.sources == 2 and scores.linked.value == 1
    assert scores.spearman.value == scores.band_equal.value == 1
    assert scores.role_found.value == scores.affiliation_found.value == scores.reason_found.value == 1
    worse = score_grades([gold], [grade(annotation, 2, 9)], graded(annotation))
    assert worse.spearman.value == -1 and worse.band_equal.value == 0
    assert worse.role_found.value == worse.affiliation_found.value == worse.reason_found.value == 0
    report = evaluate_annotations([gold], [grade(annotation, 9, 2)], graded(annotation))
    assert report.to_dict()["grades"]["sources"] == 2
    assert evaluate_annotations([gold], [annotation]).grades is None


def test_a_source_that_is_not_linked_counts_as_not_found():
    gold = make_gold()
    annotation = replace(make_annotation(gold), claims=())
    scores = score_grades([gold], [annotation], graded(annotation))
    assert scores.linked.value == scores.role_found.value == 0
    assert scores.spearman.value is None


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=2, max_size=20))
def test_rank_correlation_is_symmetric_bounded_and_blind_to_scale(pairs):
    value = measure_spearman(pairs)
    if math.isnan(value):
        assert len({a for a, _ in pairs}) == 1 or len({b for _, b in pairs}) == 1
        return
    assert -1.000001 <= value <= 1.000001
    assert value == pytest.approx(measure_spearman([(b, a) for a, b in pairs]))
    assert value == pytest.approx(measure_spearman([(3 * a + 1, b**3) for a, b in pairs]))
    assert value == pytest.approx(-measure_spearman([(-a, b) for a, b in pairs]))


def test_rank_correlation_of_a_worked_example():
    # No ties: 1 - 6 * sum of squared rank differences / (n (n^2 - 1)) = 1 - 6 * 6 / 60
    assert measure_spearman([(1, 2), (2, 1), (3, 4), (4, 3), (5, 5)]) == pytest.approx(1 - 6 * 4 / (5 * 24))


def test_graded_sources_are_read_or_refused_with_their_line(tmp_path):
    path = tmp_path / "graded.jsonl"
    row = {
        "id": "a",
        "sources": [{"name": "Ines", "names": ["Ines", "I. Roca"], "sentences": [0], "type": "named_person"}],
    }
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert read_graded(path)["a"][0].names == ("Ines", "I. Roca")
    path.write_text(json.dumps(row) + "\n[]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"graded\.jsonl:2"):
        read_graded(path)


@pytest.mark.parametrize(
    ("gold", "predicted", "same"),
    [
        ("Gert Kimm of the Barge Union", "Gert Kimm", True),
        ("planetary engineer Rosa Lupe of Norlink's Tide Lab", "Rosa Lupe", True),
        ("Leo Sear who is the harbour manager", "Leo Sear", True),
        ("the office of Rosa Lupe of Tarn", "Rosa Lupe", False),
        ("Rosa Lupe Brandt of Norlink", "Rosa Lupe", False),
        ("Lupe of Norlink", "Lupe", False),
    ],
)
def test_a_full_name_before_an_affiliation_is_the_name(gold, predicted, same):
    assert match_names(gold, predicted, person=True) is same


# --- plots and the check set


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_bins_add_up_to_the_calibration_error(rows):
    confidences, right = zip(*rows, strict=True)
    bins = list_reliability(confidences, right, 10)
    assert sum(item.sentences for item in bins) == len(rows)
    gap = sum(item.sentences * abs(item.confidence - item.accuracy) for item in bins) / len(rows)
    assert gap == pytest.approx(measure_calibration_error(confidences, right, 10), abs=1e-9)


def test_plots_hold_their_figures_and_are_the_same_every_time(tmp_path):
    report = evaluate_annotations([make_gold()], [make_annotation(make_gold(), WRONG)])
    first = [path.read_bytes() for path in write_plots(report, tmp_path / "a")]
    assert first == [path.read_bytes() for path in write_plots(report, tmp_path / "b")]
    assert b"mean confidence" in first[0] and b"predicted" in first[1]
    assert len(list((tmp_path / "a").iterdir())) == 2


def test_the_check_set_is_whole_and_of_many_kinds():
    articles = load_check_set()
    rows = [sentence for article in articles for sentence in article.sentences]
    counts = {label: sum(row.label == label for row in rows) for label in LABELS}
    assert len(rows) >= 300 and len({article.meta["beat"] for article in articles}) >= 10
    assert counts[ANONYMOUS] >= 60 and min(counts.values()) >= 60
    for article in articles:
        found = segment_article(Article(article.id, article.text, title=article.meta["title"]))
        assert [item.span for item in found] == [row.span for row in article.sentences]
        for row in article.sentences:
            assert (row.source_type is None) == (row.label == NARRATION)
            if row.source is not None:
                assert row.start <= row.source.start < row.source.end <= row.end
                assert article.text[row.source.start : row.source.end].strip(" .,") != ""


def test_no_article_of_the_check_set_is_an_example():
    from conftest import ROOT

    examples = "\n".join(
        path.read_text(encoding="utf-8", errors="replace") for path in (ROOT / "examples").rglob("*") if path.is_file()
    )
    for article in load_check_set():
        for row in article.sentences:
            words = article.text[row.start : row.end]
            assert len(words) < 40 or words not in examples


def test_command_compares_and_draws(tmp_path, monkeypatch):
    gold = [make_gold() for _ in range(4)]
    write_labelled([replace(item, id=f"p{n}") for n, item in enumerate(gold)], tmp_path / "gold.jsonl")
    for name in ("new", "old"):
        (tmp_path / name).mkdir()

    class Told:
        def __init__(self, labels):
            self.labels = labels

        def annotate_many(self, articles):
            return [replace(make_annotation(make_gold(), self.labels), article=article) for article in articles]

    monkeypatch.setattr(options, "load_annotator", lambda model, *_: Told(WRONG if model.name == "old" else None))
    assert evaluate_command.EPILOG
    arguments = [str(tmp_path / "new"), str(tmp_path / "gold.jsonl"), "--compare", str(tmp_path / "old")]
    result = CliRunner().invoke(app, ["evaluate", *arguments, "--plots", str(tmp_path / "plots"), "-q"])
    assert result.exit_code == 0, result.output
    assert "better" in result.stdout and "worse" not in result.stdout
    assert {path.name for path in (tmp_path / "plots").iterdir()} == {"reliability.svg", "confusion.svg"}


def test_command_reads_gold_of_other_formats(tmp_path, monkeypatch):
    (tmp_path / "model").mkdir()
    (tmp_path / "gold.csv").write_text(
        "text,label\nInes Roca said the pier is shut.,attributed_claim\n", encoding="utf-8"
    )
    seen = []

    class Told:
        def annotate_many(self, articles):
            for article in articles:
                seen.append(article.text)
                yield Failure(article.id, "predict", "told to")

    monkeypatch.setattr(options, "load_annotator", lambda *_: Told())
    result = CliRunner().invoke(app, ["evaluate", str(tmp_path / "model"), str(tmp_path / "gold.csv")])
    assert result.exit_code == 1 and seen == ["Ines Roca said the pier is shut."]
    (tmp_path / "gold.csv").write_text("text,label\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["evaluate", str(tmp_path / "model"), str(tmp_path / "gold.csv")]).exit_code == 2
