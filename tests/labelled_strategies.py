"""Labelled articles for property tests: hostile text, labels, notes, spans and claims."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from annotator.formats.tokens import cut_tokens
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan
from annotator.labels import ANONYMITY_TYPES, LABELS, NARRATION, QUOTE_STATUSES, SOURCE_TYPES, SPAN_ROLES, ZONES
from annotator.records import Article, Span
from annotator.segment import segment_article

PIECES = (
    *("Ada Quill said", "the sluice ", " is shut.", "Nobody knew. ", "It froze! ", "a", "B", "7"),
    *(" ", "  ", "\n", "\r\n", "\n\n", "\t", "\xa0", "\u2028", "\ufeff"),
    *("😀", "👩\u200d🚒", "é", "e\u0301", "漢", "“", "”", '"', "'", "’"),
    *("=1+1", "@x", "+", "-", ",", ";", "|", "\\", "\\n", "_", "*", "[2]", "->", "#", "<b>&amp;", "%41"),
)
NAMES = st.sampled_from(("Ada Quill", "the Sluice Board", "=cmd", "O’Dell & “Sons”", "漢 😀"))


@st.composite
def texts(draw) -> str:
    """A text with at least one word."""
    pieces = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30))
    return "".join([*pieces[: len(pieces) // 2], "Word", *pieces[len(pieces) // 2 :]])


@st.composite
def articles(draw, identity: str = "a", tame: bool = False) -> LabelledArticle:
    """An article with disjoint sentences at word boundaries; a tame one is cut by the segmenter, all of it labelled."""
    text = draw(texts())
    tokens = cut_tokens(text)
    if tame:
        places = [(item.start, item.end) for item in segment_article(Article("", text))]
    else:
        ends = sorted(draw(st.sets(st.integers(0, len(tokens)), max_size=6)))
        runs = [(a, b) for a, b in pairwise(ends) if draw(st.booleans())]
        places = [(tokens[a][0], tokens[b - 1][1]) for a, b in runs]
    spans = draw(_spans(tokens)) if draw(st.booleans()) else ()
    known = bool(spans) or (not tame and draw(st.booleans()))
    sources = [Span(item.start, item.end) for item in spans if item.label == "source"]
    sentences = tuple(draw(_sentences(place, tokens, sources if known else None, tame)) for place in places)
    meta = draw(st.dictionaries(st.sampled_from(("outlet", "title")), NAMES, max_size=2))
    return LabelledArticle(identity, text, sentences, spans, meta, known)


@st.composite
def _spans(draw, tokens) -> tuple[LabelledSpan, ...]:
    found = {}
    for _ in range(draw(st.integers(1, 5))):
        first, last = sorted((draw(st.integers(0, len(tokens) - 1)), draw(st.integers(0, len(tokens) - 1))))
        claim = draw(st.sampled_from((None, "c1", "c2")))
        span = LabelledSpan(tokens[first][0], tokens[last][1], draw(st.sampled_from(SPAN_ROLES)), claim)
        found[span.start, span.end, span.label] = span
    return tuple(found.values())


@st.composite
def _sentences(draw, place, tokens, sources, tame) -> LabelledSentence:
    label = draw(st.sampled_from(LABELS if tame else (None, *LABELS)))
    zone = None if tame else draw(st.none() | st.sampled_from(ZONES))
    if label in (None, NARRATION):
        return LabelledSentence(*place, label, zone=zone)
    inside = [Span(a, b) for a, b in tokens if place[0] <= a and b <= place[1]] if sources is None else sources
    source = draw(st.none() | st.sampled_from(inside)) if inside else None
    name = draw(st.none() | NAMES)
    kind = draw(st.none() | st.sampled_from(SOURCE_TYPES))
    return LabelledSentence(
        *place,
        label,
        source,
        name,
        ("Q.", "Mr Quill") if name and draw(st.booleans()) else (),
        kind,
        draw(st.none() | st.sampled_from(ANONYMITY_TYPES)),
        draw(st.none() | st.sampled_from(QUOTE_STATUSES)),
        zone,
        ("unresolved",) if kind and draw(st.booleans()) else (),
    )
