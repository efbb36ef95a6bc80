"""The form that an analyst fills in for the Admiralty scale (rubric R5). The grade of this package is never mapped to it.

The letter rests on the record of a source and the digit on confirmation by other reporting, and one article holds
neither. So every source starts as F, cannot be judged, and 6, cannot be judged, and a person who changes that states
who they are and on what basis.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from annotator.records import Annotation, Claim, Source

COLUMNS = (
    "article_id",
    "source_id",
    "name",
    "source_reliability",
    "information_credibility",
    "analyst",
    "basis",
    "sourcing_transparency",
    "corroboration_note",
)
_UNJUDGED = {"source_reliability": "F", "information_credibility": "6", "analyst": "", "basis": ""}


def list_sources(annotation: Annotation) -> Iterator[dict[str, str | None]]:
    """One row per source, unjudged. What this package knows stands in the last two columns, as notes."""
    for source in annotation.sources:
        claims = [claim for claim in annotation.claims if claim.source_id == source.id]
        yield {
            "article_id": annotation.article.id,
            "source_id": source.id,
            "name": source.name,
            **_UNJUDGED,
            "sourcing_transparency": _describe_grade(source),
            "corroboration_note": _describe_support(claims),
        }


def is_judged(path: Path) -> bool:
    """Whether a person has worked on an exported file: some row is not as it was, or the file is no longer ours."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            return tuple(rows.fieldnames or ()) != COLUMNS or any(
                row[column] != value for row in rows for column, value in _UNJUDGED.items()
            )
    except (OSError, UnicodeDecodeError, csv.Error):
        return True


def _describe_grade(source: Source) -> str:
    """The grade in words, which a reader cannot take for a letter or digit of the scale."""
    grade = source.grade
    if grade is None or grade.score is None:
        return "not gradable"
    parts = ", ".join(f"{item.part} {item.points}" for item in grade.evidence) or "nothing stated"
    return f"{grade.band}, {grade.score} of 10 ({parts}); not a judgement of reliability"


def _describe_support(claims: list[Claim]) -> str:
    supports = Counter(claim.support for claim in claims)
    notes = []
    if supports["corroborated"]:
        notes.append(
            f"{supports['corroborated']} of {len(claims)} claims agree with another source in the same article; "
            "its author chose both"
        )
    else:
        notes.append("no agreement between sources of the article was established")
    if supports["contested"]:
        notes.append(f"{supports['contested']} of {len(claims)} claims are denied by another source in it")
    return "; ".join(notes)
