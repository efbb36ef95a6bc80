"""One table of sources over all articles of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.across.merging import merge_sources
from annotator.across.run import fetch_rows, open_run
from annotator.across.tables import Columns, write_result
from annotator.grade.stats import make_share
from annotator.records import Share

NAME = "sources_across"
COLUMNS: Columns = (
    ("name", "string"),
    ("type", "string"),
    ("anonymous", "bool"),
    ("articles", "int64"),
    ("claims", "int64"),
    ("share_of_claims", "double"),
    ("outlets", "int64"),
    ("mean_T", "double"),
    ("min_T", "int64"),
    ("max_T", "int64"),
    ("names", "list"),
    ("roles", "list"),
    ("affiliations", "list"),
    ("outlet_names", "list"),
    ("merged_by", "string"),
    ("article_ids", "list"),
    ("claim_ids", "list"),
)
SORTS = ("claims", "articles", "outlets", "mean_T", "name")

# The name shown is the longest of a source's names, as the fullest form in an article is (codebook 2.1).
_SOURCES = """
SELECT
    CASE WHEN kind <> 'by_type' THEN first(name ORDER BY length(name) DESC, name) FILTER (name IS NOT NULL) END AS name,
    first(type ORDER BY uses DESC, type) AS type,
    bool_or(is_anonymous) AS anonymous,
    count(DISTINCT article_id) AS articles,
    sum(len(claim_ids))::BIGINT AS claims,
    claims / nullif((SELECT count(*) FROM claims), 0) AS share_of_claims,
    count(DISTINCT outlet) AS outlets,
    avg(score) AS mean_T, min(score) AS min_T, max(score) AS max_T,
    coalesce(list(DISTINCT name ORDER BY name) FILTER (name IS NOT NULL AND kind <> 'by_type'), []) AS names,
    coalesce(list(DISTINCT role ORDER BY role) FILTER (role IS NOT NULL), []) AS roles,
    coalesce(list(DISTINCT affiliation ORDER BY affiliation) FILTER (affiliation IS NOT NULL), []) AS affiliations,
    coalesce(list(DISTINCT outlet ORDER BY outlet) FILTER (outlet IS NOT NULL), []) AS outlet_names,
    string_agg(DISTINCT rule, '; ' ORDER BY rule) AS merged_by,
    list(DISTINCT article_id ORDER BY article_id) AS article_ids,
    flatten(list(list_transform(claim_ids, lambda claim: article_id || ':' || claim) ORDER BY number)) AS claim_ids
FROM (SELECT *, count(*) OVER (PARTITION BY kind, merge_key, merge_body, merge_date, type) AS uses FROM merged)
GROUP BY kind, merge_key, merge_body, merge_date
ORDER BY claims DESC, articles DESC, name NULLS LAST, type, min(number)
"""
_ANONYMOUS = """
SELECT coalesce(sum(len(claim_ids)) FILTER (is_anonymous), 0)::BIGINT, coalesce(sum(len(claim_ids)), 0)::BIGINT,
    count(*) FILTER (is_anonymous), count(*) FILTER (type <> 'unresolved')
FROM merged
"""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """All sources of a run, most claims first, as rows with the keys of `COLUMNS`.

    `anonymous_claims` are of all claims, `anonymous_sources` of all sources counted once per article, unresolved ones
    left out. `articles` counts texts, `repeats` further articles with the same text, which are not counted again.
    Claim ids are `article:claim`.
    """

    rows: list[dict[str, Any]]
    anonymous_claims: Share
    anonymous_sources: Share
    articles: int
    repeats: int


def collect_sources(out: Path | str) -> SourceTable:
    """The sources of the run in `out`, merged across articles as `annotator.across.merging` says.

    All claims count, also those in headlines and refusals to comment. T is the grade in each article (rubric R1), its
    mean over articles. Raises InputError if `out` holds no whole run.
    """
    with open_run(out) as connection:
        merge_sources(connection)
        rows = fetch_rows(connection, _SOURCES)
        claims, all_claims, sources, all_sources = connection.execute(_ANONYMOUS).fetchone()
        counts = "SELECT count(*) FILTER (duplicate_of IS NULL), count(duplicate_of) FROM summary"
        articles, repeats = connection.execute(counts).fetchone()
    shares = make_share(claims, all_claims), make_share(sources, all_sources)
    return SourceTable(rows, *shares, articles, repeats)


def write_sources(table: SourceTable, out: Path | str) -> tuple[Path, Path]:
    """Write `sources_across.parquet` and `.csv` into `out`. Raises ConfigError if it cannot be written to."""
    return write_result(table.rows, COLUMNS, out, NAME)


def sort_sources(rows: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """Rows by one of `SORTS`: names from A to Z, numbers from high to low, what is not known last."""
    known = [row for row in rows if row[by] is not None]
    ordered = sorted(known, key=lambda row: row[by].casefold() if by == "name" else -row[by])
    return ordered + [row for row in rows if row[by] is None]
