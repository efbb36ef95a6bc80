"""What a person codes in one article, and what the model suggests for it.

An article's sentences are fixed; a `Coding` says which of them are checked, their labels, the claims with their spans,
and who answers for them. It travels to the browser and back as JSON. Offsets count Unicode code points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.errors import InputError
from annotator.labels import ANONYMITY_TYPES, LABELS, QUOTE_STATUSES, SOURCE_TYPES
from annotator.records import Span


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the model says of a sentence."""

    label: str | None
    confidence: float | None = None
    probabilities: Mapping[str, float] | None = None
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One sentence of the article as the model cut it."""

    start: int
    end: int
    zone: str = "body"
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class CodedClaim:
    """One source, cue and content. `content` may have several pieces and run over sentences."""

    id: str
    sentence_ids: tuple[int, ...]
    source: Span | None = None
    cue: Span | None = None
    content: tuple[Span, ...] = ()
    quote_status: str = "indirect"
    source_id: str | None = None

    @property
    def spans(self) -> tuple[tuple[str, Span], ...]:
        """Role and place of everything that is marked, in the order of the roles."""
        single = (("source", self.source), ("cue", self.cue))
        return (*((role, span) for role, span in single if span), *(("content", span) for span in self.content))


@dataclass(frozen=True, slots=True)
class CodedSource:
    """One person, body or item; several claims may name it."""

    id: str
    name: str | None
    type: str | None
    anonymity_type: str | None = None


@dataclass(frozen=True, slots=True)
class Coding:
    """The state of one article. `labels` and `checked` go by sentence; a checked sentence may be without a label."""

    labels: tuple[str | None, ...]
    checked: tuple[bool, ...]
    claims: tuple[CodedClaim, ...] = ()
    sources: tuple[CodedSource, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The object that the browser and the log hold."""
        return {
            "labels": list(self.labels),
            "checked": [int(value) for value in self.checked],
            "claims": [_claim_to_dict(claim) for claim in self.claims],
            "sources": [
                {"id": item.id, "name": item.name, "type": item.type, "anonymity_type": item.anonymity_type}
                for item in self.sources
            ],
        }

    def index_claims(self) -> dict[int, list[CodedClaim]]:
        """The claims of each sentence that has some."""
        index: dict[int, list[CodedClaim]] = {}
        for claim in self.claims:
            for number in claim.sentence_ids:
                index.setdefault(number, []).append(claim)
        return index

    def index_sources(self) -> dict[str | None, CodedSource]:
        """The sources by id."""
        return {source.id: source for source in self.sources}


def parse_coding(value: Any, places: Sequence[Place], length: int) -> Coding:
    """A coding from JSON, checked against its article of `length` characters.

    Raises InputError for anything that does not fit: a number of sentences, an unknown label or type, an offset outside
    the text, a claim without its source.
    """
    try:
        coding = Coding(
            tuple(value["labels"]),
            tuple(bool(item) for item in value["checked"]),
            tuple(_parse_claim(item) for item in value["claims"]),
            tuple(
                CodedSource(str(item["id"]), item["name"], item["type"], item.get("anonymity_type"))
                for item in value["sources"]
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"not a coding of an article ({error!r})") from error
    _check_coding(coding, len(places), length)
    return coding


def _check_coding(coding: Coding, sentences: int, length: int) -> None:
    if not len(coding.labels) == len(coding.checked) == sentences:
        raise InputError(f"{len(coding.labels)} labels for an article of {sentences} sentences")
    _check_known("label", coding.labels, LABELS)
    _check_known("source type", (source.type for source in coding.sources), SOURCE_TYPES)
    _check_known("anonymity type", (source.anonymity_type for source in coding.sources), ANONYMITY_TYPES)
    _check_known("quote status", (claim.quote_status for claim in coding.claims), QUOTE_STATUSES)
    names = {source.id for source in coding.sources}
    if len(names) < len(coding.sources) or len({claim.id for claim in coding.claims}) < len(coding.claims):
        raise InputError("two sources or two claims share an id")
    for source in coding.sources:
        if not (source.name is None or isinstance(source.name, str)):
            raise InputError(f"the name of source {source.id} is no text")
    for claim in coding.claims:
        if claim.source_id is not None and claim.source_id not in names:
            raise InputError(f"claim {claim.id} names source {claim.source_id!r}, which is not there")
        if not claim.sentence_ids or any(not 0 <= number < sentences for number in claim.sentence_ids):
            raise InputError(f"claim {claim.id} stands in no sentence of the article")
        for _, span in claim.spans:
            if not 0 <= span.start < span.end <= length:
                raise InputError(f"claim {claim.id}: {span.start}-{span.end} lies outside the {length} characters")


def _check_known(what: str, values: Any, known: Sequence[str]) -> None:
    for value in values:
        if value is not None and value not in known:
            raise InputError(f"unknown {what} {value!r}; there are {', '.join(known)}")


def suggest_coding(record: Mapping[str, Any]) -> tuple[tuple[Place, ...], Coding]:
    """The sentences of one line of annotations.jsonl and the coding that the model proposes; nothing is checked."""
    places = tuple(
        Place(
            item["start"],
            item["end"],
            item["zone"],
            Suggestion(item["label"], item["confidence"], item["probabilities"], item["needs_review"]),
        )
        for item in record["sentences"]
    )
    claims = tuple(_parse_claim(item) for item in record["claims"])
    used = {claim.source_id for claim in claims}
    sources = tuple(
        CodedSource(item["id"], item["name"], item["type"], item["anonymity_type"])
        for item in record["sources"]
        if item["id"] in used
    )
    known = {source.id for source in sources}
    claims = tuple(claim if claim.source_id in known else replace(claim, source_id=None) for claim in claims)
    labels = tuple(place.suggestion and place.suggestion.label for place in places)
    return places, Coding(labels, (False,) * len(places), claims, sources)


def _claim_to_dict(claim: CodedClaim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "sentence_ids": list(claim.sentence_ids),
        "source": claim.source and claim.source.to_dict(),
        "cue": claim.cue and claim.cue.to_dict(),
        "content": [span.to_dict() for span in claim.content],
        "quote_status": claim.quote_status,
        "source_id": claim.source_id,
    }


def _parse_claim(item: Mapping[str, Any]) -> CodedClaim:
    return CodedClaim(
        str(item["id"]),
        tuple(int(number) for number in item["sentence_ids"]),
        _parse_span(item["source"]),
        _parse_span(item["cue"]),
        tuple(Span(int(span["start"]), int(span["end"])) for span in item["content"]),
        item["quote_status"],
        item["source_id"],
    )


def _parse_span(item: Mapping[str, Any] | None) -> Span | None:
    return Span(int(item["start"]), int(item["end"])) if item else None
