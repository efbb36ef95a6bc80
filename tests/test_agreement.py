"""Agreement of coders: worked examples, invariants, files of real formats, and what is said of differences."""

import csv
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from annotator.agreement import measure_agreement, measure_alpha, measure_kappa
from annotator.agreement.alpha import count_coincidences, measure_specific
from annotator.agreement.rules import RULES, find_rule
from annotator.cli.main import app
from annotator.errors import InputError
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan, write_labelled
from annotator.labels import ANONYMOUS, ATTRIBUTED, LABELS, NARRATION, QUOTE

TEXT = "Ola said it held. Two officials said it did not. The rain went on."
PLACES = [(0, 17), (18, 48), (49, 66)]


def code(*labels, identity="dike", types=(None, None, None), spans=()):
    rows = tuple(
        LabelledSentence(start, end, label, source_type=kind)
        for (start, end), label, kind in zip(PLACES, labels, types, strict=True)
    )
    return LabelledArticle(identity, TEXT, rows, tuple(spans))


ANA = code(ATTRIBUTED, ANONYMOUS, NARRATION, types=("named_person", "unnamed_group", None))
BEN = code(QUOTE, ANONYMOUS, NARRATION, types=("named_person", "unnamed_person", None))


def test_alpha_of_krippendorffs_worked_example():
    # Four observers, twelve units, five nominal values, missing data: Krippendorff 2011, section D; nominal alpha .743
    rows = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
    units = [[None if row[unit] == "." else row[unit] for row in rows] for unit in range(12)]
    assert measure_alpha(count_coincidences(units, "12345")) == pytest.approx(0.743, abs=5e-4)


def test_kappa_of_a_worked_example():
    # 20 + 15 of 50 agreed, chance .5 (25 of 50 and 30 of 50 say yes): kappa .4
    assert measure_kappa(np.array([[20.0, 5.0], [10.0, 15.0]])) == pytest.approx(0.4)


VALUES = st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=3, max_size=3), min_size=1, max_size=12)


@given(VALUES, st.permutations(range(3)), st.permutations(["a", "b", "c"]))
def test_alpha_does_not_depend_on_coders_or_names(units, coders, names):
    value = measure_alpha(count_coincidences(units, "abc"))
    renamed = dict(zip("abc", names, strict=True)) | {None: None}
    other = [[renamed[unit[coder]] for coder in coders] for unit in units]
    again = measure_alpha(count_coincidences(other, "abc"))
    assert (math.isnan(value) and math.isnan(again)) or value == pytest.approx(again)
    assert math.isnan(value) or value <= 1 + 1e-9


@given(st.lists(st.sampled_from(LABELS), min_size=2, max_size=20))
def test_coders_who_agree_have_alpha_kappa_and_every_class_at_one(labels):
    table = count_coincidences([(label, label) for label in labels], LABELS)
    specific = measure_specific(table)
    assert all(math.isnan(value) or value == 1 for value in specific)
    if len(set(labels)) > 1:
        assert float(measure_alpha(table)) == pytest.approx(1)
        assert float(measure_kappa(table)) == pytest.approx(1)


def test_figures_and_differences_of_two_coders():
    found = measure_agreement({"ana": [ANA], "ben": [BEN]})
    assert (found.articles, found.alone) == (1, {"ana": 0, "ben": 0})
    label = found.fields["label"]
    assert label.units == 3 and label.classes[ANONYMOUS].value == label.classes[NARRATION].value == 1
    assert label.classes[QUOTE].value == 0 and label.kappa is not None
    assert found.fields["anonymous"].units == 2
    assert found.fields["source_type"].classes["named_person"].value == 1
    (difference,) = found.disagreements
    assert (difference.text, difference.values) == ("Ola said it held.", {"ana": ATTRIBUTED, "ben": QUOTE})
    assert difference.rule.startswith("Q5")


