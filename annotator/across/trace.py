"""What stands behind one number of a profile: the sentences, claims or sources that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.across.groups import GroupBy, group_articles
from annotator.across.profile import check_indicators
from annotator.across.run import fetch_rows, open_run, quote_list
from annotator.errors import ConfigError
from annotator.grade import load_rubric
from annotator.labels import DOCUMENT_TYPES

_UNIDENTIFIED = "'unidentified_document'"
_LINKED = "counted_claims WHERE linked_id IS NOT NULL"
_TOP = """(SELECT *, linked_id = first_value(linked_id) OVER (PARTITION BY article_id ORDER BY uses DESC, linked_id) AS top
    FROM (SELECT *, count(*) OVER (PARTITION BY article_id, linked_id) AS uses
        FROM counted_claims WHERE linked_id IS NOT NULL))"""
_LEAD = """(SELECT c.* FROM counted_claims c SEMI JOIN (
        SELECT article_id, claim_id FROM claim_sentences JOIN (
            FROM eligible_sentences QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY sentence_id) <= {lead}
        ) USING (article_id, sentence_id)) USING (article_id, claim_id))"""
_FULL = f"""type = 'named_document' OR (type = 'named_person' AND (role IS NOT NULL OR affiliation IS NOT NULL))
    OR (type IN ({quote_list(DOCUMENT_TYPES)}) AND affiliation IS NOT NULL)"""

# For each indicator of rubric R3: the unit, all that is looked at, and which of them count (NULL: all enter alike).
TRACES: dict[str, tuple[str, str, str]] = {
    "attribution_rate": (
        "sentence",
        "eligible_sentences",
        "(article_id, sentence_id) IN (SELECT (article_id, sentence_id) FROM claim_sentences "
        "SEMI JOIN counted_claims USING (article_id, claim_id))",
    ),
    "named_source_share": ("source", "counted_sources", "type = 'named_person'"),
    "identified_source_share": ("source", "counted_sources", f"NOT is_anonymous AND type <> {_UNIDENTIFIED}"),
    "anonymous_source_share": ("source", "counted_sources", "is_anonymous"),
    "anonymous_claim_share": ("claim", "counted_claims", "is_anonymous"),
    "opaque_claim_share": (
        "claim",
        "counted_claims",
        f"is_anonymous OR source_type IS NOT DISTINCT FROM {_UNIDENTIFIED}",
    ),
    "fully_identified_sources": ("source", "counted_sources", _FULL),
    "independent_sources_low": ("source", "counted_sources", "NULL"),
    "independent_sources_high": ("source", "counted_sources", "NULL"),
    "top_source_share": ("claim", _TOP, "top"),
    "concentration": ("claim", _LINKED, "NULL"),
    "effective_sources": ("claim", _LINKED, "NULL"),
    "evenness": ("claim", _LINKED, "NULL"),
    "sector_evenness": ("claim", "counted_claims WHERE sector IS NOT NULL", "NULL"),
    "official_share": ("claim", "counted_claims WHERE sector IS NOT NULL", "sector = 'government'"),
    "ordinary_share": (
        "claim",
        "counted_claims WHERE sector IS NOT NULL",
        "sector IN ('actor', 'witness', 'victim')",
    ),
    "unknown_sector_share": ("claim", "counted_claims", "sector IS NULL"),
    "relayed_share": ("claim", "counted_claims", "coalesce(relay_depth >= 1, false)"),
    "anonymity_explained": (
        "source",
        "counted_sources WHERE is_anonymous AND anonymity_type IN ('explicit', 'veiled')",
        "reason_kind IS NOT DISTINCT FROM 'specific'",
    ),
    "lead_anonymous_only": ("claim", _LEAD, "is_anonymous"),
    "comment_sought": ("claim", "claims WHERE kind IN ('no_comment', 'denial')", "NULL"),
    "mean_T": ("claim", _LINKED, "NULL"),
}
# What is shown of a unit: its id, the number it brings in, its place and its words.
_SHOWN = {
    "sentence": 'sentence_id::VARCHAR AS id, NULL AS T, "start" || \'-\' || "end" AS spans, text',
    "source": "source_id AS id, score AS T, mention_spans AS spans, coalesce(name, type) AS text",
    "claim": "claim_id AS id, {score} AS T, coalesce(content_spans, places.spans) AS spans, "
    "coalesce(content_text, places.text) AS text",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """The units behind an indicator: `article_id`, `group`, `unit`, `id`, `counted`, `T`, `spans`, `text`.

    `counted` says whether a unit is one of k, and is None where the indicator is no share of units. `spans` are offsets
    `start-end` in code points of the article's text, of a sentence whole, of a claim its content (its sentences where
    it has none), of a source its mentions.
    """

    indicator: str
    rows: list[dict[str, Any]]
    notes: list[str]


def trace_indicator(out: Path | str, by: GroupBy, indicator: str, group: str | None = None) -> Trace:
    """What an indicator counts in the run in `out`, in one group or in all.

    Raises ConfigError for an unknown indicator, group or column, InputError if `out` or the CSV file cannot be used.
    """
    check_indicators([indicator])
    unit, population, counted = TRACES[indicator]
    population = population.replace("{lead}", str(int(load_rubric().profile["lead_sentences"])))
    shown = _SHOWN[unit].replace("{score}", "NULL" if indicator == "comment_sought" else "score")
    places = "JOIN places USING (article_id, claim_id)" if unit == "claim" else ""
    with open_run(out) as connection:
        notes = group_articles(connection, by)
        labels = [
            row["group_label"] for row in fetch_rows(connection, "SELECT DISTINCT group_label FROM groups ORDER BY ALL")
        ]
        if group is not None and group not in labels:
            raise ConfigError(f"--group {group}: no such group; the groups are {', '.join(labels[:20])}")
        rows = fetch_rows(
            connection,
            f"SELECT article_id, group_label AS \"group\", '{unit}' AS unit, {shown}, ({counted})::BOOLEAN AS counted "
            f"FROM (SELECT * FROM {population}) JOIN groups USING (article_id) {places} "
            "WHERE group_label = coalesce(?, group_label) ORDER BY group_label, article_id, length(id), id",
            [group],
        )
    return Trace(indicator, rows, notes)
