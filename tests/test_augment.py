import random
import re
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.errors import ConfigError, InputError
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan
from annotator.labels import ANONYMITY_TYPES, ANONYMOUS_TYPES, SOURCE_TYPES
from annotator.records import Span
from annotator.training.augment import AugmentOptions, augment_article
from annotator.training.edits import Edit, apply_edits, rearrange_sentence
from annotator.training.form import change_cues, change_layout, convert_quotes, move_attributions
from annotator.training.names import parse_name, rename_people
from annotator.training.phrases import COLLECTIVES, GROUPS, INCIDENTAL, PERSONS
from annotator.training.swap import anonymise_sources, identify_sources

OFF = AugmentOptions(**{option.name: 0 for option in fields(AugmentOptions)})


def build(*rows, id="invented"):
    """An article of rows: text before, sentence, label, source words, source name, type, anonymity, quote status."""
    text, sentences = "", []
    for gap, words, label, *rest in rows:
        source, name, kind, anonymity, status = (*rest, *[None] * (5 - len(rest)))
        start = len(text) + len(gap)
        text += gap + words
        span = None
        if source:
            at = start + words.index(source)
            span = Span(at, at + len(source))
        sentences.append(
            LabelledSentence(start, len(text), label, span, name, (), kind, anonymity, status),
        )
    return LabelledArticle(id, text, tuple(sentences))


BRANDT = ("Ola Brandt", "named_person", "none")
OFFICIAL = ("a port official", "unnamed_person", "veiled")


def story():
    return build(
        ("", "Ferry hits the quay at Tarnwell", "narration"),
        ("\n\n", "The ferry struck the quay before dawn.", "narration"),
        (" ", "“The bolts failed first,” said Ola Brandt.", "direct_quote", "Ola Brandt", *BRANDT, "direct"),
        (" ", "He said the log had gaps.", "attributed_claim", "He", *BRANDT, "indirect"),
        ("\n\n", "Nobody was hurt.", "narration"),
        (
            "\n\n",
            "“We are closing the pier,” a port official said.",
            "anonymous_source_claim",
            "a port official",
            *OFFICIAL,
            "direct",
        ),
        (
            " ",
            "The official said the pier would open again on Friday.",
            "anonymous_source_claim",
            "The official",
            *OFFICIAL,
            "indirect",
        ),
        ("\n\n", "The harbour stayed shut all day.", "narration"),
    )


def with_spans(article):
    """The claims of the first and second quotation, as a corpus with spans has them."""
    spans = []
    for claim, words in (("a", ("“The bolts failed first,”", "said", "Ola Brandt")), ("b", ("the log had gaps",))):
        for role, part in zip(("content", "cue", "source"), words, strict=False):
            at = article.text.index(part)
            spans.append(LabelledSpan(at, at + len(part), role, claim))
    return replace(article, spans=tuple(spans))


def texts(article):
    return [article.text[item.start : item.end] for item in article.sentences]


def source_of(article, index):
    span = article.sentences[index].source
    return span and article.text[span.start : span.end]


def check_invariants(article):
    last = 0
    for sentence in article.sentences:
        words = article.text[sentence.start : sentence.end]
        assert sentence.start >= last and words and words == words.strip()
        assert (sentence.label == "narration") == (sentence.source_type is None)
        if sentence.source:
            assert sentence.start <= sentence.source.start < sentence.source.end <= sentence.end
        if sentence.source_type:
            assert sentence.source_type in SOURCE_TYPES and sentence.anonymity_type in ANONYMITY_TYPES
            assert (sentence.label == "anonymous_source_claim") == (sentence.source_type in ANONYMOUS_TYPES)
        last = sentence.end
    for span in article.spans:
        assert 0 <= span.start < span.end <= len(article.text)


# --- edits


