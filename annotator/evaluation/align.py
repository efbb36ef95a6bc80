"""Gold sentences and predicted sentences of one text side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from annotator.records import Sentence, Span


def align_sentences(gold: Sequence[Span], predicted: Sequence[Sentence]) -> list[Sentence | None]:
    """For each gold sentence the predicted sentence that shares most characters with it (the first of equals), or None.

    Predicted sentences are in order and disjoint; a predicted sentence may answer for several gold sentences.
    """
    ends = [sentence.end for sentence in predicted]
    return [_find_best(span, predicted, bisect_right(ends, span.start)) for span in gold]


def _find_best(span: Span, predicted: Sequence[Sentence], at: int) -> Sentence | None:
    best, most = None, 0
    while at < len(predicted) and predicted[at].start < span.end:
        shared = span.overlap(predicted[at].span)
        if shared > most:
            best, most = predicted[at], shared
        at += 1
    return best
