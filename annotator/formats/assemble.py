"""A document with its marks -> a labelled article: names, then places, then sentences, then spans. What fails is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from annotator.formats.documents import Document, Issue, Mark, Notes
from annotator.formats.naming import KNOWN, is_role, rank_label, suggest_name
from annotator.formats.offsets import KEPT, LOST, MOVED, Placement, place_marks
from annotator.formats.places import Labelled, Placed, add_notes, label_sentences
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan
from annotator.labels import ANONYMITY_TYPES, NARRATION, QUOTE_STATUSES, SOURCE_TYPES, SPAN_ROLES
from annotator.records import Span

_NOTE_VALUES = {"source_type": SOURCE_TYPES, "anonymity_type": ANONYMITY_TYPES, "quote_status": QUOTE_STATUSES}
_SHOWN = 50  # characters of a text in a message


@dataclass(slots=True)
class Tally:
    """What became of the labels of a file, and what is to be told; grows while a file is read."""

    repair: bool = False
    names: Mapping[str, str] = field(default_factory=dict)  # the file's own words -> labels
    kept: int = 0
    snapped: int = 0
    dropped: int = 0
    unread: int = 0
    issues: list[Issue] = field(default_factory=list)

    def tell(self, kind: str, where: str, message: str) -> None:
        self.issues.append(Issue(kind, where, message))


def assemble_article(document: Document, tally: Tally) -> LabelledArticle:
    """The labelled article of a document; every mark is counted as kept, snapped or dropped."""
    named = {mark: label for mark in document.marks if (label := _name_mark(mark, tally)) != ""}
    sources = (mark.source for mark in named if mark.source and (mark.source.label in KNOWN or tally.repair))
    checked = list(dict.fromkeys(chain(named, sources)))
    found = {place.mark: place for place in place_marks(document.text, checked, document.unit)}
    spans = {mark: span for mark in checked if (span := _settle(found[mark], document.text, tally))}
    placed = [
        Placed(spans[mark], label, _check_notes(mark, tally), spans.get(mark.source))
        for mark, label in named.items()
        if mark in spans
    ]
    marks = [item for item in placed if item.label not in SPAN_ROLES]
    roles = [item for item in placed if item.label in SPAN_ROLES]
    labelled = label_sentences(document.text, document.sentences, marks)
    _tell_lost(labelled, tally)
    known = bool(document.spans_known) or any(item.label != "source" for item in roles)
    # Where all roles are marked, a source counts for its sentence if it is linked, or if its type is noted with it.
    told = [item for item in roles if not known or item.mark.notes != Notes()]
    sentences = _give_sources(labelled, told, tally) if told else labelled.sentences
    return LabelledArticle(
        document.id or document.where,
        document.text,
        tuple(sentences),
        tuple(dict.fromkeys(_make_span(item) for item in roles)) if known else (),
        dict(document.meta),
        known,
    )


def _name_mark(mark: Mark, tally: Tally) -> str | None:
    """The label that a mark means; "" drops it."""
    if mark.label is None or mark.label in KNOWN:
        return mark.label
    if mark.label in tally.names:
        return tally.names[mark.label]
    meant = suggest_name(mark.label)
    if meant and tally.repair:
        tally.tell("label", mark.where, f"label {mark.label[:_SHOWN]!r} read as {meant}")
        return meant
    hint = f"did you mean {meant}? --repair reads it so" if meant else f"the labels are {', '.join(KNOWN)}"
    tally.tell("label", mark.where, f"unknown label {mark.label[:_SHOWN]!r}: dropped; {hint}")
    tally.dropped += 1
    return ""


def _settle(place: Placement, text: str, tally: Tally) -> Span | None:
    """The span of a mark, None where it is dropped."""
    mark, span = place.mark, Span(place.start, place.end)
    if place.state != LOST and span.start == span.end and is_role(mark.label):
        place = replace(place, state=LOST, why="nothing is marked")
    if place.state == KEPT:
        tally.kept += mark.label is not None
        if place.why:
            tally.tell("note", mark.where, f"a span {place.why}; kept")
        return span
    stated = f" should be {mark.text[:_SHOWN]!r}" if mark.text is not None else ""
    there = text[max(mark.start, 0) : max(mark.end, 0)]
    message = f"{mark.label or 'sentence'} {mark.start}-{mark.end}{stated}, the text has {there[:_SHOWN]!r} there"
    if place.state == MOVED and tally.repair:
        tally.snapped += 1
        tally.tell("offset", mark.where, f"{message}: snapped to {span.start}-{span.end} ({place.why})")
        return span
    tally.dropped += 1
    hint = place.why if place.state == LOST else f"--repair would move it to {span.start}-{span.end}: {place.why}"
    tally.tell("offset", mark.where, f"{message}: dropped; {hint}")
    return None


def _check_notes(mark: Mark, tally: Tally) -> Mark:
    """The mark without notes that are no types; a misspelt one is mended with --repair."""
    if mark.notes == Notes():
        return mark

    def check(key: str, known: Sequence[str]) -> Callable[[str], str | None]:
        def mend(value: str) -> str | None:
            meant = suggest_name(value, known)
            if value in known or (meant and tally.repair):
                return value if value in known else meant
            hint = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
            tally.tell("label", mark.where, f"unknown {key} {value[:_SHOWN]!r}: left out; {hint}")
            return None

        return mend

    values = {}
    for key, known in _NOTE_VALUES.items():
        value = getattr(mark.notes, key)
        values[key] = value and check(key, known)(value)
    types = tuple(filter(None, map(check("source_type", SOURCE_TYPES), mark.notes.source_types)))
    return replace(mark, notes=replace(mark.notes, source_types=types, **values))


def _tell_lost(labelled: Labelled, tally: Tally) -> None:
    for item in labelled.homeless:
        tally.kept -= 1
        tally.dropped += 1
        tally.tell("row", item.mark.where, f"{item.label} {item.span.start}-{item.span.end} is in no sentence: dropped")
    for items in labelled.conflicts:
        labels = [item.label for item in items if item.label]
        tally.kept -= len(labels)
        tally.dropped += len(labels)
        tell_conflict(tally, items[-1].mark.where, labels)


def tell_conflict(tally: Tally, where: str, labels: Sequence[str]) -> None:
    """Report one sentence with different labels; the codebook's order is a suggestion, not applied."""
    distinct = sorted(set(labels), key=rank_label)
    tally.tell(
        "conflict",
        where,
        f"a sentence is labelled {' and '.join(distinct)}: left without a label; decide (where both fit, {distinct[-1]})",
    )


def _give_sources(labelled: Labelled, roles: Sequence[Placed], tally: Tally) -> list[LabelledSentence]:
    """Make each source, unless it is linked, that of the claim sentence that it stands in."""
    linked = {sentence.source for sentence in labelled.sentences}
    roles = [item for item in roles if item.span not in linked]
    sentences = []
    for sentence in labelled.sentences:
        inside = [item for item in roles if sentence.start <= item.span.start and item.span.end <= sentence.end]
        if sentence.source is None and inside and sentence.label != NARRATION:
            sentence = add_notes(replace(sentence, source=inside[0].span), inside[0].mark.notes)
            for item in inside[1:]:
                tally.tell("note", item.mark.where, "more than one source in a sentence: the first is taken")
        sentences.append(sentence)
    return sentences


def _make_span(item: Placed) -> LabelledSpan:
    return LabelledSpan(item.span.start, item.span.end, item.label or "", item.mark.claim)
