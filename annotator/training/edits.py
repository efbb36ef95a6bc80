"""Rewrite the text of a labelled article and move every sentence, source and span with it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from annotator.errors import InputError
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan
from annotator.records import Span


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Put `replacement` in the place of `text[start:end]` (code points); `start == end` inserts."""

    start: int
    end: int
    replacement: str


def apply_edits(article: LabelledArticle, edits: Iterable[Edit]) -> LabelledArticle:
    """Apply edits (offsets of the old text) and remap every sentence, source and span.

    An edit inside a span grows or shrinks it; an edit equal to a span leaves the span over the replacement; an edit
    across a boundary of a span pulls the whole replacement into it. Text inserted at a boundary stays outside.
    What becomes empty is dropped (a sentence, a span) or None (a source). Raises InputError if edits overlap or lie
    outside the text.
    """
    ordered = sorted(edits)
    if not ordered:
        return article
    _check_edits(ordered, article)
    mapping = _Mapping(ordered)
    pieces, last = [], 0
    for edit in ordered:
        pieces += [article.text[last : edit.start], edit.replacement]
        last = edit.end
    return _remap(article, "".join(pieces) + article.text[last:], mapping.move)


def rearrange_sentence(article: LabelledArticle, index: int, pieces: Sequence[str | Span]) -> LabelledArticle | None:
    """Rebuild sentence `index` from literal text and pieces (spans of the old text, in any order).

    A source or span of the sentence must lie in one piece, but for punctuation and space at its ends, which it loses;
    otherwise None comes back and nothing is changed.
    """
    old = article.sentences[index]
    built, places = "", []
    for piece in pieces:
        if isinstance(piece, Span):
            places.append((piece, old.start + len(built)))
            built += article.text[piece.start : piece.end]
        else:
            built += piece
    shift = len(built) - (old.end - old.start)

    def move(start: int, end: int) -> tuple[int, int] | None:
        if (start, end) == (old.start, old.end):
            return start, end + shift
        if end <= old.start:
            return start, end
        if start >= old.end:
            return start + shift, end + shift
        for piece, target in places:
            kept = Span(max(start, piece.start), min(end, piece.end))
            lost = article.text[start : kept.start] + article.text[kept.end : end]
            if kept.start < kept.end and not any(char.isalnum() for char in lost):
                return kept.start - piece.start + target, kept.end - piece.start + target
        return None

    inside = [span for span in (old.source, *article.spans) if span and old.start < span.end and span.start < old.end]
    if any(move(span.start, span.end) is None for span in inside):
        return None
    return _remap(article, article.text[: old.start] + built + article.text[old.end :], move)


def _check_edits(edits: Sequence[Edit], article: LabelledArticle) -> None:
    last = 0
    for edit in edits:
        if not last <= edit.start <= edit.end <= len(article.text):
            raise InputError(
                f"article {article.id}: edit {edit.start}-{edit.end} overlaps the edit before it or leaves the text of "
                f"{len(article.text)} characters; give sorted edits that do not overlap"
            )
        last = edit.end


class _Mapping:
    """Old offsets to new ones."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self.edits = edits
        self.starts = [edit.start for edit in edits]
        self.ends = [edit.end for edit in edits]
        self.shifts = [0]  # shifts[i]: growth of the text by the first i edits
        for edit in edits:
            self.shifts.append(self.shifts[-1] + len(edit.replacement) - (edit.end - edit.start))

    def move(self, start: int, end: int) -> tuple[int, int]:
        # A start counts the edits that end at or before it, insertions at it included.
        before = bisect_right(self.ends, start)
        new_start = start + self.shifts[before]
        if before < len(self.edits) and self.starts[before] < start:  # inside an edit: take in all of it
            new_start = self.starts[before] + self.shifts[before]
        # An end counts the edits that start before it.
        touched = bisect_left(self.starts, end)
        new_end = end + self.shifts[touched]
        if touched and self.ends[touched - 1] > end:
            new_end = self.ends[touched - 1] + self.shifts[touched]
        return new_start, max(new_start, new_end)


def _remap(article: LabelledArticle, text: str, move) -> LabelledArticle:
    def moved(span: Span | None) -> Span | None:
        if span is None:
            return None
        start, end = move(span.start, span.end)
        return Span(start, end) if start < end else None

    sentences: list[LabelledSentence] = []
    for sentence in article.sentences:
        start, end = move(sentence.start, sentence.end)
        if start < end:
            sentences.append(replace(sentence, start=start, end=end, source=moved(sentence.source)))
    spans: list[LabelledSpan] = []
    for span in article.spans:
        start, end = move(span.start, span.end)
        if start < end:
            spans.append(replace(span, start=start, end=end))
    return replace(article, text=text, sentences=tuple(sentences), spans=tuple(spans))
