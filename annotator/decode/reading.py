"""Scores of windows -> one reading of the article: windows merged, word pieces joined to words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotator.records import Span
from annotator.windows import Scores, Window

_POINTER_FLOOR = 0.02  # tokens with less of the pointer's probability are left out
_POINTER_PLACES = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """What the network says of n sentences and m words.

    Logits by sentence: speech (n, 3), anonymous (n,), types (n, 13), anonymity (n, 6); `pointer` (n) lists of (span,
    probability). Words: `words` (m, 2) offsets, `word_sentence` (m,), and their mean logits word_tags (m, role, O/B/I),
    word_types (m, 13), word_anonymity (m, 6). `own` (n, 1 + k) of a model with k labels of a user.
    """

    speech: np.ndarray
    anonymous: np.ndarray
    types: np.ndarray
    anonymity: np.ndarray
    pointer: tuple[tuple[tuple[Span, float], ...], ...]
    words: np.ndarray
    word_sentence: np.ndarray
    word_tags: np.ndarray
    word_types: np.ndarray
    word_anonymity: np.ndarray
    own: np.ndarray | None = None


def read_scores(text: str, sentences: int, windows: Sequence[Window], scores: Sequence[Scores]) -> Reading:
    """Merge the windows of one article. A sentence cut into pieces gets the mean of their logits."""
    owner = np.concatenate([window.sentence_ids for window in windows])
    pieces = np.maximum(1, np.bincount(owner, minlength=sentences))
    pointers: list[list[tuple[Span, float]]] = [[] for _ in range(sentences)]
    for window, score in zip(windows, scores, strict=True):
        for number, sentence in enumerate(window.sentence_ids):
            pointers[sentence] += _read_pointer(window, score.pointer[number])
    offsets = _tokens(windows, [window.offsets for window in windows])
    first = _opens_word(text, offsets)
    sentence_of = _tokens(windows, [_sentence_of_token(window) for window in windows])

    def by_sentence(values: list[np.ndarray]) -> np.ndarray:
        stacked = np.concatenate(values)
        total = np.zeros((sentences, *stacked.shape[1:]), dtype=np.float32)
        np.add.at(total, owner, stacked)
        return total / pieces.reshape(-1, *[1] * (stacked.ndim - 1))

    def by_word(values: list[np.ndarray]) -> np.ndarray:
        stacked = _tokens(windows, values)
        if not len(first):
            return stacked
        sizes = np.diff(np.append(first, len(stacked))).reshape(-1, *[1] * (stacked.ndim - 1))
        return np.add.reduceat(stacked, first, axis=0) / sizes

    ends = np.append(first[1:], len(offsets)) - 1 if len(first) else first
    own = [score.own for score in scores if score.own is not None]
    return Reading(
        by_sentence([score.speech for score in scores]),
        by_sentence([score.anonymous for score in scores]),
        by_sentence([score.types[window.markers] for window, score in zip(windows, scores, strict=True)]),
        by_sentence([score.anonymity[window.markers] for window, score in zip(windows, scores, strict=True)]),
        tuple(tuple(sorted(places, key=lambda item: -item[1])[:_POINTER_PLACES]) for places in pointers),
        np.stack([offsets[first, 0], offsets[ends, 1]], 1) if len(first) else np.zeros((0, 2), dtype=np.int64),
        sentence_of[first],
        by_word([score.tags for score in scores]),
        by_word([score.types for score in scores]),
        by_word([score.anonymity for score in scores]),
        by_sentence(own) if len(own) == len(scores) else None,
    )


def _tokens(windows: Sequence[Window], values: Sequence[np.ndarray]) -> np.ndarray:
    """The rows of labelled tokens, in the order of the text."""
    return np.concatenate([rows[window.labelled] for window, rows in zip(windows, values, strict=True)])


def _sentence_of_token(window: Window) -> np.ndarray:
    marker = np.searchsorted(window.markers, np.arange(len(window)), side="right") - 1
    return window.sentence_ids[np.maximum(0, marker)]


def _opens_word(text: str, offsets: np.ndarray) -> np.ndarray:
    """Positions of the tokens that open a word: all but those that carry on letters or digits without a gap."""
    opens = []
    end = -1
    for i, (start, stop) in enumerate(offsets.tolist()):
        if not (start == end and text[start : start + 1].isalnum() and text[start - 1].isalnum()):
            opens.append(i)
        end = stop
    return np.asarray(opens, dtype=np.int64)


def _read_pointer(window: Window, logits: np.ndarray) -> list[tuple[Span, float]]:
    """Runs of neighbouring tokens that hold the pointer's probability; markers, which say "not here", are left out."""
    share = np.exp(logits - logits.max())
    share /= share.sum()
    places: list[tuple[Span, float]] = []
    before = -2
    for token in np.flatnonzero(share >= _POINTER_FLOOR):
        start, end = (int(i) for i in window.offsets[token])
        if end == 0:
            continue
        if token == before + 1 and places:
            span, mass = places[-1]
            places[-1] = (Span(span.start, end), mass + float(share[token]))
        else:
            places.append((Span(start, end), float(share[token])))
        before = int(token)
    return places
