"""BIO scores -> source, cue and content spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from annotator.decode.reading import Reading
from annotator.labels import SPAN_ROLES
from annotator.records import Span

_OUTSIDE, _BEGIN, _INSIDE = 0, 1, 2
# Costs in log-probability, chosen on articles cut from PolNeAR's training part (models/README.md).
_BEGIN_COST = {"source": -0.5, "cue": 0.25, "content": 1.0}  # of beginning a span
_SPLIT_COST = 2.0  # of beginning one right behind another
_APPOSITION = re.compile(r",\s|\s\(")
_TERMS = re.compile(
    r",? (?:who |and )?(?:spoke|speaking|talked|talking|asked|asking|requested|requesting|insisted|insisting|granted"
    r"|on (?:the )?condition)\b[^.\n]{0,80}?\b(?:anonymity\b|anonymously\b|not (?:to )?be (?:named|identified|quoted)\b)"
)
_CERTAIN = np.log(0.999)  # a word that is outside with this probability cuts the search


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """A decoded span: its place, its words `[first, last]` of the reading, and the sentences it touches."""

    span: Span
    first: int
    last: int
    sentences: tuple[int, ...]


def decode_spans(text: str, reading: Reading) -> dict[str, list[RoleSpan]]:
    """Spans of each role in reading order, from the likeliest valid sequence of tags (no I behind an O).

    Sources and cues end with their sentence; a content may run on over sentences. Tokens of nothing but space are no span.
    """
    tags = reading.word_tags - np.logaddexp.reduce(reading.word_tags, axis=-1, keepdims=True)  # (m, role, O/B/I)
    breaks = np.diff(reading.word_sentence, prepend=-1) != 0
    anywhere = np.zeros_like(breaks)
    spans = {
        role: [
            _make_span(reading, *run)
            for run in _find_runs(tags[:, number], anywhere if role == "content" else breaks, _BEGIN_COST[role])
        ]
        for number, role in enumerate(SPAN_ROLES)
    }
    spans = {role: [one for one in found if one.span.start < one.span.end] for role, found in spans.items()}
    return spans | {"source": [_fit_source(text, source) for source in spans["source"]]}


def _fit_source(text: str, source: RoleSpan) -> RoleSpan:
    """A source without the terms on which it speaks ("an aide, speaking on condition of anonymity"), and with the comma that
    closes an apposition, as in PolNeAR ("Ana Ruiz, the mayor, said")."""
    start, end = source.span.start, source.span.end
    if terms := _TERMS.search(text, start, end):
        end = terms.start()
    if text[end : end + 1] == "," and _APPOSITION.search(text, start, end):
        end += 1
    return replace(source, span=Span(start, end)) if start < end != source.span.end else source


def _find_runs(tags: np.ndarray, breaks: np.ndarray, cost: float) -> Iterator[tuple[int, int]]:
    """First and last word of each span, searching only the stretches between words that are surely outside."""
    open_words = np.flatnonzero(tags[:, _OUTSIDE] < _CERTAIN)
    if not len(open_words):
        return
    for stretch in np.split(open_words, np.flatnonzero(np.diff(open_words) > 1) + 1):
        first, last = int(stretch[0]), int(stretch[-1]) + 1
        states = _find_path(tags[first:last].tolist(), breaks[first:last].tolist(), cost)
        begun = None
        for word, state in enumerate([*states, _OUTSIDE], first):
            if begun is not None and state != _INSIDE:
                yield begun, word - 1
                begun = None
            if state == _BEGIN:
                begun = word


def _find_path(tags: list[list[float]], breaks: list[bool], cost: float) -> list[int]:
    """The likeliest states of a stretch that an outside word precedes (Viterbi)."""
    outside, begin, inside = 0.0, float("-inf"), float("-inf")
    back: list[tuple[int, int, int]] = []
    for (o, b, i), cut in zip(tags, breaks, strict=True):
        ended = _BEGIN if begin >= inside else _INSIDE  # the better way of having been in a span
        within = max(begin, inside)
        from_outside = outside >= within
        splits = within - _SPLIT_COST > outside
        back.append((_OUTSIDE if from_outside else ended, ended if splits else _OUTSIDE, ended))
        outside, begin, inside = (
            max(outside, within) + o,
            max(outside, within - _SPLIT_COST) - cost + b,
            float("-inf") if cut else within + i,
        )
    state = max((_OUTSIDE, _BEGIN, _INSIDE), key=(outside, begin, inside).__getitem__)
    path = [state]
    for step in reversed(back[1:]):
        state = step[state]
        path.append(state)
    return path[::-1]


def _make_span(reading: Reading, first: int, last: int) -> RoleSpan:
    touched = dict.fromkeys(int(i) for i in reading.word_sentence[first : last + 1])
    return RoleSpan(Span(int(reading.words[first, 0]), int(reading.words[last, 1])), first, last, tuple(touched))
