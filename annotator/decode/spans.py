"""BIO scores -> source, cue and content spans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotator.decode.reading import Reading
from annotator.labels import SPAN_ROLES
from annotator.records import Span

_OUTSIDE, _BEGIN = 0, 1


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """A decoded span: its place, its words `[first, last]` of the reading, and the sentences it touches."""

    span: Span
    first: int
    last: int
    sentences: tuple[int, ...]


def decode_spans(reading: Reading) -> dict[str, list[RoleSpan]]:
    """Spans of each role in reading order.

    A span runs from a B, or from an I that nothing precedes, over the I that follow. Sources and cues end with their
    sentence; a content may run on over sentences.
    """
    states = reading.word_tags.argmax(-1)  # (m, role)
    opens_sentence = np.diff(reading.word_sentence, prepend=-1) != 0
    return {
        role: [
            _span(reading, first, last)
            for first, last in _runs(states[:, number], opens_sentence if role != "content" else None)
        ]
        for number, role in enumerate(SPAN_ROLES)
    }


def _runs(states: np.ndarray, breaks: np.ndarray | None) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    previous = _OUTSIDE
    for i, state in enumerate(states.tolist()):
        if state != _OUTSIDE:
            if previous == _OUTSIDE or state == _BEGIN or (breaks is not None and breaks[i]):
                runs.append((i, i))
            else:
                runs[-1] = (runs[-1][0], i)
        previous = state
    return runs


def _span(reading: Reading, first: int, last: int) -> RoleSpan:
    touched = dict.fromkeys(int(i) for i in reading.word_sentence[first : last + 1])
    return RoleSpan(Span(int(reading.words[first, 0]), int(reading.words[last, 1])), first, last, tuple(touched))