def test_sentences_of_one_coder_are_counted_and_left_out():
    half = code(ATTRIBUTED, None, NARRATION)
    found = measure_agreement({"ana": [ANA, code(NARRATION, NARRATION, NARRATION, identity="more")], "ben": [half]})
    assert found.alone == {"ana": 4, "ben": 0} and found.fields["label"].units == 2
    three = measure_agreement({"ana": [ANA], "ben": [half], "carol": [BEN]})
    assert three.fields["label"].units == 3 and three.fields["label"].kappa is None


def test_spans_are_compared_where_both_have_them():
    ours = [LabelledSpan(0, 3, "source", "c1"), LabelledSpan(4, 8, "cue", "c1"), LabelledSpan(9, 16, "content", "c1")]
    theirs = [LabelledSpan(0, 3, "source", "x"), LabelledSpan(4, 8, "cue", "x"), LabelledSpan(9, 11, "content", "x")]
    first, second = (code(ATTRIBUTED, ANONYMOUS, NARRATION, spans=spans) for spans in (ours, theirs))
    found = measure_agreement({"ana": [first], "ben": [second]}).spans["ana", "ben"]
    assert found["source"]["exact"].f1.value == found["cue"]["exact"].f1.value == 1
    assert found["content"]["exact"].f1.value == 0 < found["content"]["overlap"].f1.value < 1
    assert measure_agreement({"ana": [ANA], "ben": [BEN]}).spans == {}


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(InputError, match="two files"):
        measure_agreement({"ana": [ANA]})
    with pytest.raises(InputError, match="no sentence in common"):
        measure_agreement({"ana": [ANA], "ben": [code(NARRATION, None, None, identity="other")]})
    with pytest.raises(InputError, match="another text"):
        measure_agreement({"ana": [ANA], "ben": [LabelledArticle("dike", "Another.", ())]})


def test_every_pair_of_labels_has_a_rule():
    pairs = {frozenset((a, b)) for a in LABELS for b in LABELS if a != b}
    assert set(RULES) == pairs
    assert "Q0 to Q6" in find_rule(LABELS)


def test_command_reads_files_and_writes_differences(tmp_path):
    write_labelled([ANA], tmp_path / "ana.jsonl")
    rows = [["text", "label", "article_id"], ["=Ola said it held.", "direct_quote", "x"]]
    with (tmp_path / "one.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    write_labelled([BEN], tmp_path / "ben.jsonl")
    files = [str(tmp_path / "ana.jsonl"), str(tmp_path / "ben.jsonl")]
    result = CliRunner().invoke(app, ["agreement", *files, "-o", str(tmp_path / "d.jsonl")])
    assert result.exit_code == 0, result.output
    assert "Krippendorff" in result.stdout and "1 sentences with different labels" in result.stdout
    row = json.loads((tmp_path / "d.jsonl").read_text(encoding="utf-8"))
    assert (row["ana"], row["ben"], row["start"], row["end"]) == (ATTRIBUTED, QUOTE, 0, 17)
    assert CliRunner().invoke(app, ["agreement", *files, "-o", str(tmp_path / "d.jsonl")]).exit_code == 2
    assert CliRunner().invoke(app, ["agreement", *files, "-o", str(tmp_path / "d.xls")]).exit_code == 2
    assert CliRunner().invoke(app, ["agreement", files[0], str(tmp_path / "one.csv")]).exit_code == 2


def test_cells_of_the_table_run_no_formula(tmp_path):
    text = "=HYPERLINK(1) said Ola. It rained."
    for name, label in (("a", ATTRIBUTED), ("b", NARRATION)):
        row = LabelledSentence(0, 23, label)
        write_labelled(
            [LabelledArticle("x", text, (row, LabelledSentence(24, 34, NARRATION)))], tmp_path / f"{name}.jsonl"
        )
    out = tmp_path / "d.csv"
    result = CliRunner().invoke(
        app, ["agreement", str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), "-o", str(out)]
    )
    assert result.exit_code == 0, result.output
    (row,) = list(csv.DictReader(out.open(encoding="utf-8")))
    assert not row["text"].startswith("=") and "HYPERLINK" in row["text"]
