"""Reports on hand-made annotations of small gold files; the cases script on the same."""

import json
import runpy
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from fake_annotator import FakeAnnotator
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from annotator.cli import evaluate as evaluate_command
from annotator.cli import options
from annotator.errors import InputError
from annotator.evaluation import evaluate_annotations, evaluate_model
from annotator.evaluation.render import print_report
from annotator.evaluation.report import name_files, write_figures
from annotator.evaluation.sources import classify_form
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan, write_labelled
from annotator.labels import ANONYMOUS, ANONYMOUS_TYPES, ATTRIBUTED, LABELS, NARRATION, QUOTE
from annotator.records import Annotation, Article, Claim, Failure, ModelInfo, Profile, Sentence, Source, Span

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))
import cases  # noqa: E402

TEXT = "Ines Roca said the pier is shut. She blamed rust. A diver said it was worse. Gulls circled."
WORDS = ["Ines Roca said the pier is shut.", "She blamed rust.", "A diver said it was worse.", "Gulls circled."]


def place(words):
    start = TEXT.index(words)
    return Span(start, start + len(words))


def make_gold(**meta):
    rows = [
        (ATTRIBUTED, place("Ines Roca"), "Ines Roca", "named_person", "none"),
        (ATTRIBUTED, place("She"), "Ines Roca", "named_person", "none"),
        (ANONYMOUS, place("A diver"), "A diver", "unnamed_person", "veiled"),
        (NARRATION, None, None, None, None),
    ]
    sentences = tuple(
        LabelledSentence(*_ends(words), label, source, name, (), kind, anonymity)
        for words, (label, source, name, kind, anonymity) in zip(WORDS, rows, strict=True)
    )
    spans = tuple(
        LabelledSpan(*_ends(words), role, claim)
        for words, role, claim in [
            ("Ines Roca", "source", "a"),
            ("said", "cue", "a"),
            ("the pier is shut", "content", "a"),
            ("A diver", "source", "b"),
            ("said it", "cue", "b"),
            ("it was worse", "content", "b"),
        ]
    )
    return LabelledArticle("pier", TEXT, sentences, spans, meta)


def _ends(words):
    span = place(words)
    return span.start, span.end


def make_annotation(gold, labels=None, boundaries=None):
    """What a faultless model says of an article, with other labels or other sentences where given."""
    boundaries = boundaries or [sentence.span for sentence in gold.sentences]
    labels = labels or [sentence.label or NARRATION for sentence in gold.sentences]
    sentences = tuple(
        Sentence(i, span.start, span.end, label=label, confidence=0.9, probabilities={label: 0.9})
        for i, (span, label) in enumerate(zip(boundaries, labels, strict=True))
    )
    spans: dict[str, dict[str, list[Span]]] = {}
    for span in gold.spans:
        spans.setdefault(span.claim, {"source": [], "cue": [], "content": []})[span.label].append(span.span)
    sources, claims = {}, []
    groups = list(spans.values())
    for i, sentence in enumerate(gold.sentences):
        if sentence.source_name:
            anonymous = sentence.source_type in ANONYMOUS_TYPES
            source = Source(
                f"s{len(sources)}",
                sentence.source_name,
                sentence.source_type,
                anonymous=anonymous,
                anonymity_type=sentence.anonymity_type,
            )
            source = sources.setdefault(source.name, source)
            mine = next((g for g in groups if any(sentence.span.overlap(span) for span in g["content"])), None)
            claim = Claim(f"c{i}", (i,), source_id=source.id)
            if mine:
                claim = replace(claim, source=mine["source"][0], cue=mine["cue"][0], content=tuple(mine["content"]))
            claims.append(claim)
    profile = Profile(len(sentences), len(claims), len(sources), "low")
    article = Article(gold.id, gold.text)
    return Annotation(article, sentences, tuple(claims), tuple(sources.values()), profile, ModelInfo("m", "1", "0"))


def test_faultless_annotation_scores_one_everywhere():
    gold = make_gold()
    report = evaluate_annotations([gold], [make_annotation(gold)])
    assert report.labels.macro_f1.value == report.labels.accuracy.value == report.boundaries.value == 1
    for scores in report.spans.values():
        assert {score.f1.value for score in scores.measures.values()} == {scores.jaccard.value} == {1}
    assert {score.f1.value for score in report.tuples.values()} == {1}
    sources = report.sources
    assert sources.claims == {"all": 3, "pronoun": 1, "inherited": 0, "explicit": 2}
    assert sources.strict["all"].value == sources.lenient["all"].value == sources.type_accuracy.value == 1
    assert sources.anonymous.f1.value == sources.anonymity_type_accuracy.value == 1
    assert report.calibration_error == {10: pytest.approx(0.1), 15: pytest.approx(0.1)}
    assert report.errors == ()


labels_strategy = st.lists(st.sampled_from(LABELS), min_size=4, max_size=4)


