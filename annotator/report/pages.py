"""What the pages show, as rows of a run's tables. Everything is counted by DuckDB over the Parquet files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotator.across.run import fetch_rows
from annotator.grade.flags import FLAG_RULES
from annotator.grade.stats import make_share
from annotator.labels import LABELS
from annotator.write import INDICATORS, SHARES

if TYPE_CHECKING:
    import duckdb

BANDS = ("high", "substantial", "limited", "low", "minimal", "not_gradable")
TOP_SOURCES = 40
_LABEL_SUMS = ", ".join(f"coalesce(sum(n_{label}), 0)::BIGINT AS {label}" for label in LABELS)

ARTICLES = """
SELECT article_id, a.title, outlet, strftime(try_cast(published AS TIMESTAMP), '%Y-%m-%d') AS day, path, duplicate_of,
    band, mean_T, claims, sources, anonymous_claim_share_k, anonymous_claim_share_n, sentences, needs_review,
    coalesce(flagged, 0) AS flagged
FROM (SELECT id AS article_id, * EXCLUDE (id) FROM summary) a
LEFT JOIN (SELECT article_id, count(*) AS flagged FROM claims WHERE flags IS NOT NULL GROUP BY ALL) USING (article_id)
"""
_TOTALS = f"""
SELECT count(*)::BIGINT AS articles, coalesce(sum(sentences), 0)::BIGINT AS sentences, {_LABEL_SUMS} FROM articles
"""
_COUNTS = """
SELECT count(*)::BIGINT AS claims, count_if(is_anonymous)::BIGINT AS anonymous FROM counted_claims
"""
_MONTHS = f"""
SELECT strftime(try_cast(published AS TIMESTAMP), '%Y-%m') AS name, {_LABEL_SUMS} FROM articles
WHERE try_cast(published AS TIMESTAMP) IS NOT NULL GROUP BY ALL ORDER BY name
"""
_OUTLETS = f"""
SELECT outlet AS name, count(*)::BIGINT AS articles, {_LABEL_SUMS} FROM articles
WHERE outlet IS NOT NULL GROUP BY ALL ORDER BY sum(sentences) DESC, name
"""
_BANDS = "SELECT band, count(*)::BIGINT AS articles FROM articles GROUP BY ALL"
_FLAGS = """
SELECT flag, count(*)::BIGINT AS claims, count(DISTINCT article_id)::BIGINT AS articles
FROM (SELECT article_id, unnest(string_split(flags, ' ')) AS flag FROM claims WHERE flags IS NOT NULL)
GROUP BY ALL ORDER BY claims DESC, flag
"""
_SINGLES = """
SELECT c.article_id, c.claim_id, c.support, c.source_name, c.source_type, c.is_anonymous, a.outlet,
    coalesce(c.content_text, p.text) AS text, (SELECT min(sentence_id) FROM claim_sentences s
        WHERE s.article_id = c.article_id AND s.claim_id = c.claim_id) AS sentence_id
FROM counted_claims c JOIN places p USING (article_id, claim_id) JOIN (SELECT id AS article_id, outlet FROM articles) a
    USING (article_id)
WHERE c.support = 'single_anonymous' ORDER BY a.outlet NULLS LAST, c.article_id, length(c.claim_id), c.claim_id
"""
_CLAIMS_SAID = """
SELECT article_id, c.claim_id, p.text, c.quote_status, c.support, a.outlet, a.title, s.sentence_id
FROM claims c JOIN places p USING (article_id, claim_id)
JOIN (SELECT article_id, claim_id, min(sentence_id) AS sentence_id FROM claim_sentences GROUP BY ALL) s
    USING (article_id, claim_id)
JOIN (SELECT id AS article_id, outlet, title FROM summary) a USING (article_id)
ORDER BY a.outlet NULLS LAST, article_id, length(c.claim_id), c.claim_id
"""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of rubric R3 of an article: its value, k of n and the interval where it is a share."""

    name: str
    value: float | int | bool | str | None
    share: Any = None


def list_articles(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of the index, in the order of the run."""
    return fetch_rows(connection, ARTICLES)


def sum_up(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The figures of the index over all articles, repeats of a text counted once."""
    totals = fetch_rows(connection, _TOTALS)[0]
    claims = fetch_rows(connection, _COUNTS)[0]
    bands = {row["band"]: row["articles"] for row in fetch_rows(connection, _BANDS)}
    flags = fetch_rows(connection, _FLAGS)
    for row in flags:
        row["message"] = FLAG_RULES[row["flag"]].message if row["flag"] in FLAG_RULES else ""
    return {
        "totals": totals,
        "claims": claims["claims"],
        "anonymous": make_share(claims["anonymous"], claims["claims"]),
        "labels": {label: totals[label] for label in LABELS},
        "bands": {band: bands.get(band, 0) for band in BANDS},
        "months": fetch_rows(connection, _MONTHS),
        "outlets": fetch_rows(connection, _OUTLETS),
        "flags": flags,
    }


def list_singles(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The claims that rest on one anonymous source, by outlet and article."""
    return fetch_rows(connection, _SINGLES)


def list_claims(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Every claim by its id `article:claim`, in order of outlet and article."""
    rows = fetch_rows(connection, _CLAIMS_SAID)
    return {f"{row['article_id']}:{row['claim_id']}": row | {"order": place} for place, row in enumerate(rows)}


def list_indicators(profile: Mapping[str, Any]) -> list[Indicator]:
    """The indicators of one article, in the order of rubric R3."""
    counts = profile.get("counts") or {}
    return [Indicator(name, profile.get(name), counts.get(name) if name in SHARES else None) for name, _ in INDICATORS]
