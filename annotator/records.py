"""The values that travel between the stages. All are frozen; every span satisfies `article.text[start:end]`.

Offsets count Unicode code points of the untouched text, half-open. A value that could not be determined is None.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = "annotator/1"
_ATTITUDE_KEYS = ("id", "sentence_ids", "source", "cue", "content")


@dataclass(frozen=True, slots=True)
class Span:
    """`[start, end)` in the text of an article."""

    start: int
    end: int

    def overlap(self, other: Span) -> int:
        """Characters shared with another span."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def to_dict(self) -> dict[str, int]:
        return {"start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Article:
    """One text as read, with what its container says of it."""

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    path: str | None = None
    language: str | None = None

    @property
    def sha256(self) -> str:
        """Hash of the text, which tells duplicates."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        keys = ("id", "path", "title", "outlet", "url", "published", "language")
        return {key: getattr(self, key) for key in keys} | {"sha256": self.sha256, "text": self.text}


@dataclass(frozen=True, slots=True)
class Failure:
    """One article or file that could not be annotated, and why."""

    path: str
    stage: str
    message: str

    def to_dict(self) -> dict[str, str]:
        return {"path": self.path, "stage": self.stage, "message": self.message}


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words between two quote marks, marks excluded. Pieces of one quotation (reopened per paragraph) share `group`."""

    start: int
    end: int
    group: int
    closed: bool = True

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; `segment` fills the place, `decode` the label."""

    id: int
    start: int
    end: int
    zone: str = "body"
    opens_paragraph: bool = False
    label: str | None = None
    confidence: float | None = None
    probabilities: Mapping[str, float] | None = None
    needs_review: bool = False
    claim_ids: tuple[str, ...] = ()
    own_label: str | None = None  # of a model that was trained with --labels, as `own_confidence`
    own_confidence: float | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    def to_dict(self) -> dict[str, Any]:
        own = {"own_label": self.own_label, "own_confidence": self.own_confidence}
        return {
            "id": self.id,
            "start": self.start,
            "end": self.end,
            "zone": self.zone,
            "label": self.label,
            "confidence": self.confidence,
            "probabilities": dict(self.probabilities or {}),
            "needs_review": self.needs_review,
            "claim_ids": list(self.claim_ids),
        } | (own if self.own_confidence is not None else {})


@dataclass(frozen=True, slots=True)
class SourceScores:
    """What the model says of the source of one claim, before the article is looked at as a whole.

    `types` and `anonymity` are probabilities by id; `anonymous` is the probability that the source is anonymous;
    `pointer` holds places in the text that may name the source, each with its share of the probability.
    """

    types: Mapping[str, float] = field(default_factory=dict)
    anonymity: Mapping[str, float] = field(default_factory=dict)
    anonymous: float = 0.0
    pointer: tuple[tuple[Span, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One source, cue and content. `decode` makes it, `resolve` adds the source, `grade` support and flags."""

    id: str
    sentence_ids: tuple[int, ...]
    source: Span | None = None
    cue: Span | None = None
    content: tuple[Span, ...] = ()
    quotes: tuple[Span, ...] = ()
    quote_status: str = "indirect"
    kind: str | None = None
    link: str = "explicit"
    source_id: str | None = None
    support: str | None = None
    flags: tuple[str, ...] = ()
    scores: SourceScores | None = None  # for `resolve`; not written

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "sentence_ids": list(self.sentence_ids),
            "source_id": self.source_id,
            "source": self.source and self.source.to_dict(),
            "cue": self.cue and self.cue.to_dict(),
            "content": [span.to_dict() for span in self.content],
            "quotes": [span.to_dict() for span in self.quotes],
            "quote_status": self.quote_status,
            "kind": self.kind,
            "link": self.link,
            "support": self.support,
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value read from the text and the words that show it (None where it follows from the type alone)."""

    value: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Points for one part of a grade (identity, position, access, record, cap) and the words that earn them."""

    part: str
    points: int
    why: str
    start: int | None = None
    end: int | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"part": self.part, "points": self.points, "why": self.why, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Grade:
    """Sourcing transparency of one source, 0-10, None where it cannot be graded. Never a verdict on truth."""

    score: int | None
    band: str
    evidence: tuple[Evidence, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "score": self.score,
            "band": self.band,
            "basis": "sourcing transparency",
            "evidence": [item.to_dict() for item in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Source:
    """One person, body or item that answers for claims: all its mentions, and the attributes of codebook 2.2."""

    id: str
    name: str | None
    type: str
    mentions: tuple[Span, ...] = ()
    anonymous: bool = False
    anonymous_probability: float = (
        0.0  # decided once for all mentions; above one half exactly where `anonymous` is true
    )
    anonymity_type: str = "none"
    reason: Attribute | None = None  # the words that say why the source is not named
    reason_kind: str | None = None  # specific, stock, none, n/a
    role: Attribute | None = None
    affiliation: Attribute | None = None
    access: Attribute | None = None
    occasion: Attribute | None = None
    medium: Attribute | None = None
    provenance: Attribute | None = None
    relayed_by: Attribute | None = None
    relay_depth: int = 0
    sector: str | None = None
    count_stated: int | None = None
    body_specific: bool | None = None
    grade: Grade | None = None

    def to_dict(self) -> dict[str, Any]:
        def value(attribute: Attribute | None) -> str | None:
            return attribute and attribute.value

        shown = ("reason", "role", "affiliation", "access", "occasion", "medium", "provenance", "relayed_by")
        spans = {
            key: getattr(self, key).span.to_dict() for key in shown if getattr(self, key) and getattr(self, key).span
        }
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "role": value(self.role),
            "affiliation": value(self.affiliation),
            "anonymous": self.anonymous,
            "anonymity_type": self.anonymity_type,
            "anonymity_reason": value(self.reason),
            "reason_kind": self.reason_kind,
            "access": value(self.access),
            "occasion": value(self.occasion),
            "medium": value(self.medium),
            "provenance": value(self.provenance),
            "relayed_by": value(self.relayed_by),
            "relay_depth": self.relay_depth,
            "sector": self.sector,
            "count_stated": self.count_stated,
            "body_specific": self.body_specific,
            "attribute_spans": spans,
            "mentions": [span.to_dict() for span in self.mentions],
            "reliability": self.grade and self.grade.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Share:
    """k of n with its Wilson 95% interval; `value` is None where n is 0, the interval where n is below 5 (rubric R3)."""

    k: float
    n: int
    value: float | None
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"k": self.k, "n": self.n, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Profile:
    """The indicators of rubric R3 for one article.

    `indicators` maps each name to its value; `shares` gives k, n and interval for those that are shares; `steps` says in words
    how the band came about; `notes` are ids such as single_source or low_evidence.
    """

    sentences: int
    claims: int
    sources: int
    band: str
    indicators: Mapping[str, Any] = field(default_factory=dict)
    shares: Mapping[str, Share] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return (
            {"sentences": self.sentences, "claims": self.claims, "sources": self.sources, "band": self.band}
            | dict(self.indicators)
            | {"counts": {name: share.to_dict() for name, share in self.shares.items()}}
            | {"steps": list(self.steps), "notes": list(self.notes)}
        )


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model made an annotation; `sha256` is the hash of its weights file."""

    name: str
    version: str
    sha256: str

    def to_dict(self) -> dict[str, str]:
        return {"name": self.name, "version": self.version, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotated article."""

    article: Article
    sentences: tuple[Sentence, ...]
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    profile: Profile
    model: ModelInfo
    attitudes: tuple[Claim, ...] = ()  # attributions in narration: wishes, plans, feelings (codebook 1.6)

    def to_dict(self) -> dict[str, Any]:
        """The object that is written as one line of JSON (schema.json)."""
        return {
            "schema": SCHEMA,
            "model": self.model.to_dict(),
            "article": self.article.to_dict(),
            "sentences": [item.to_dict() for item in self.sentences],
            "claims": [item.to_dict() for item in self.claims],
            "sources": [item.to_dict() for item in self.sources],
            "attitudes": [{k: v for k, v in item.to_dict().items() if k in _ATTITUDE_KEYS} for item in self.attitudes],
            "profile": self.profile.to_dict(),
        }