@settings(max_examples=25)
@given(labels_strategy, labels_strategy)
def test_any_labels_give_a_report_that_adds_up(first, second):
    gold = make_gold()
    report = evaluate_annotations([gold, gold], [make_annotation(gold, first), make_annotation(gold, second)])
    wrong = sum(p != s.label for labels in (first, second) for p, s in zip(labels, gold.sentences, strict=True))
    assert len(report.errors) == wrong
    assert report.labels.accuracy.value == pytest.approx(1 - wrong / 8)
    assert sum(map(sum, report.labels.confusion)) == report.sentences == 8
    json.dumps(report.to_dict(), allow_nan=False)


def test_gold_sentences_take_the_predicted_sentence_that_covers_most():
    gold = make_gold()
    spans = [sentence.span for sentence in gold.sentences]
    merged = [Span(spans[0].start, spans[1].end), spans[2], spans[3]]
    annotation = make_annotation(gold, [ATTRIBUTED, ANONYMOUS, NARRATION], merged)
    report = evaluate_annotations([gold], [annotation])
    assert report.labels.accuracy.value == 1
    assert report.boundaries.value == 0.5


def test_attributions_in_narration_count_among_the_spans():
    gold = make_gold()
    annotation = make_annotation(gold)
    wish = next(claim for claim in annotation.claims if claim.cue)
    claims = tuple(claim for claim in annotation.claims if claim is not wish)
    report = evaluate_annotations([gold], [replace(annotation, claims=claims, attitudes=(wish,))])
    assert report.tuples["exact"].f1.value == 1
    assert report.sources.linked.value == pytest.approx(2 / 3)


def test_null_labels_are_passed_over_and_failures_count_as_wrong():
    gold = make_gold()
    undecided = LabelledArticle("u", "Rust spread.", (LabelledSentence(0, 12, None),))
    failed = Failure("pier", "predict", "out of memory")
    report = evaluate_annotations([gold, undecided], [failed, make_annotation(undecided)])
    assert (report.sentences, report.skipped, report.failures) == (4, 1, (failed,))
    assert report.labels.accuracy.value == 0
    assert [row[-1] for row in report.labels.confusion] == [1, 2, 0, 1]
    assert report.spans["cue"].measures["exact"].recall.value == 0
    assert report.sources.linked.value == 0


def test_without_gold_spans_and_sources_nothing_is_said_of_them():
    gold = LabelledArticle("u", "Rust spread.", (LabelledSentence(0, 12, NARRATION),))
    report = evaluate_annotations([gold], [make_annotation(gold)])
    assert report.spans is report.tuples is report.sources is None
    assert report.to_dict()["spans"] is None


def test_source_names_alternatives_and_missing_sources():
    sentence = LabelledSentence(0, 12, QUOTE, None, "Civis", ("Civis", "Civis Polling"), "named_organization", "none")
    gold = LabelledArticle("u", "Rust spread.", (sentence,))
    base = make_annotation(gold)

    def judge(name, kind="named_organization"):
        source = Source("s0", name, kind)
        annotation = Annotation(base.article, base.sentences, base.claims, (source,), base.profile, base.model)
        return evaluate_annotations([gold], [annotation]).sources

    assert judge("the Civis Polling").strict["inherited"].value == 1
    assert judge("Civis Polling Group").strict["all"].value == 0
    assert judge("Civis Polling Group").lenient["all"].value == 1
    unnamed = judge(None, "unresolved")
    assert (unnamed.strict["all"].value, unnamed.linked.value, unnamed.type_accuracy.value) == (0, 1, 0)
    assert classify_form(gold.text, sentence) == "inherited"


def test_wrong_order_or_number_of_annotations_is_refused():
    gold = make_gold()
    other = LabelledArticle("u", "Rust spread.", (LabelledSentence(0, 12, NARRATION),))
    with pytest.raises(InputError, match="0 annotations for 1"):
        evaluate_annotations([gold], [])
    with pytest.raises(InputError, match="of another text"):
        evaluate_annotations([gold], [make_annotation(other)])
    with pytest.raises(InputError, match="no labelled articles"):
        evaluate_annotations([], [])


def test_groups_and_rendering(capsys):
    golds = [make_gold(outlet="Quay \x1b[31mGazette", beat="harbour"), make_gold(outlet="Tide")]
    annotations = [make_annotation(golds[0]), make_annotation(golds[1], [NARRATION] * 4)]
    report = evaluate_annotations(golds, annotations)
    assert report.groups["outlet"]["Tide"].accuracy == 0.25
    assert set(report.groups) == {"outlet", "beat", "length"}
    assert report.groups["length"]["up to 15 sentences"].articles == 2
    assert report.groups["beat"]["harbour"].articles == 1
    print_report(report, "gold", Console(), errors=2)
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "> A diver said it was worse." in printed or "> She blamed rust." in printed
    assert printed.count("gold attributed_claim, predicted narration") >= 1
    assert "most confident wrong labels (2 of 3)" in printed
    assert WORDS[0] not in json.dumps(report.to_dict())