@st.composite
def edited(draw):
    """A story with spans and edits that do not overlap."""
    article = with_spans(story())
    cuts = sorted(draw(st.lists(st.integers(0, len(article.text)), max_size=12, unique=True)))
    words = st.text("xyz “\n", max_size=5)
    edits = [Edit(start, end, draw(words)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return article, edits


@given(edited())
@settings(max_examples=200, deadline=None)
def test_what_no_edit_touches_keeps_its_text(case):
    article, edits = case
    changed = apply_edits(article, edits)

    def untouched(item):
        return all(edit.end <= item.start or edit.start >= item.end for edit in edits)

    kept = [item for item in article.sentences if untouched(item)]
    new = iter(changed.sentences)
    for sentence in kept:  # in order, with label and source
        words = article.text[sentence.start : sentence.end]
        found = next(item for item in new if changed.text[item.start : item.end] == words)
        assert found.label == sentence.label
        assert (found.source is None) == (sentence.source is None)
    for left, right in zip(changed.sentences, changed.sentences[1:], strict=False):
        assert left.start < left.end and right.start < right.end
    for span in article.spans:
        if untouched(span):
            words = article.text[span.start : span.end]
            same = [item for item in changed.spans if (item.label, item.claim) == (span.label, span.claim)]
            assert [changed.text[item.start : item.end] for item in same] == [words]


@given(edited())
@settings(max_examples=100, deadline=None)
def test_an_edit_within_a_sentence_grows_that_sentence_only(case):
    article, edits = case
    within = [
        edit for edit in edits if any(item.start < edit.start and edit.end < item.end for item in article.sentences)
    ]
    changed = apply_edits(article, within)
    expected = []
    for item in article.sentences:
        words = article.text[item.start : item.end]
        for edit in sorted(within, reverse=True):
            if item.start < edit.start and edit.end < item.end:
                words = words[: edit.start - item.start] + edit.replacement + words[edit.end - item.start :]
        expected.append(words)
    assert texts(changed) == expected


def test_an_edit_equal_to_a_source_keeps_the_source_over_the_replacement():
    article = with_spans(story())
    source = article.sentences[2].source
    changed = apply_edits(article, [Edit(source.start, source.end, "two aides")])
    assert source_of(changed, 2) == "two aides"
    assert [changed.text[s.start : s.end] for s in changed.spans if s.label == "source"] == ["two aides"]


def test_a_deleted_sentence_and_its_spans_go():
    article = with_spans(story())
    third = article.sentences[2]
    changed = apply_edits(article, [Edit(third.start, third.end, "")])
    assert len(changed.sentences) == len(article.sentences) - 1
    assert [span.claim for span in changed.spans] == ["b"]


@pytest.mark.parametrize("edits", [[Edit(3, 9, "a"), Edit(5, 12, "b")], [Edit(0, 10_000, "")], [Edit(5, 4, "x")]])
def test_edits_that_overlap_or_leave_the_text_are_refused(edits):
    with pytest.raises(InputError, match="invented"):
        apply_edits(story(), edits)


def test_a_span_across_two_pieces_stops_the_rearrangement():
    article = story()
    sentence = article.sentences[2]
    middle = article.sentences[2].source.start + 3
    pieces = [Span(middle, sentence.end), Span(sentence.start, middle)]
    assert rearrange_sentence(article, 2, pieces) is None


# --- the whole


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_augmented_article_is_a_labelled_article(seed, spans):
    article = with_spans(story()) if spans else story()
    options = AugmentOptions(**{option.name: 1 for option in fields(AugmentOptions)})
    changed = augment_article(article, random.Random(seed), options)
    check_invariants(changed)
    again = augment_article(article, random.Random(seed), options)
    assert again == changed
    assert article == (with_spans(story()) if spans else story())


def test_every_kind_can_be_turned_off():
    article = with_spans(story())
    assert augment_article(article, random.Random(1), OFF) is article


def test_a_probability_outside_0_to_1_is_refused():
    with pytest.raises(ConfigError, match=r"rename=1\.5"):
        AugmentOptions(rename=1.5)


# --- anonymise


@pytest.mark.parametrize("seed", range(40))
def test_anonymise_flips_the_whole_chain(seed):
    article = with_spans(story())
    changed = anonymise_sources(article, random.Random(seed))
    check_invariants(changed)
    for index in (2, 3):
        sentence = changed.sentences[index]
        assert sentence.label == "anonymous_source_claim"
        assert sentence.quote_status == article.sentences[index].quote_status
        assert sentence.source_type in {"unnamed_person"}  # "He" is one person
        assert sentence.source_name == changed.sentences[2].source_name
    assert "Brandt" not in changed.text
    assert not re.search(r"\bthey\b|\bshe\b", source_of(changed, 2))
    assert [changed.sentences[i].label for i in (0, 1, 4, 7)] == ["narration"] * 4


def test_polnear_sentences_get_their_quote_status_from_the_old_label():
    article = build(
        ("", "“It held,” said Ines Roca.", "direct_quote", "Ines Roca", "Ines Roca", "named_person"),
        (" ", "Roca said the dam was new.", "attributed_claim", "Roca", "Ines Roca", "named_person"),
    )
    changed = anonymise_sources(article, random.Random(2))
    assert [sentence.quote_status for sentence in changed.sentences] == ["direct", "indirect"]


@pytest.mark.parametrize(
    "row",
    [
        ("Ola Brandt, the mayor of Quayford, said it held.", "Ola Brandt"),  # a description follows
        ("Engineer Ola Brandt said it held.", "Ola Brandt"),  # a title before
        ("Ola Brandt and Jon Aas said it held.", "Ola Brandt"),  # another source beside
        ("Ola Brandt said in a statement that it held.", "Ola Brandt"),  # on the record
        ("Ola Brandt said it held.", "Ola Bran"),  # not a whole word
        ("Ola Brandt of the harbour office said it held.", "Ola Brandt"),
        ("“It held,” said Ola Brandt, a clerk, then deputy to Jon Aas.", "Ola Brandt, a clerk,"),
    ],
)
def test_a_source_that_stays_recognisable_is_left_alone(row):
    words, source = row
    article = build(("", words, "attributed_claim", source, *BRANDT, "indirect"))
    for seed in range(10):
        assert anonymise_sources(article, random.Random(seed)) == article


def test_a_source_named_elsewhere_is_left_alone():
    told = ("", "Ola Brandt said it held.", "attributed_claim", "Ola Brandt", *BRANDT, "indirect")
    article = build(told, (" ", "The trial of Brandt opens in May.", "narration"))
    assert anonymise_sources(article, random.Random(1)) == article


@pytest.mark.parametrize("seed", range(30))
def test_the_verb_agrees_with_the_description(seed):
    article = build(("", "Norlink says the bid is off.", "attributed_claim", "Norlink", "Norlink"))
    sentence = replace(article.sentences[0], source_type="named_organization", anonymity_type="none")
    changed = anonymise_sources(replace(article, sentences=(sentence,)), random.Random(seed))
    plural = changed.sentences[0].source_type != "unnamed_person"
    after = changed.text[changed.sentences[0].source.end :].split()[0]
    assert after == ("say" if plural else "says")


def test_the_table_of_descriptions_is_wide_and_has_no_spokespeople_or_bodies():
    table = (*PERSONS, *INCIDENTAL, *GROUPS, *COLLECTIVES)
    assert len({description.first for description in table}) >= 130
    said = " ".join(description.first for description in table)
    assert not re.search(r"spokes|prosecutors|authorities|\bpolice$", said)


# --- identify


@pytest.mark.parametrize("seed", range(30))
def test_identify_names_the_whole_chain_and_labels_by_quote_status(seed):
    changed = identify_sources(story(), random.Random(seed))
    check_invariants(changed)
    assert [changed.sentences[i].label for i in (5, 6)] == ["direct_quote", "attributed_claim"]
    assert {changed.sentences[i].anonymity_type for i in (5, 6)} == {"none"}
    assert "a port official" not in changed.text
    assert source_of(changed, 6)[0].isupper()


def test_identify_leaves_stated_anonymity_and_fragments_alone():
    asked = build(
        (
            "",
            "An auditor said the books were changed.",
            "anonymous_source_claim",
            "An auditor",
            "an auditor",
            "unnamed_person",
            "veiled",
            "indirect",
        ),
        (" ", "The person asked not to be named.", "narration"),
    )
    mixed = build(
        (
            "",
            "An auditor called the books “a patchwork”.",
            "anonymous_source_claim",
            "An auditor",
            "an auditor",
            "unnamed_person",
            "veiled",
            "mixed",
        ),
    )
    for article in (asked, mixed):
        assert identify_sources(article, random.Random(4)) == article


# --- rename


@pytest.mark.parametrize("seed", range(10))
def test_rename_is_the_same_all_over(seed):
    article = build(
        ("", "Ola Brandt said it held.", "attributed_claim", "Ola Brandt", *BRANDT, "indirect"),
        (" ", "Brandt’s log had gaps, and BRANDT was on the plate.", "narration"),
        (" ", "The brandts of this world are @Brandt.", "narration"),
    )
    changed = rename_people(article, random.Random(seed))
    new = parse_name(changed.sentences[0].source_name)
    assert source_of(changed, 0) == " ".join(new.words) and "Brandt" not in new.words
    assert texts(changed)[1] == f"{new.last}’s log had gaps, and {new.last.upper()} was on the plate."
    assert texts(changed)[2] == texts(article)[2]


def test_a_name_that_is_also_a_word_stays():
    article = build(("", "Theresa May said it held.", "attributed_claim", "Theresa May", "May", "named_person"))
    assert rename_people(article, random.Random(1)) == article


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Prime Minister Ines Roca", ("Ines", "Roca")),
        ("Jon Aas of the Riders’ Union", ("Jon", "Aas")),
        ("Norlink’s Mira Dahl", ("Mira", "Dahl")),
        ("Piet van der Kolk, a clerk", ("Piet", "van", "der", "Kolk")),
        ("Ted Lund Jr.", ("Ted", "Lund")),
        ("Aas and Roca", None),
        ("the harbour master", None),
    ],
)
def test_names_are_read_without_titles(name, words):
    parsed = parse_name(name)
    assert (parsed and parsed.words) == words


