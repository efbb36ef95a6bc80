"""A record as it is written -> the `Annotation` that it was. What is not written (paragraph openings, scores) is not restored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.records import (
    Annotation,
    Article,
    Attribute,
    Claim,
    Evidence,
    Grade,
    ModelInfo,
    Profile,
    Sentence,
    Share,
    Source,
    Span,
)

_COUNTED = ("sentences", "claims", "sources", "band", "counts", "steps", "notes")
_PLAIN = (
    "id",
    "name",
    "type",
    "anonymous",
    "anonymity_type",
    "reason_kind",
    "relay_depth",
    "sector",
    "count_stated",
    "body_specific",
)
_SHOWN = ("role", "affiliation", "access", "occasion", "medium", "provenance", "relayed_by")


def restore_annotation(record: Mapping[str, Any]) -> Annotation:
    """The annotation whose `to_dict` gives this record again.

    Raises KeyError or TypeError for anything else than a record of this schema.
    """
    article = {key: value for key, value in record["article"].items() if key != "sha256"}
    return Annotation(
        Article(**article),
        tuple(map(_restore_sentence, record["sentences"])),
        tuple(map(_restore_claim, record["claims"])),
        tuple(map(_restore_source, record["sources"])),
        _restore_profile(record["profile"]),
        ModelInfo(**record["model"]),
        tuple(map(_restore_claim, record["attitudes"])),
    )


def _restore_sentence(item: Mapping[str, Any]) -> Sentence:
    return Sentence(**{**item, "claim_ids": tuple(item["claim_ids"])})


def _restore_claim(item: Mapping[str, Any]) -> Claim:
    spans = {key: item[key] and Span(**item[key]) for key in ("source", "cue")}
    lists = {key: tuple(Span(**span) for span in item.get(key, ())) for key in ("content", "quotes")}
    plain = {key: item[key] for key in ("source_id", "quote_status", "kind", "link", "support") if key in item}
    flags = tuple(item.get("flags", ()))
    return Claim(item["id"], tuple(item["sentence_ids"]), **spans, **lists, **plain, flags=flags)


def _restore_source(item: Mapping[str, Any]) -> Source:
    places = {key: Span(**span) for key, span in item["attribute_spans"].items()}
    values = {key: item[key] for key in _SHOWN} | {"reason": item["anonymity_reason"]}
    return Source(
        **{key: item[key] for key in _PLAIN},
        **{key: None if value is None else Attribute(value, places.get(key)) for key, value in values.items()},
        mentions=tuple(Span(**span) for span in item["mentions"]),
        anonymous_probability=float(item["anonymous"]),
        grade=item["reliability"] and _restore_grade(item["reliability"]),
    )


def _restore_grade(item: Mapping[str, Any]) -> Grade:
    return Grade(item["score"], item["band"], tuple(Evidence(**evidence) for evidence in item["evidence"]))


def _restore_profile(item: Mapping[str, Any]) -> Profile:
    indicators = {key: value for key, value in item.items() if key not in _COUNTED}
    shares = {name: Share(value=indicators.get(name), **share) for name, share in item["counts"].items()}
    counts = (item[key] for key in ("sentences", "claims", "sources", "band"))
    return Profile(*counts, indicators, shares, tuple(item["steps"]), tuple(item["notes"]))
