"""The flat tables of a run: their columns, and the rows of one annotation.

A column is a name and a type by its Arrow alias. Lists become one text: ids are joined by spaces, spans are written
`start-end`, the words of several spans are joined by ` ... `. What was not determined is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from annotator.labels import LABELS
from annotator.records import Annotation, Span

Row = dict[str, Any]
Columns = tuple[tuple[str, str], ...]

SENTENCE_COLUMNS: Columns = (
    ("article_id", "string"),
    ("sentence_id", "int64"),
    ("start", "int64"),
    ("end", "int64"),
    ("zone", "string"),
    ("label", "string"),
    ("confidence", "double"),
    *((f"p_{label}", "double") for label in LABELS),
    ("needs_review", "bool"),
    ("claim_ids", "string"),
    ("own_label", "string"),
    ("own_confidence", "double"),
    ("text", "string"),
)
CLAIM_COLUMNS: Columns = (
    ("article_id", "string"),
    ("claim_id", "string"),
    ("sentence_ids", "string"),
    ("source_id", "string"),
    ("source_span", "string"),
    ("source_text", "string"),
    ("cue_span", "string"),
    ("cue_text", "string"),
    ("content_spans", "string"),
    ("content_text", "string"),
    ("quote_spans", "string"),
    ("quote_text", "string"),
    ("quote_status", "string"),
    ("kind", "string"),
    ("link", "string"),
    ("support", "string"),
    ("flags", "string"),
)
SOURCE_COLUMNS: Columns = (
    ("article_id", "string"),
    ("source_id", "string"),
    ("name", "string"),
    ("type", "string"),
    ("role", "string"),
    ("affiliation", "string"),
    ("anonymous", "bool"),
    ("anonymity_type", "string"),
    ("anonymity_reason", "string"),
    ("reason_kind", "string"),
    ("access", "string"),
    ("occasion", "string"),
    ("medium", "string"),
    ("provenance", "string"),
    ("relayed_by", "string"),
    ("relay_depth", "int64"),
    ("sector", "string"),
    ("count_stated", "int64"),
    ("body_specific", "bool"),
    ("mention_spans", "string"),
    ("claims", "int64"),
    ("score", "int64"),
    ("band", "string"),
    ("evidence", "string"),
)

# rubric R3, in its order
INDICATORS: Columns = (
    ("attribution_rate", "double"),
    ("named_source_share", "double"),
    ("identified_source_share", "double"),
    ("anonymous_source_share", "double"),
    ("anonymous_claim_share", "double"),
    ("opaque_claim_share", "double"),
    ("fully_identified_sources", "int64"),
    ("independent_sources_low", "int64"),
    ("independent_sources_high", "int64"),
    ("top_source_share", "double"),
    ("concentration", "double"),
    ("effective_sources", "double"),
    ("evenness", "double"),
    ("sector_evenness", "double"),
    ("official_share", "double"),
    ("ordinary_share", "double"),
    ("unknown_sector_share", "double"),
    ("relayed_share", "double"),
    ("anonymity_explained", "double"),
    ("lead_anonymous_only", "bool"),
    ("comment_sought", "bool"),
    ("mean_T", "double"),
)
# The shares of rubric R3 that are k of n with a Wilson interval.
SHARES = (
    "attribution_rate",
    "named_source_share",
    "identified_source_share",
    "anonymous_source_share",
    "anonymous_claim_share",
    "opaque_claim_share",
    "top_source_share",
    "official_share",
    "ordinary_share",
    "unknown_sector_share",
    "relayed_share",
    "anonymity_explained",
)
SHARE_PARTS: Columns = (("k", "double"), ("n", "int64"), ("low", "double"), ("high", "double"))

SUMMARY_COLUMNS: Columns = (
    ("id", "string"),
    ("path", "string"),
    ("outlet", "string"),
    ("published", "string"),
    ("title", "string"),
    ("duplicate_of", "string"),
    ("sha256", "string"),
    ("sentences", "int64"),
    *((f"n_{label}", "int64") for label in LABELS),
    ("needs_review", "int64"),
    ("claims", "int64"),
    ("sources", "int64"),
    ("band", "string"),
    *INDICATORS,
    *((f"{share}_{part}", kind) for share in SHARES for part, kind in SHARE_PARTS),
    ("notes", "string"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with rows for the parts of an article: `name` is its file name without the ending."""

    name: str
    columns: Columns
    rows: Callable[[Annotation], Iterable[Row]]