# --- form


@pytest.mark.parametrize("seed", range(20))
def test_quotes_change_all_marks_and_nothing_else(seed):
    article = story()
    changed = convert_quotes(article, random.Random(seed))
    check_invariants(changed)
    assert "”" not in changed.text
    marks = "[\"'“”„«»‘’]|(?<=«) | (?=»)"
    assert re.sub(marks, "", changed.text) == re.sub(marks, "", article.text)


def test_marks_that_cannot_be_read_are_left_alone():
    article = build(("", 'The 6\'2" keeper called it "a patch".', "narration"))
    assert convert_quotes(article, random.Random(1)) == article


def test_cues_keep_their_tense_and_their_span():
    article = with_spans(story())
    changed = change_cues(article, random.Random(3), share=1)
    assert not re.search(r"\bsaid\b", changed.text)
    cue = next(span for span in changed.spans if span.label == "cue")
    assert changed.text[cue.start : cue.end].endswith(("ed", "lied", "red"))
    assert changed.text[cue.end :].startswith(" Ola Brandt")
    assert [s.label for s in changed.sentences] == [s.label for s in article.sentences]


@pytest.mark.parametrize("seed", range(20))
def test_layout_changes_only_space_or_drops_the_headline(seed):
    article = story()
    changed = change_layout(article, random.Random(seed))
    check_invariants(changed)
    assert texts(changed) in (texts(article), texts(article)[1:])
    assert changed.text.split() in (article.text.split(), article.text.split()[6:])


