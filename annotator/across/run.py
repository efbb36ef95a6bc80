"""A run's folder as a DuckDB connection: its tables, and what rubric R3 counts of them, as views.

The results are hostile input: no value of theirs, no path and no option is ever pasted into SQL. What is pasted are
constants of this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.errors import InputError
from annotator.labels import ANONYMOUS_TYPES
from annotator.write.tables import SUMMARY_COLUMNS, TABLES

if TYPE_CHECKING:
    import duckdb

RUN = "run.json"
TABLE_COLUMNS = {table.name: table.columns for table in TABLES} | {"summary": SUMMARY_COLUMNS}


def quote_list(values: Iterable[str]) -> str:
    """Constants of this package as a list for `IN (...)`."""
    return ", ".join(f"'{value}'" for value in sorted(values))


# `articles` leaves out repeats of a text; the other tables have no rows of repeats. The rest follows rubric R3: eligible
# are sentences of the body and of interview answers; counted are claims with an eligible sentence, refusals to comment
# left out, and the sources that answer for at least one of them.
VIEWS = f"""
CREATE VIEW articles AS SELECT * FROM summary WHERE duplicate_of IS NULL;

CREATE VIEW claim_sentences AS
SELECT article_id, claim_id, unnest(string_split(sentence_ids, ' '))::BIGINT AS sentence_id FROM claims;

CREATE VIEW places AS
SELECT article_id, claim_id, string_agg(s."start" || '-' || s."end", ' ' ORDER BY sentence_id) AS spans,
    string_agg(s.text, ' ... ' ORDER BY sentence_id) AS text
FROM claim_sentences JOIN sentences s USING (article_id, sentence_id) GROUP BY ALL;

CREATE VIEW chains AS
SELECT *, anonymous OR type IN ({quote_list(ANONYMOUS_TYPES)}) AS is_anonymous FROM sources WHERE type <> 'unresolved';

CREATE VIEW eligible_sentences AS SELECT * FROM sentences WHERE zone IN ('body', 'interview_answer');

CREATE VIEW counted_claims AS
SELECT c.*, s.source_id AS linked_id, s.name AS source_name, s.type AS source_type,
    coalesce(s.is_anonymous, false) AS is_anonymous, s.relay_depth, s.score,
    CASE WHEN s.sector <> 'unknown' THEN s.sector END AS sector
FROM claims c LEFT JOIN chains s USING (article_id, source_id)
WHERE c.kind IS DISTINCT FROM 'no_comment' AND EXISTS (
    FROM claim_sentences l JOIN eligible_sentences USING (article_id, sentence_id)
    WHERE l.article_id = c.article_id AND l.claim_id = c.claim_id
);

CREATE VIEW counted_sources AS
SELECT s.*, n.counted FROM chains s JOIN (
    SELECT article_id, linked_id AS source_id, count(*) AS counted
    FROM counted_claims WHERE linked_id IS NOT NULL GROUP BY ALL
) n USING (article_id, source_id);
"""


def open_run(out: Path | str) -> duckdb.DuckDBPyConnection:
    """A connection in memory with views over the tables of the run in `out`; the caller closes it.

    Views: `sentences`, `claims`, `sources` and `summary` as written; `articles`, `claim_sentences`, `places` (the
    sentences of each claim), `chains`, `eligible_sentences`, `counted_claims` and `counted_sources` on top. Raises
    InputError if `out` holds no whole run.
    """
    import duckdb

    out = Path(out)
    hint = "name a folder written by `annotator annotate PATH -o FOLDER`"
    if not out.is_dir():
        raise InputError(f"{out}: no such folder; {hint}")
    files = {name: out / f"{name}.parquet" for name in TABLE_COLUMNS}
    missing = [path.name for path in (*files.values(), out / RUN) if not path.is_file()]
    if missing:
        raise InputError(f"{out}: holds no whole run ({', '.join(missing)} missing); {hint}")
    connection = duckdb.connect()
    try:
        for name, path in files.items():
            table = connection.read_parquet(str(path))
            lacking = [column for column, _ in TABLE_COLUMNS[name] if column not in table.columns]
            if lacking:
                raise InputError(f"{path}: lacks {', '.join(lacking)}; annotate again with this version")
            table.create_view(name)
        connection.execute(VIEWS)
    except duckdb.Error as error:
        connection.close()
        raise InputError(f"{out}: the results cannot be read ({error}); annotate again with --overwrite") from error
    except InputError:
        connection.close()
        raise
    return connection


def fetch_rows(
    connection: duckdb.DuckDBPyConnection, query: str, values: Sequence[object] = ()
) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries; `values` fill its question marks."""
    result = connection.execute(query, list(values))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
