"""Articles into groups: by outlet, by month, by a column of the summary, or by a column of the user's own CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.across.run import fetch_rows
from annotator.errors import ConfigError, InputError

if TYPE_CHECKING:
    import duckdb

UNKNOWN = "unknown"
MONTH = "month"
KEYS = ("id", "path")  # columns by which a CSV file is joined to the summary, the first that it has

# A date as its outlet wrote it, whatever the zone: 2031-03-04..., 2031/03/04, 2031-03, 4 March 2031, Mar 4, 2031,
# "Tue, 04 Mar 2031 10:00:00 GMT". All else, 03/04/2031 too, may be read in two ways and stays unknown.
_MONTH = r"""strftime(coalesce(
    try_strptime(regexp_extract(published, '^\s*(\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:\D|$)', 1), ['%Y-%m-%d', '%Y/%m/%d']),
    try_strptime(regexp_extract(published, '^\s*(\d{4}-\d{2})\s*$', 1) || '-01', '%Y-%m-%d'),
    try_strptime(regexp_extract(published, '\b(\d{1,2} [A-Za-z]{3,9}),? (\d{4})\b', 1) || ' '
        || regexp_extract(published, '\b(\d{1,2} [A-Za-z]{3,9}),? (\d{4})\b', 2), ['%d %B %Y', '%d %b %Y']),
    try_strptime(regexp_extract(published, '\b([A-Za-z]{3,9} \d{1,2}),? (\d{4})\b', 1) || ' '
        || regexp_extract(published, '\b([A-Za-z]{3,9} \d{1,2}),? (\d{4})\b', 2), ['%B %d %Y', '%b %d %Y'])
), '%Y-%m')"""


@dataclass(frozen=True, slots=True)
class GroupBy:
    """What articles are grouped by: `outlet`, `month` or a column; `table` is a CSV file with the column and id or path."""

    column: str
    table: Path | None = None


def group_articles(connection: duckdb.DuckDBPyConnection, by: GroupBy) -> list[str]:
    """Make the table `groups` (article_id, group_label, is_repeat), one row per article. Gives notes for the user.

    A value that is missing or empty, or a date that cannot be read, puts an article into the group `unknown`. Raises
    ConfigError for a column that does not exist and InputError for a CSV file that cannot be used.
    """
    notes = []
    if by.table is not None:
        notes = _join_table(connection, by)
        values, source = "extra.label", "summary LEFT JOIN extra ON extra.article_id = summary.id"
    else:
        values, source = _MONTH if by.column == MONTH else _quote_column(connection, by.column), "summary"
    connection.execute(
        f"CREATE TEMP TABLE groups AS SELECT id AS article_id, duplicate_of IS NOT NULL AS is_repeat, "
        f"coalesce(nullif(trim(({values})::VARCHAR), ''), ?) AS group_label FROM {source}",
        [UNKNOWN],
    )
    unknown = fetch_rows(
        connection, "SELECT count(*) AS n FROM groups WHERE group_label = ? AND NOT is_repeat", [UNKNOWN]
    )
    if unknown[0]["n"]:
        notes.append(f"{unknown[0]['n']} articles are in the group {UNKNOWN}: no {by.column} that can be read")
    return notes


def _quote_column(connection: duckdb.DuckDBPyConnection, column: str) -> str:
    """A column of the summary as an SQL identifier."""
    known = connection.table("summary").columns
    if column not in known:
        raise ConfigError(
            f"--by {column}: no such column; name {MONTH}, a column of the summary ({', '.join(known[:6])}, ...) or one "
            "of your own file: --with FILE.csv"
        )
    return 'summary."' + column.replace('"', '""') + '"'


def _join_table(connection: duckdb.DuckDBPyConnection, by: GroupBy) -> list[str]:
    """Make the table `extra` (article_id, label) from a CSV file."""
    import duckdb

    if not by.table.is_file():
        raise InputError(f"{by.table}: no such file; name a CSV file with the columns {by.column} and id or path")
    try:
        connection.execute(
            "CREATE TEMP TABLE given AS SELECT * FROM read_csv(?, all_varchar = true, header = true)", [str(by.table)]
        )
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise InputError(f"{by.table}: cannot be read as CSV in UTF-8 with a header ({first})") from error
    columns = connection.table("given").columns
    key = next((name for name in KEYS if name in columns), None)
    if key is None or by.column not in columns:
        needed = " or ".join(KEYS) if key is None else by.column
        raise InputError(f"{by.table}: has no column {needed}; its columns are {', '.join(columns)}")
    label = '"' + by.column.replace('"', '""') + '"'
    clashes = fetch_rows(
        connection, f'SELECT "{key}" AS key FROM given GROUP BY "{key}" HAVING count(DISTINCT {label}) > 1 LIMIT 1'
    )
    if clashes:
        raise InputError(f"{by.table}: gives several values of {by.column} for {key} {clashes[0]['key']}; keep one")
    connection.execute(
        f"CREATE TEMP TABLE extra AS SELECT s.id AS article_id, any_value(g.{label}) AS label FROM summary s "
        f'JOIN given g ON g."{key}" = s."{key}" GROUP BY s.id'
    )
    unmatched = fetch_rows(
        connection,
        f"SELECT count(*) AS n, (SELECT count(*) FROM extra) AS found FROM given "
        f'WHERE "{key}" IS NULL OR "{key}" NOT IN (SELECT "{key}" FROM summary WHERE "{key}" IS NOT NULL)',
    )[0]
    if not unmatched["found"]:
        raise InputError(f"{by.table}: no {key} in it is one of the run; compare with summary.csv")
    return [f"{unmatched['n']} rows of {by.table} belong to no article of the run"] if unmatched["n"] else []