@pytest.mark.parametrize(
    ("before", "after", "source"),
    [
        ("“It held,” Brandt said.", "Brandt said, “It held.”", "Brandt"),
        ("“Did it hold?” said Brandt.", "Brandt said, “Did it hold?”", "Brandt"),
        ("Brandt said the old dam held.", "The old dam held, Brandt said.", "Brandt"),
        ("He said that the old dam held.", "The old dam held, he said.", "He"),
    ],
)
def test_the_attribution_moves(before, after, source):
    article = build(("", "It rained.", "narration"), (" ", before, "attributed_claim", source, *BRANDT, "indirect"))
    article = replace(article, spans=(LabelledSpan(*_place(article, "eld"), "content", "a"),))
    changed = move_attributions(article, random.Random(1), share=1)
    assert texts(changed) == ["It rained.", after]
    assert source_of(changed, 1).lower() == source.lower()
    span = changed.spans[0]
    assert changed.text[span.start : span.end] == article.text[article.spans[0].start : article.spans[0].end]


def test_a_sentence_of_two_claims_does_not_move():
    words = "Brandt said the dam held but workers said it leaked."
    article = build(("", words, "attributed_claim", "Brandt", *BRANDT, "indirect"))
    assert move_attributions(article, random.Random(1), share=1) == article


def _place(article, words):
    at = article.text.find(words)
    at = at if at >= 0 else article.text.index("hold")
    return at, at + (len(words) if words in article.text else 4)
