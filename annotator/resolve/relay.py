"""Nested attribution: who vouches and who only passes it on (codebook Q3, rows 49-52), and hearsay with nobody stated
(row 36)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotator.records import Claim, Span

_QUOTED_AS = re.compile(
    r"\s+(?:has |have |had |was |were |also |later |earlier )*(?:quot(?:ed|es|e|ing)|cit(?:ed|es"
    r"|e))\s+(?P<who>[^“”\"\n.;]{2,120}?)\s+as\s+(?:saying|telling|stating|writing|having)\b"
)
_CITING = re.compile(
    r"(?:,|\s[-–—])\s+(?:citing|quoting)\s+(?P<who>[^“”\"\n;.]{2,120}?)(?=,\s|\.|\n|$|\s(?:said|says"
    r"|reported|reports|as saying)\b)"
)
_REPORTED_CITING = re.compile(
    r"\b(?:reported|reports|said|says|wrote)\b[^“”\"\n.;]{0,200}?,?\s(?:citing|quoting)\s+(?P<who>[^“”\"\n;.,]{2,120})"
)
HEARSAY = re.compile(
    r"\b(?:reportedly|allegedly|purportedly|supposedly|rumou?red|it (?:is|was"
    r"|has been) (?:\w+ )?(?:believed|thought|understood|said|claimed|reported|alleged)|"
    r"(?:is|are|was|were) (?:\w+ )?(?:believed|thought|understood|said|alleged|reported|claimed|rumou?red) to|"
    r"there (?:are|were|have been) (?:\w+ )?(?:reports|rumou?rs|claims)|reports suggest|alleged(?:ly)?)\b",
    re.IGNORECASE,
)
_VAGUE_REPORTS = re.compile(
    r"(?:(?:some|many|initial|various|early|several|unconfirmed|other|news) )?(?:reports|rumou?rs|speculation)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Nested:
    """The span of the principal source and that of the relay."""

    principal: Span
    relay: Span


def find_nested(text: str, claim: Claim, end: int) -> Nested | None:
    """The principal behind a source that only transmits; `end` closes the sentence."""
    source = claim.source
    if source is None:
        return None
    inside = _CITING.search(text, source.start, source.end + 1)
    match = _QUOTED_AS.match(text, source.end, end) or _CITING.match(text, source.end, end) or inside
    if match is None and claim.cue is not None and source.end <= claim.cue.start <= source.end + 3:
        match = _REPORTED_CITING.match(text, claim.cue.start, end)
    if match is None:
        return None
    relay = Span(source.start, min(source.end, match.start())) if match is inside else source
    start, stop = match.span("who")
    return Nested(Span(start, stop), relay)


def is_hearsay(text: str, claim: Claim, start: int, end: int) -> bool:
    """Whether a claim without a stated source is marked as hearsay, by the model or by its words."""
    if claim.source is not None:
        return _VAGUE_REPORTS.match(text[claim.source.start : claim.source.end]) is not None
    if claim.quotes and claim.quote_status == "direct":
        return False
    if claim.scores is not None and claim.scores.types:
        best = max(claim.scores.types, key=claim.scores.types.__getitem__)
        if best == "unspecified":
            return True
    place = claim.cue or Span(start, end)
    return HEARSAY.search(text, place.start, place.end) is not None