def test_files_of_one_name_are_kept_apart(tmp_path):
    paths = [tmp_path / "a" / "dev.jsonl", tmp_path / "b" / "dev.jsonl"]
    assert list(name_files(paths)) == ["a/dev.jsonl", "b/dev.jsonl"]
    again = [tmp_path / "x" / "a" / "dev.jsonl", tmp_path / "y" / "a" / "dev.jsonl"]
    assert list(name_files(again).values()) == again


def test_command_prints_and_writes_the_figures(tmp_path, monkeypatch):
    write_labelled([make_gold(), make_gold()], tmp_path / "gold.jsonl")
    monkeypatch.setattr(options, "load_annotator", lambda *_: FakeAnnotator())
    app = typer.Typer()
    app.command()(evaluate_command.evaluate)
    figures = tmp_path / "figures.json"
    arguments = [str(tmp_path), str(tmp_path / "gold.jsonl"), "--json", str(figures), "--errors", "1"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "macro-F1" in result.stdout
    written = json.loads(figures.read_text())
    gold = [make_gold(), make_gold()]
    assert list(written.values()) == [json.loads(json.dumps(evaluate_model(FakeAnnotator(), gold).to_dict()))]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["figures.json", "gold.jsonl"]
    write_labelled([LabelledArticle("f", "FAIL", (LabelledSentence(0, 4, NARRATION),))], tmp_path / "gold.jsonl")
    assert CliRunner().invoke(app, arguments).exit_code == 1


def test_figures_are_written_whole_or_not_at_all(tmp_path):
    gold = make_gold()
    path = tmp_path / "metrics.json"
    write_figures({"gold": evaluate_annotations([gold], [make_annotation(gold)])}, path)
    assert json.loads(path.read_text())["gold"]["macro_f1"] == {"value": 1.0, "low": 1.0, "high": 1.0}


# The cases script: what counts as a fault.


def make_cases(folder, case, seed=()):
    (folder / "seed_article.txt").write_bytes(TEXT.encode())
    (folder / "seed_article.expected.jsonl").write_text("\n".join(map(json.dumps, seed)))
    (folder / "cases.jsonl").write_text(json.dumps({"id": "pier", "text": TEXT} | case) + "\n")


def annotate(name, text):
    return make_annotation(make_gold())


@pytest.mark.parametrize(
    ("case", "faults"),
    [
        ({"labels": [["blamed rust", [ATTRIBUTED]], ["Gulls", NARRATION]], "sources": [["blamed", "ines roca"]]}, 0),
        ({"sources": [["pier", "Dr. Ines Roca"]], "absent_sources": ["Tove Lind"], "offsets": True}, 0),
        ({"labels": [["blamed rust", [QUOTE, NARRATION]]]}, 1),
        ({"sources": [["pier", "Roca"], ["Gulls", "Ines Roca"]]}, 2),
        ({"sources": [["Gulls", None]]}, 0),
        ({"sources": [["pier", None]]}, 1),
        ({"absent_sources": ["Ines Roca"]}, 1),
        ({"quotes": ["the pier"], "no_quotes": ["the pier"]}, 1),
        ({"min_sentences": 5}, 1),
    ],
)
def test_faults_of_a_case(tmp_path, case, faults):
    make_cases(tmp_path, case)
    (outcome,) = cases.run_cases(tmp_path, annotate)
    assert len(outcome.faults) == faults, outcome.faults


def test_seed_rows_compare_label_and_source(tmp_path):
    rows = [
        {"contains": "pier is shut", "label": [ATTRIBUTED], "source": "Ines Roca"},
        {"contains": "A diver", "label": [ANONYMOUS], "source": "the diver"},
        {"contains": "Gulls", "label": [NARRATION], "source": None},
        {"contains": "blamed rust", "label": [QUOTE], "source": "Ines Roca"},
        {"contains": "it was worse", "label": [ANONYMOUS], "source": "Tove Lind"},
    ]
    make_cases(tmp_path, {}, rows)
    assert [len(outcome.faults) for outcome in cases.run_seed(tmp_path, annotate)] == [0, 0, 0, 1, 1]


def test_failed_articles_and_words_that_are_not_there(tmp_path):
    make_cases(
        tmp_path, {"labels": [["no such words", [QUOTE]]]}, [{"contains": "x", "label": [QUOTE], "source": None}]
    )
    outcomes = cases.run_seed(tmp_path, lambda name, text: Failure(name, "read", "broken"))
    assert "broken" in outcomes[0].faults[0]
    with pytest.raises(InputError, match="no such words"):
        cases.run_cases(tmp_path, annotate)


def test_check_cases_skips_without_the_folder(tmp_path):
    script = runpy.run_path(str(SCRIPTS / "check_cases"))
    app = typer.Typer()
    app.command()(script["check"])
    result = CliRunner().invoke(app, ["--folder", str(tmp_path / "none")])
    assert result.exit_code == 0
    assert "skipped" in result.output
