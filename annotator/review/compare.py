"""Two codings of one article side by side: where they differ, and what both hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from annotator.labels import SPAN_ROLES
from annotator.records import Span
from annotator.review.coding import CodedClaim, CodedSource, Coding, Place
from annotator.review.labelling import find_principal, is_claim

# What two coders can differ in. Spans are compared without the space, the stops and the quote marks at their edges.
FIELDS = ("label", "source name", "source type", "anonymity", *(f"{role} words" for role in SPAN_ROLES))
_EDGES = " \t\r\n\xa0.,;:!?\"'“”‘’«»"


def find_differences(text: str, places: Sequence[Place], a: Coding, b: Coding) -> dict[int, tuple[str, ...]]:
    """By sentence, for those that both have checked: the FIELDS in which they differ."""
    found = {}
    indexes = [(coding, coding.index_claims(), coding.index_sources()) for coding in (a, b)]
    for number, place in enumerate(places):
        if a.checked[number] and b.checked[number]:
            one, two = (
                _describe(text, place, coding.labels[number], claims.get(number, ()), sources)
                for coding, claims, sources in indexes
            )
            fields = tuple(field for field in FIELDS if one.get(field) != two.get(field))
            if fields:
                # Where the labels differ, one side may have no claim to compare.
                found[number] = fields if len(one) == len(two) else ("label",)
    return found


def merge_codings(places: Sequence[Place], a: Coding, b: Coding, open_sentences: Iterable[int]) -> Coding:
    """Start of an adjudication: what `a` has, and `b` where only `b` has checked; `open_sentences` are unchecked."""
    from_b = {n for n in range(len(places)) if b.checked[n] and not a.checked[n]}
    from_a = set(range(len(places))) - from_b
    sources, names = _join_sources(a, b)
    claims = [part for claim in a.claims if (part := restrict_claim(claim, from_a, places))]
    for claim in b.claims:
        part = restrict_claim(claim, from_b, places)
        if part:
            claims.append(replace(part, id=f"b-{part.id}", source_id=names.get(part.source_id or "")))
    still_open = set(open_sentences)
    return Coding(
        tuple((b if n in from_b else a).labels[n] for n in range(len(places))),
        tuple((a.checked[n] or b.checked[n]) and n not in still_open for n in range(len(places))),
        tuple(claims),
        sources,
    )


def restrict_claim(claim: CodedClaim, sentences: set[int], places: Sequence[Place]) -> CodedClaim | None:
    """The part of a claim that lies in some of its sentences, None if it is in none of them."""
    kept = tuple(number for number in claim.sentence_ids if number in sentences)
    if not kept:
        return None
    if kept == claim.sentence_ids:
        return claim
    homes = [Span(places[number].start, places[number].end) for number in kept]
    parts = (Span(max(s.start, h.start), min(s.end, h.end)) for h in homes for s in claim.content)
    return replace(
        claim,
        sentence_ids=kept,
        source=claim.source if _touches(claim.source, homes) else None,
        cue=claim.cue if _touches(claim.cue, homes) else None,
        content=tuple(part for part in parts if part.start < part.end),
    )


def _touches(span: Span | None, homes: Iterable[Span]) -> bool:
    return span is not None and any(span.overlap(home) for home in homes)


def _describe(
    text: str,
    place: Place,
    label: str | None,
    claims: Sequence[CodedClaim],
    sources: Mapping[str | None, CodedSource],
) -> dict[str, object]:
    """What a coding says of a sentence, by field; narration has a label and nothing else."""
    found: dict[str, object] = {"label": label}
    if not is_claim(label):
        return found
    claim = find_principal(label, claims, sources)
    source = sources.get(claim.source_id) if claim else None
    name = source.name.casefold().strip() if source and source.name else None
    found |= {
        "source name": name,
        "source type": source and source.type,
        "anonymity": source and source.anonymity_type,
    }
    for role in SPAN_ROLES:
        spans = (span for own in claims for kind, span in own.spans if kind == role)
        cut = (Span(max(span.start, place.start), min(span.end, place.end)) for span in spans)
        found[f"{role} words"] = {_trim(text, span) for span in cut if span.start < span.end}
    return found


def _trim(text: str, span: Span) -> Span:
    words = text[span.start : span.end]
    left = len(words) - len(words.lstrip(_EDGES))
    return Span(span.start + left, max(span.start + left, span.start + len(words.rstrip(_EDGES))))


def _join_sources(a: Coding, b: Coding) -> tuple[tuple[CodedSource, ...], dict[str, str]]:
    """The sources of both, the same name and type once; and the new id of each source of `b`."""
    joined = {(source.name, source.type): source for source in a.sources}
    names = {}
    for source in b.sources:
        found = joined.setdefault((source.name, source.type), replace(source, id=f"b-{source.id}"))
        names[source.id] = found.id
    every = {source.id: source for source in (*a.sources, *joined.values())}
    return tuple(every.values()), names