def flatten_sentences(annotation: Annotation) -> Iterator[Row]:
    """One row per sentence."""
    for sentence in annotation.sentences:
        chances = sentence.probabilities or {}
        yield {
            "article_id": annotation.article.id,
            "sentence_id": sentence.id,
            "start": sentence.start,
            "end": sentence.end,
            "zone": sentence.zone,
            "label": sentence.label,
            "confidence": sentence.confidence,
            **{f"p_{label}": chances.get(label) for label in LABELS},
            "needs_review": sentence.needs_review,
            "claim_ids": _join(sentence.claim_ids),
            "own_label": sentence.own_label,
            "own_confidence": sentence.own_confidence,
            "text": annotation.article.text[sentence.start : sentence.end],
        }


def flatten_claims(annotation: Annotation) -> Iterator[Row]:
    """One row per claim."""
    text = annotation.article.text
    for claim in annotation.claims:
        yield {
            "article_id": annotation.article.id,
            "claim_id": claim.id,
            "sentence_ids": _join(claim.sentence_ids),
            "source_id": claim.source_id,
            "source_span": _write_spans(claim.source),
            "source_text": _read_spans(text, claim.source),
            "cue_span": _write_spans(claim.cue),
            "cue_text": _read_spans(text, claim.cue),
            "content_spans": _write_spans(*claim.content),
            "content_text": _read_spans(text, *claim.content),
            "quote_spans": _write_spans(*claim.quotes),
            "quote_text": _read_spans(text, *claim.quotes),
            "quote_status": claim.quote_status,
            "kind": claim.kind,
            "link": claim.link,
            "support": claim.support,
            "flags": _join(claim.flags),
        }


def flatten_sources(annotation: Annotation) -> Iterator[Row]:
    """One row per source, its grade with the evidence in words."""
    for source in annotation.sources:
        record = source.to_dict()
        grade = source.grade
        yield {name: record.get(name) for name, _ in SOURCE_COLUMNS} | {
            "article_id": annotation.article.id,
            "source_id": source.id,
            "mention_spans": _write_spans(*source.mentions),
            "claims": sum(claim.source_id == source.id for claim in annotation.claims),
            "score": grade and grade.score,
            "band": grade and grade.band,
            "evidence": grade and "; ".join(f"{item.part} {item.points}: {item.why}" for item in grade.evidence),
        }


def summarize_annotation(annotation: Annotation) -> Row:
    """The row of one article in the summary: label counts and every indicator of rubric R3."""
    article, profile = annotation.article, annotation.profile
    row: Row = {key: getattr(article, key) for key in ("id", "path", "outlet", "published", "title", "sha256")}
    row["duplicate_of"] = None
    labels = [sentence.label for sentence in annotation.sentences]
    row |= {f"n_{label}": labels.count(label) for label in LABELS}
    row["needs_review"] = sum(sentence.needs_review for sentence in annotation.sentences)
    row |= {key: getattr(profile, key) for key in ("sentences", "claims", "sources", "band")}
    row |= {name: profile.indicators.get(name) for name, _ in INDICATORS}
    for name in SHARES:
        share = profile.shares.get(name)
        row |= {f"{name}_{part}": share and getattr(share, part) for part, _ in SHARE_PARTS}
    row["notes"] = _join(profile.notes)
    return row


TABLES = (
    Table("sentences", SENTENCE_COLUMNS, flatten_sentences),
    Table("claims", CLAIM_COLUMNS, flatten_claims),
    Table("sources", SOURCE_COLUMNS, flatten_sources),
)


def _join(items: Iterable[object]) -> str | None:
    return " ".join(map(str, items)) or None


def _write_spans(*spans: Span | None) -> str | None:
    return _join(f"{span.start}-{span.end}" for span in spans if span)


def _read_spans(text: str, *spans: Span | None) -> str | None:
    return " ... ".join(text[span.start : span.end] for span in spans if span) or None
