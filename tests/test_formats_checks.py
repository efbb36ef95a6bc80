"""Offsets, label names, sentences and repeats: what a reader checks whatever the format, and what --repair mends."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_strategies import PIECES

from annotator.errors import InputError
from annotator.formats import read_data, take_checked
from annotator.formats.naming import suggest_name
from annotator.formats.offsets import measure
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan, write_labelled
from annotator.labels import LABELS, SOURCE_TYPES
from annotator.records import Span

UNITS = ("UTF-16 units", "CRLF as one", "UTF-16 units, CRLF as one", "white space as one", "UTF-8 bytes")
ODD = [piece for piece in PIECES if not piece.isascii() or piece.isspace()]


def read(rows, repair=False, name="labels.jsonl"):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return read_data(path, repair=repair)


def studio(text, *marks):
    """A task of Label Studio with marks as (start, end, label, words)."""
    values = [
        {"start": start, "end": end, "labels": [label], **({"text": words} if words is not None else {})}
        for start, end, label, words in marks
    ]
    result = [
        {"id": f"r{n}", "from_name": "l", "to_name": "t", "type": "labels", "value": v} for n, v in enumerate(values)
    ]
    return {"id": 1, "data": {"text": text}, "annotations": [{"result": result}]}


def spans_of(reading):
    return {(span.start, span.end, span.label) for article in reading.articles for span in article.spans}


@pytest.mark.parametrize("unit", UNITS)
@settings(max_examples=40)
@given(odd=st.lists(st.sampled_from(ODD), min_size=6, max_size=6), picks=st.sets(st.integers(0, 5), min_size=1))
def test_offsets_in_another_unit_are_found_and_mended(unit, odd, picks):
    text, places = "", []
    for number, piece in enumerate(odd):
        text += f" {piece} "
        places.append((len(text), len(text) + 5))
        text += f"word{number}"
    ruler = measure(text, unit)
    places = [place for number, place in enumerate(places) if number in picks]
    marks = [(ruler[a], ruler[b], "cue", text[a:b]) for a, b in places]
    right = {(a, b, "cue") for a, b in places if (ruler[a], ruler[b]) == (a, b)}
    repaired, plain = read([studio(text, *marks)], repair=True), read([studio(text, *marks)])
    assert spans_of(repaired) == {(a, b, "cue") for a, b in places}
    assert spans_of(plain) == right
    assert (repaired.snapped, plain.dropped) == (len(places) - len(right),) * 2


@pytest.mark.parametrize("unit", UNITS)
def test_marks_without_their_words_tell_the_unit_together(unit):
    text = "😀 Thaw\r\n\r\nThe mole, 1.2 km, held; no one asked why.  “It will go,” Ada Quill warned on Monday."
    words = ("The mole, 1.2 km, held; no one asked why.", "Ada Quill", "warned", "It will go,")
    places = [(text.index(w), text.index(w) + len(w)) for w in words]
    ruler = measure(text, unit)
    marks = [
        (ruler[a], ruler[b], label, None)
        for (a, b), label in zip(places, ("narration", "source", "cue", "content"), strict=True)
    ]
    repaired, plain = read([studio(text, *marks)], repair=True), read([studio(text, *marks)])
    assert (repaired.snapped, plain.dropped) == (4, 4)
    assert {text[a:b] for a, b, _ in spans_of(repaired)} == set(words[1:])
    single = read([studio(text, marks[2])], repair=True)  # one is too little to tell a unit by
    assert (single.kept, single.snapped) == (1, 0)


GARBAGE = st.tuples(
    st.integers(-3, 40),
    st.integers(-3, 40),
    st.sampled_from((*LABELS, "source", "cue", "content", "Attributed claim", "anon", "noise", "")),
    st.none() | st.sampled_from(("Word", "Ada Quill said", "a", "nowhere", "")),
)


@settings(max_examples=100)
@given(
    text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join),
    marks=st.lists(GARBAGE, max_size=6, unique=True),
    repair=st.booleans(),
)
def test_every_label_is_counted_and_nothing_points_outside_the_text(text, marks, repair):
    reading = read([studio(text, *marks)], repair)
    assert reading.kept + reading.snapped + reading.dropped == len(marks)
    assert repair or not reading.snapped
    (article,) = reading.articles
    assert article.text == text
    for item in (*article.sentences, *article.spans, *(s.source for s in article.sentences if s.source)):
        assert 0 <= item.start <= item.end <= len(text)


def test_words_are_looked_for_nearby():
    text = "He said it.. She said it. They said it."
    last = text.rindex("said")
    reading = read([studio(text, (last + 2, last + 6, "cue", "said"))], repair=True)
    assert spans_of(reading) == {(last, last + 4, "cue")}
    (issue,) = reading.issues
    assert "'said'" in issue.message and f"snapped to {last}-{last + 4}" in issue.message
    first, second = text.index("said"), text.index("said", 10)
    middle = (first + second) // 2
    for words, reason in (("said", "equally near"), ("claimed", "not in the text")):
        at = middle if words == "said" else 3
        reading = read([studio(text, (at, at + 4, "cue", words))], repair=True)
        assert (reading.dropped, spans_of(reading)) == (1, set())
        assert reason in reading.issues[0].message


def test_white_space_of_any_kind_counts_as_equal():
    text = "The  mole\r\nheld\xa0fast, she said."
    for words in ("The mole held fast", "The mole\\nheld fast", " The  mole\nheld fast "):
        reading = read([studio(text, (0, 20, "content", words))])
        assert (reading.kept, spans_of(reading)) == (1, {(0, 20, "content")})
        moved = read([studio(text, (4, 24, "content", words))], repair=True)
        assert spans_of(moved) == {(0, 20, "content")}


@pytest.mark.parametrize("place", [(90, 99), (-2, 4), (6, 2)])
def test_marks_outside_the_text_are_dropped_with_the_reason(place):
    for repair in (False, True):
        reading = read([studio("The mole held fast.", (*place, "cue", None))], repair)
        assert (reading.kept, reading.dropped) == (0, 1)
        assert "outside the text of 19 characters" in reading.issues[0].message


def test_marks_that_cut_a_word_are_kept_and_told_once():
    text = "They said it and they meant it."
    spans = [{"start": 1, "end": 4, "label": "source"}, {"start": 18, "end": 21, "label": "source"}]
    row = {"id": "a", "text": text, "sentences": [{"start": 0, "end": 31, "label": "narration"}], "spans": spans}
    reading = read([row])
    assert reading.is_whole and len(reading.articles[0].spans) == 2
    assert sum("inside a word" in line for line in reading.describe()) == 1
    assert "(2 times)" in reading.describe()[1]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Attributed claim", "attributed_claim"),
        ("attributed-claim", "attributed_claim"),
        ("AttributedClaim", "attributed_claim"),
        ("atributed_claim", "attributed_claim"),
        ("DIRECT QUOTE", "direct_quote"),
        ("direct_qoute", "direct_quote"),
        ("quote", "direct_quote"),
        ("anon", "anonymous_source_claim"),
        ("narr", "narration"),
        ("Sources", "source"),
        ("Cue", "cue"),
        ("claim", None),
        ("PER", None),
        ("x", None),
        ("", None),
        ("😀", None),
    ],
)
def test_label_names_that_were_meant(written, meant):
    assert suggest_name(written) == meant


def test_known_names_mean_themselves():
    for known in (LABELS, SOURCE_TYPES):
        assert all(suggest_name(name, known) == name for name in known)


def test_misspelt_labels_are_told_once_with_a_suggestion_and_mended_on_request():
    rows = [
        {"text": f"It froze {n} times.", "label": label} for n, label in enumerate(["anon", "anon", "narration", "PER"])
    ]
    reading = read(rows)
    assert (reading.kept, reading.dropped) == (1, 3)
    told = [line for line in reading.describe() if "unknown label" in line]
    assert len(told) == 2
    assert "labels.jsonl:1: unknown label 'anon': dropped; did you mean anonymous_source_claim?" in told[0]
    assert told[0].endswith("(2 times)") and "the labels are narration" in told[1]
    mended = read(rows, repair=True)
    assert [a.sentences[0].label for a in mended.articles] == ["anonymous_source_claim"] * 2 + ["narration", None]
    assert (mended.kept, mended.dropped) == (3, 1)


def test_misspelt_types_are_left_out_with_a_suggestion():
    rows = [{"text": "It froze.", "label": "direct_quote", "source_type": "Named Person", "quote_status": "partly"}]
    sentence = read(rows).articles[0].sentences[0]
    assert (sentence.label, sentence.source_type, sentence.quote_status) == ("direct_quote", None, None)
    assert any("did you mean named_person?" in line for line in read(rows).describe())
    assert read(rows, repair=True).articles[0].sentences[0].source_type == "named_person"


TEXT = "The lock froze overnight. Nobody saw it coming. Ada Quill will not say why.\n\n* * *\n"


@pytest.mark.parametrize(
    ("marked", "labels"),
    [
        (("The lock froze overnight",), {"The lock froze overnight.": 0}),
        (("froze",), {"The lock froze overnight.": 0}),
        (("Nobody saw it coming. Ad",), {"Nobody saw it coming.": 0}),
        (
            ("Nobody saw it coming. Ada Quill will not say why.",),
            {"Nobody saw it coming.": 0, "Ada Quill will not say why.": 0},
        ),
        (("The lock", "froze overnight."), {"The lock": 0, "froze overnight.": 1}),
        (("* * *",), {"* * *": 0}),
    ],
)
def test_sentences_take_the_marks_that_coders_mean_for_them(marked, labels):
    names = ("direct_quote", "narration")
    marks = [(TEXT.index(w), TEXT.index(w) + len(w), n, w) for w, n in zip(marked, names, strict=False)]
    reading = read([studio(TEXT, *marks)])
    found = {TEXT[s.start : s.end]: s.label for s in reading.articles[0].sentences if s.label}
    assert found == {words: names[number] for words, number in labels.items()}
    assert reading.is_whole


def test_of_two_nested_marks_the_codebook_decides_and_of_two_equal_ones_nobody():
    words = "Nobody saw it coming."
    start = TEXT.index(words)
    whole = (start, start + len(words), "attributed_claim", words)
    part = (start, start + 10, "direct_quote", words[:10])
    (article,) = read([studio(TEXT, whole)]).articles
    assert [s.label for s in article.sentences] == [None, "attributed_claim", None]
    (article,) = read([studio(TEXT, (start, start + 19, "attributed_claim", words[:19]), part)]).articles
    assert article.sentences[1].label == "direct_quote"
    reading = read([studio(TEXT, whole, (*whole[:2], "direct_quote", words))])
    assert [s.label for s in reading.articles[0].sentences] == [None, None, None]
    assert (reading.kept, reading.dropped) == (0, 2)
    assert "attributed_claim and direct_quote" in reading.issues[0].message


def test_rows_that_repeat_a_sentence_are_one_and_contradict_each_other_aloud():
    rows = [
        {"text": text, "label": label}
        for text, label in (("A.", "narration"), ("A.", "narration"), ("B.", "narration"))
    ]
    reading = read([*rows, {"text": "B.", "label": "direct_quote"}])
    assert [(a.text, a.sentences[0].label) for a in reading.articles] == [("A.", "narration"), ("B.", None)]
    (conflict,) = [issue for issue in reading.issues if issue.kind == "conflict"]
    assert conflict.where.endswith("labels.jsonl:4") and "narration and direct_quote" in conflict.message
    assert (reading.kept, reading.dropped) == (2, 2)
    together = [{**row, "article": f"x{n}"} for n, row in enumerate(rows)]
    assert len(read([*together, {"text": "C.", "label": "narration", "article": "x0"}]).articles) == 3


def test_a_source_that_is_marked_alone_is_the_source_of_its_claim():
    text = "Ada Quill said it froze. The lock is shut."
    marks = [(0, 24, "attributed_claim", None), (25, 42, "narration", None), (0, 9, "source", "Ada Quill")]
    (article,) = read([studio(text, *marks, (25, 33, "source", "The lock"))]).articles
    assert [s.source for s in article.sentences] == [Span(0, 9), None]
    assert not article.spans and not article.spans_known


def test_empty_spans_are_told_from_absent_ones_and_other_types_are_kept(tmp_path):
    sentence = LabelledSentence(0, 9, "direct_quote", None, "Ada", (), "named_person", source_types=("unresolved",))
    article = LabelledArticle("a", "It froze.", (sentence,))
    for item in (article, replace(article, id="b", spans_known=True)):
        write_labelled([item], tmp_path / "a.jsonl")
        assert list(read_data(tmp_path / "a.jsonl").articles) == [item]
    assert LabelledArticle("a", "It froze.", (), (LabelledSpan(0, 2, "source"),)).spans_known


def test_of_a_review_the_last_decision_counts():
    def line(label):
        sentences = [{"start": 0, "end": 9, "label": label}]
        return {"id": "a", "text": "It froze.", "sentences": sentences, "review": {"by": "x"}}

    reading = read([line("narration"), line("direct_quote")])
    assert [s.label for a in reading.articles for s in a.sentences] == ["direct_quote"]
    assert not reading.issues


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            [{"id": "a", "text": "It froze.", "sentences": [{"start": 0, "end": 9, "label": None}]}],
            "no labelled sentence",
        ),
        ([{"text": "It froze.", "label": "PER"}], r"its labels \(1\) were all dropped"),
        ([{"id": 1, "data": {"text": "It froze."}, "annotations": []}], "could not be read"),
        ([{"text": "It froze.", "sentences": [], "suggested_by": "m"}], "nobody has checked"),
    ],
)
def test_nothing_to_train_on_has_a_reason(rows, reason):
    with pytest.raises(InputError, match=reason):
        take_checked(read(rows))


def test_broken_rows_are_told_and_the_others_read():
    rows = [
        {"id": "a", "text": "It froze.", "sentences": [{"start": 0, "end": "9", "label": "narration"}]},
        {"id": "b", "text": "It froze.", "sentences": [{"start": 0, "end": 9, "label": "narration"}]},
        {"id": "c", "text": "It thawed.", "sentences": [{"label": "narration"}], "spans": [7]},
        {"headline": "Thaw"},
    ]
    reading = read(rows)
    assert [article.id for article in reading.articles] == ["b"]
    assert [issue.where.rpartition(":")[2] for issue in reading.issues] == ["1", "3", "4"]
    assert reading.unread == 3 and not reading.is_whole
