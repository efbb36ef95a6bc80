"""Which sentence a mark labels.

Coders mark a sentence without its last full stop, three sentences at once, or the quotation in it alone. A sentence takes a
mark that covers half of it, or that has half of its own length in it; of several the highest by codebook 1.2.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from annotator.formats.documents import LIST_KEYS, NOTE_KEYS, Mark, Notes
from annotator.formats.naming import rank_label
from annotator.labelled import LabelledSentence
from annotator.records import Article, Span
from annotator.segment import segment_article


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark with its label resolved and its place in code points; `source` is the place of the source of a sentence."""

    span: Span
    label: str | None
    mark: Mark
    source: Span | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """Sentences with labels; the marks that found no sentence; the groups of marks that contradict each other."""

    sentences: tuple[LabelledSentence, ...]
    homeless: tuple[Placed, ...]
    conflicts: tuple[tuple[Placed, ...], ...]


def label_sentences(text: str, places: Sequence[LabelledSentence] | None, marks: Sequence[Placed]) -> Labelled:
    """Give the sentences of a text the labels of the marks; without places the text is cut as for annotation."""
    given = places is not None
    if places is None:
        cut = segment_article(Article("", text))
        places = [LabelledSentence(item.start, item.end, None) for item in cut]
    exact: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for mark in marks:
        exact[mark.span.start, mark.span.end].append(mark)
    taken = {(place.start, place.end) for place in places} & exact.keys()
    loose = [mark for mark in marks if (mark.span.start, mark.span.end) not in taken]
    touching, homeless = _find_touching(places, loose)
    # What the segmenter takes for no sentence, such as a row of stars, is one where a coder marked it.
    alone = [] if given else [mark for mark in homeless if _stands_alone(mark, places)]
    sentences, conflicts = [], []
    for number, place in enumerate(places):
        found = exact.get((place.start, place.end), [])
        if len({mark.label for mark in found} - {None}) > 1:
            conflicts.append(tuple(found))
            sentences.append(place)
        elif any(mark.label for mark in found):
            sentences.append(_apply(place, found))
        elif given or found:
            sentences.append(_apply(place, [*found, *touching[number]]))
        else:
            sentences += _cut_by_marks(text, place, touching[number])
    if alone:
        sentences += [_apply(LabelledSentence(mark.span.start, mark.span.end, None), [mark]) for mark in alone]
        sentences.sort(key=lambda item: item.start)
    return Labelled(tuple(sentences), tuple(mark for mark in homeless if mark not in alone), tuple(conflicts))


def _stands_alone(mark: Placed, places: Sequence[LabelledSentence]) -> bool:
    return mark.span.start < mark.span.end and not any(mark.span.overlap(place.span) for place in places)


def _find_touching(
    places: Sequence[LabelledSentence], marks: Sequence[Placed]
) -> tuple[dict[int, list[Placed]], list[Placed]]:
    """By the number of a place the marks that label it, and the marks that label none."""
    order = sorted(range(len(places)), key=lambda number: places[number].start)
    starts = [places[number].start for number in order]
    touching: dict[int, list[Placed]] = defaultdict(list)
    homeless = []
    for mark in marks:
        found = False
        for number in reversed(order[: bisect_left(starts, mark.span.end)]):
            place = places[number].span
            if place.end <= mark.span.start:
                break
            overlap = mark.span.overlap(place)
            if overlap and 2 * overlap >= min(place.end - place.start, mark.span.end - mark.span.start):
                touching[number].append(mark)
                found = True
        if not found:
            homeless.append(mark)
    return touching, homeless


def _cut_by_marks(text: str, place: LabelledSentence, marks: Sequence[Placed]) -> list[LabelledSentence]:
    """Two marks side by side in what the segmenter takes for one sentence are two sentences."""
    inside = sorted((mark for mark in marks if mark.span.overlap(place.span)), key=lambda mark: mark.span.start)
    apart = [b.span.start for a, b in pairwise(inside) if a.span.end <= b.span.start]
    cuts = [cut for cut in apart if place.start < cut < place.end]
    if len(cuts) != len(inside) - 1 or not cuts:
        return [_apply(place, marks)]
    pieces = []
    for start, end, mark in zip((place.start, *cuts), (*cuts, place.end), inside, strict=True):
        length = len(text[start:end].rstrip())
        pieces.append(_apply(LabelledSentence(start, start + length, None, zone=place.zone), [mark]))
    return pieces


def _apply(place: LabelledSentence, marks: Sequence[Placed]) -> LabelledSentence:
    if not marks:
        return place
    best = max(marks, key=lambda placed: -1 if placed.label is None else rank_label(placed.label))
    source = best.source if best.source and best.source.overlap(place.span) else None
    if len(marks) == 1 and best.span == place.span:
        source = best.source
    sentence = add_notes(replace(place, label=best.label, source=source), best.mark.notes)
    return add_notes(sentence, best.mark.source.notes) if best.mark.source else sentence


def add_notes(sentence: LabelledSentence, notes: Notes) -> LabelledSentence:
    """The sentence with the notes that it does not have yet."""
    values = {key: getattr(sentence, key) or getattr(notes, key) for key in (*NOTE_KEYS, *LIST_KEYS)}
    return replace(sentence, **values)
