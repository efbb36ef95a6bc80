import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.decode.claims import ClaimBuilder, group_spans
from annotator.decode.kinds import name_kind
from annotator.decode.labels import REVIEW_THRESHOLD, settle_labels, share_labels, soften_shares
from annotator.decode.reading import Reading, read_scores
from annotator.decode.spans import _SPLIT_COST, RoleSpan, _find_path, _find_runs, _fit_source
from annotator.labels import ANONYMOUS, ATTRIBUTED, LABELS, NARRATION, QUOTE
from annotator.quotes import find_quotations
from annotator.records import Article, Claim, Sentence, Source, Span
from annotator.segment import segment_article
from annotator.windows import Scores, Window

O, B, I = range(3)  # noqa: E741 - the names of the tags


def path_score(states, tags, cuts, cost):
    total, before = 0.0, O
    for state, row, cut in zip(states, tags, cuts, strict=True):
        if state == I and (before == O or cut):
            return float("-inf")
        total += row[state]
        if state == B:
            total -= cost + (_SPLIT_COST if before != O else 0)
        before = state
    return total


@given(st.lists(st.tuples(*[st.floats(-6, 0)] * 3, st.booleans()), min_size=1, max_size=6), st.floats(-1, 1))
def test_path_is_the_best_of_all_valid_ones(rows, cost):
    tags, cuts = [list(row[:3]) for row in rows], [row[3] for row in rows]
    best = max(path_score(path, tags, cuts, cost) for path in itertools.product((O, B, I), repeat=len(rows)))
    assert path_score(_find_path(tags, cuts, cost), tags, cuts, cost) == pytest.approx(best)


def test_runs_end_with_the_sentence():
    tags = np.log(np.array([[0.01, 0.98, 0.01], [0.01, 0.01, 0.98], [0.01, 0.01, 0.98], [0.9998, 1e-4, 1e-4]]))
    assert list(_find_runs(tags, np.zeros(4, bool), 0.5)) == [(0, 2)]
    assert list(_find_runs(tags, np.array([True, False, True, False]), 0.5)) in ([(0, 1)], [(0, 1), (2, 2)])


def role_span(text, words, sentence=0):
    start = text.index(words)
    return RoleSpan(Span(start, start + len(words)), 0, 0, (sentence,))


@pytest.mark.parametrize(
    ("text", "source", "fitted"),
    [
        ("Ana Ruiz, the mayor, said so.", "Ana Ruiz, the mayor", "Ana Ruiz, the mayor,"),
        ("Lena Holt (D-Ohio), asked twice, agreed.", "Lena Holt (D-Ohio)", "Lena Holt (D-Ohio),"),
        ("The mayor, Ana Ruiz said, had left.", "Ana Ruiz", "Ana Ruiz"),
        ("Brandt, asked twice, agreed.", "Brandt", "Brandt"),
        ("So said Ana Ruiz, the mayor.", "Ana Ruiz, the mayor", "Ana Ruiz, the mayor"),
        (
            "An aide, speaking on condition of anonymity, agreed.",
            "An aide, speaking on condition of anonymity",
            "An aide",
        ),
        (
            "An aide to Ruiz, who asked not to be named, agreed.",
            "An aide to Ruiz, who asked not to be named",
            "An aide to Ruiz",
        ),
        (
            "Ruiz, who spoke of anonymous letters, agreed.",
            "Ruiz, who spoke of anonymous letters",
            "Ruiz, who spoke of anonymous letters,",
        ),
    ],
)
def test_a_source_has_its_apposition_whole_and_no_terms(text, source, fitted):
    span = _fit_source(text, role_span(text, source)).span
    assert text[span.start : span.end] == fitted


def test_every_cue_takes_the_nearest_source_and_every_content_the_nearest_cue():
    text = "Brandt said it held, but two workers warned that it had not."
    spans = {
        "source": [role_span(text, "Brandt"), role_span(text, "two workers")],
        "cue": [role_span(text, "said"), role_span(text, "warned")],
        "content": [role_span(text, "it held"), role_span(text, "that it had not")],
    }
    drafts = group_spans(0, spans)
    words = [
        tuple(text[s.span.start : s.span.end] for s in (draft.source, draft.cue, *draft.content)) for draft in drafts
    ]
    assert words == [("Brandt", "said", "it held"), ("two workers", "warned", "that it had not")]


def test_a_speaker_without_a_cue_takes_the_content():
    text = "Treasurer Jon Aas: “The toll pays.”"
    (draft,) = group_spans(
        0, {"source": [role_span(text, "Jon Aas")], "cue": [], "content": [role_span(text, "“The toll")]}
    )
    assert draft.source and draft.cue is None and len(draft.content) == 1


def read(text, n, m=0):
    return Reading(
        np.zeros((n, 3)), np.zeros(n), np.zeros((n, 13)), np.zeros((n, 6)), ((),) * n,
        np.zeros((m, 2), int), np.zeros(m, int), np.zeros((m, 3, 3)), np.zeros((m, 13)), np.zeros((m, 6)),
    )  # fmt: skip


def build(text, speaks, **spans):
    sentences = segment_article(Article("a", text))
    found = {role: spans.get(role, []) for role in ("source", "cue", "content")}
    reading = read(text, len(sentences), 1)
    speech = np.array([(0.1, 0.7, 0.2) if claim else (0.9, 0.1, 0.0) for claim in speaks])
    builder = ClaimBuilder(text, sentences, speech, find_quotations(text), reading, {})
    return builder.build(found)


