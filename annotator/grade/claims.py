"""What stands behind each claim: its support, and flags for an editor (rubric R2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from annotator.grade.points import is_anonymous
from annotator.grade.rubric import Rubric
from annotator.labels import DOCUMENT_TYPES
from annotator.records import Claim, Source


def judge_claims(claims: Sequence[Claim], sources: Iterable[Source], rubric: Rubric) -> tuple[Claim, ...]:
    """The same claims with `support` and `flags` (rubric R2).

    Without matching claims of the same content each claim stands alone, so none is ever `corroborated`. A claim whose
    source id is None or not among the sources is `unresolved`. A refusal to comment (codebook, settled choice 4) gets
    no flags.
    """
    by_id = {source.id: source for source in sources}
    denials = [
        (claim, by_id[claim.source_id]) for claim in claims if claim.kind == "denial" and claim.source_id in by_id
    ]
    denials = [(claim, source) for claim, source in denials if _is_identified(source)]
    judged = []
    for claim in claims:
        source = by_id.get(claim.source_id) if claim.source_id else None
        support = _find_support(claim, source, denials, rubric)
        judged.append(replace(claim, support=support, flags=_find_flags(claim, source)))
    return tuple(judged)


def _find_support(claim: Claim, source: Source | None, denials: list[tuple[Claim, Source]], rubric: Rubric) -> str:
    """Rubric R2 for a claim that stands alone.

    Contested: an allegation, and in its last sentence or the next one another, identified source denies. Denials
    further off would need claim matching. A bare plural is one source; several only where the text states a number. An
    item that is not identified counts as not anonymous, as in codebook 2.1; its flag says the rest.
    """
    if source is None or source.type == "unresolved":
        return "unresolved"
    if claim.kind == "allegation" and any(
        other.id != source.id and _follows(denial, claim) for denial, other in denials
    ):
        return "contested"
    if not is_anonymous(source):
        return "single_identified"
    return "multi_anonymous" if (source.count_stated or 1) >= rubric.claims["several_sources"] else "single_anonymous"


def _is_identified(source: Source) -> bool:
    return not is_anonymous(source) and source.type not in ("unidentified_document", "unresolved")


def _follows(denial: Claim, claim: Claim) -> bool:
    """Whether a denial begins in the last sentence of a claim or the one after."""
    if not (denial.sentence_ids and claim.sentence_ids):
        return False
    return min(denial.sentence_ids) - max(claim.sentence_ids) in (0, 1)


def _find_flags(claim: Claim, source: Source | None) -> tuple[str, ...]:
    """Flags of rubric R2, in the order of labels.FLAGS.

    Reasons are asked only of sources that withhold a name (anonymity explicit or veiled; elsewhere the reason is n/a,
    R1a). A plural is vague without number and affiliation. A source is bare with neither role nor affiliation.
    Provenance is missing where an item has neither provenance nor date, number or link (`occasion`).
    """
    if source is None or source.type == "unresolved" or claim.kind == "no_comment":
        return ()
    anonymous = is_anonymous(source)
    withheld = anonymous and source.anonymity_type in ("explicit", "veiled")
    unnamed = source.type in ("unnamed_person", "unnamed_group")
    uncounted = source.type == "unnamed_group" and not source.count_stated and not source.affiliation
    item = source.type in DOCUMENT_TYPES
    untraced = source.provenance is None or source.provenance.value == "unknown"
    holds = {
        "anonymous_no_reason": withheld and source.reason_kind in (None, "none"),
        "anonymous_stock_reason": withheld and source.reason_kind == "stock",
        "anonymous_opinion": anonymous and claim.kind == "opinion",
        "vague_plural": source.type == "generic_collective" or uncounted,
        "bare_source": unnamed and not source.role and not source.affiliation,
        "hearsay_no_source": source.type == "unspecified",
        "relayed": source.relay_depth >= 1,
        "unidentified_document": source.type == "unidentified_document",
        "provenance_missing": item and untraced and source.occasion is None,
        "anonymous_direct_quote": anonymous and claim.quote_status == "direct",
    }
    return tuple(flag for flag, found in holds.items() if found)
