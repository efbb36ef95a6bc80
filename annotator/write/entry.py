"""One annotation -> what each file of a run gets of it. This is most of the work of writing, and the workers do it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from annotator.records import Annotation, Failure
from annotator.write import admiralty
from annotator.write.tables import SUMMARY_COLUMNS, TABLES, Columns, Row, summarize_annotation

if TYPE_CHECKING:
    from pyarrow import Schema

SURROGATES = re.compile("[\ud800-\udfff]")
# What makes a spreadsheet take a cell for a formula (OWASP, "CSV injection"), full-width signs included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table: how many, as CSV, and as an Arrow batch in bytes."""

    count: int
    text: str
    batch: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in all files: its line of the records, its rows of TABLES, of the summary and of admiralty.csv."""

    line: bytes
    tables: tuple[Rows, ...]
    row: Row
    summary: Rows
    admiralty: str


def make_entry(annotation: Annotation) -> Entry:
    """The entry of an annotation."""
    row = summarize_annotation(annotation)
    judged = [map(_replace_surrogates, source.values()) for source in admiralty.list_sources(annotation)]
    return Entry(
        encode_line(annotation.to_dict()),
        tuple(make_rows(table.columns, table.rows(annotation)) for table in TABLES),
        row,
        make_rows(SUMMARY_COLUMNS, [row]),
        write_cells(judged),
    )


def make_entries(results: Iterable[Annotation | Failure]) -> list[Entry | Failure]:
    """The entries of a chunk; failures stay what they are."""
    return [result if isinstance(result, Failure) else make_entry(result) for result in results]


def make_rows(columns: Columns, rows: Iterable[Row]) -> Rows:
    """Rows of a table in both formats. A lone surrogate becomes U+FFFD."""
    import pyarrow

    schema = make_schema(columns)
    cells = [[_replace_surrogates(row[name]) for name, _ in columns] for row in rows]
    values = zip(*cells, strict=True) if cells else ([] for _ in columns)
    arrays = [pyarrow.array(column, field.type) for column, field in zip(values, schema, strict=True)]
    batch = pyarrow.RecordBatch.from_arrays(arrays, schema=schema)
    return Rows(len(cells), write_cells(cells), batch.serialize().to_pybytes())


@cache
def make_schema(columns: Columns) -> Schema:
    """The Arrow schema of a table."""
    import pyarrow

    return pyarrow.schema([(name, pyarrow.type_for_alias(kind)) for name, kind in columns])


def write_cells(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV, in which no cell is a formula."""
    text = io.StringIO()
    # Every text is quoted, because csv leaves a lone carriage return bare otherwise.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([guard_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def encode_line(record: Mapping[str, Any]) -> bytes:
    """One line of JSON Lines in UTF-8. A lone surrogate becomes its JSON escape, so that reading gives it back."""
    line = json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
    return line.encode("utf-8", "backslashreplace")


def _replace_surrogates(value: Any) -> Any:
    return SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value


def guard_cell(value: Any) -> Any:
    """A CSV cell no spreadsheet runs: text that begins like a formula gets a leading apostrophe."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