def test_a_claim_sentence_without_spans_still_gets_a_claim():
    (claim,), _ = build("“We counted twice.”", [True])
    assert claim.source is None and claim.link == "inherited" and claim.quote_status == "direct"


def test_spans_in_narration_are_attitudes_and_no_claims():
    text = "The minister wants to widen the channel."
    spans = {role: [role_span(text, words)] for role, words in
             (("source", "The minister"), ("cue", "wants"), ("content", "to widen the channel"))}  # fmt: skip
    claims, attitudes = build(text, [False], **spans)
    assert claims == () and len(attitudes) == 1 and attitudes[0].cue == spans["cue"][0].span


def test_verbatim_without_marks_is_direct():
    text = "Not until Tuesday."
    sentences = segment_article(Article("a", text))
    builder = ClaimBuilder(text, sentences, np.array([(0.1, 0.2, 0.7)]), (), read(text, 1, 1), {})
    (claim,), _ = builder.build({"source": [], "cue": [], "content": []})
    assert claim.quote_status == "direct"


def test_a_nickname_in_the_source_is_no_quotation():
    text = "“I came for the soup,” said Arno “Shorty” Blau."
    (claim,), _ = build(
        text, [True], source=[role_span(text, "Arno “Shorty” Blau")], cue=[role_span(text, "said")],
        content=[role_span(text, "“I came for the soup,”")],
    )  # fmt: skip
    assert [text[q.start : q.end] for q in claim.quotes] == ["I came for the soup,"]
    assert claim.quote_status == "direct"


def test_content_over_sentences_is_one_claim():
    text = "“We counted twice. Nobody slept,” Brandt said. The town is small."
    content = RoleSpan(Span(0, 33), 0, 0, (0, 1))
    claims, _ = build(text, [True, True, False], content=[content], source=[], cue=[])
    assert [claim.sentence_ids for claim in claims] == [(0, 1)]


@pytest.mark.parametrize(
    ("cue", "kind"),
    [("declined to comment", "no_comment"), ("did not say", "non_disclosure"), ("denied", "denial"), ("said", None),
     ("asked whether", "question"), ("called for", "demand"), ("asked for", "demand"), ("predicted", "prediction"),
     ("alleged", "allegation"), ("praised", "opinion"), ("announced", "fact")],
)  # fmt: skip
def test_kind_by_the_words_of_the_cue(cue, kind):
    assert name_kind(cue) == kind


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_label_probabilities_sum_to_one(a, b, anonymous):
    speech = np.array([a, b, 1.0]) / (a + b + 1)
    shares = share_labels(speech, anonymous)
    assert list(shares) == list(LABELS)
    assert sum(shares.values()) == pytest.approx(1)


def label_one(speech, sources, claims):
    sentence = Sentence(0, 0, 5)
    return settle_labels([sentence], np.array([speech]), claims, sources)[0]


@pytest.mark.parametrize(
    ("speech", "anonymous", "label"),
    [((0.9, 0.05, 0.05), None, NARRATION), ((0.1, 0.7, 0.2), 0.1, ATTRIBUTED), ((0.1, 0.2, 0.7), 0.1, QUOTE),
     ((0.1, 0.2, 0.7), 0.9, ANONYMOUS)],
)  # fmt: skip
def test_label_follows_the_questions_in_order(speech, anonymous, label):
    claims = [] if anonymous is None else [Claim("c1", (0,), source_id="s1")]
    sources = [
        Source("s1", "x", "unnamed_person", anonymous=(anonymous or 0) > 0.5, anonymous_probability=anonymous or 0)
    ]
    sentence = label_one(speech, sources, claims)
    assert sentence.label == label
    assert sentence.confidence == sentence.probabilities[label]
    assert sentence.needs_review == (sentence.confidence < REVIEW_THRESHOLD)


def test_pieces_of_a_long_sentence_are_averaged_and_words_joined():
    def window(offsets, sentence):
        ids = np.arange(len(offsets) + 1)
        places = np.array([(0, 0), *offsets])
        return Window(ids, places, np.array([0]), np.array([sentence]), np.array([False] + [True] * len(offsets)))

    def scores(value, tokens):
        return Scores(
            np.full((1, 3), value), np.full(1, value), np.full((tokens, 3, 3), value), np.full((tokens, 13), value),
            np.full((tokens, 6), value), np.zeros((1, tokens)),
        )  # fmt: skip

    text = "unmoored boats"
    windows = [window([(0, 2), (2, 8)], 0), window([(9, 14)], 0)]
    reading = read_scores(text, 1, windows, [scores(1.0, 3), scores(3.0, 2)])
    assert reading.speech.tolist() == [[2.0] * 3]
    assert [text[a:b] for a, b in reading.words] == ["unmoored", "boats"]
    assert reading.word_tags[:, 0, 0].tolist() == [1.0, 3.0]


@given(st.lists(st.floats(0.001, 1), min_size=4, max_size=4), st.floats(0.5, 4))
def test_a_temperature_keeps_order_and_sum(values, temperature):
    shares = {label: value / sum(values) for label, value in zip(LABELS, values, strict=True)}
    soft = soften_shares(shares, temperature)
    assert sum(soft.values()) == pytest.approx(1)
    assert all(soft[a] >= soft[b] for a in LABELS for b in LABELS if shares[a] >= shares[b])
    assert soften_shares(shares, 1.0) == pytest.approx(shares)
    assert soften_shares(dict.fromkeys(LABELS, 0.0) | {NARRATION: 1.0}, temperature)[NARRATION] == 1
