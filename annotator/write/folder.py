"""One run -> one folder. Files grow under a temporary name beside their place and get their names when all are whole.

Text that JSON can hold is kept exactly: a lone surrogate, which UTF-8 cannot encode, is written as its JSON escape.
Parquet and CSV have no such escape and get U+FFFD in its place, one for one, so offsets hold.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from annotator.errors import ConfigError
from annotator.records import Annotation, Failure
from annotator.write import admiralty
from annotator.write.tables import SUMMARY_COLUMNS, TABLES, Columns, Row, summarize_annotation

# run.json is the last to get its name and, on overwriting, the first to lose it: where it lies, the run is whole.
RUN, RECORDS, FAILURES = "run.json", "annotations.jsonl", "failures.jsonl"
SUMMARY = "summary"
TABLE_NAMES = (*(table.name for table in TABLES), SUMMARY)
FILES = (RECORDS, *(f"{name}.{ending}" for name in TABLE_NAMES for ending in ("parquet", "csv")), FAILURES, RUN)
ADMIRALTY = "admiralty.csv"  # only where it is asked for
STAGING_PREFIX = ".annotating-"
# What the commands over a whole run add to its folder (annotator.across, annotator.review).
ACROSS_PREFIXES = ("sources_across.", "profile_by_", "corroboration.", "labels.jsonl")
ROWS_PER_GROUP = 5_000
SURROGATES = re.compile("[\ud800-\udfff]")
# What makes a spreadsheet take a cell for a formula (OWASP, "CSV injection"), full-width signs included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def check_folder(out: Path | str, overwrite: bool = False) -> None:
    """Raise ConfigError if `out` is a file, or holds a run and `overwrite` is not set.

    The judgements that a person has entered in admiralty.csv are not overwritten in any case.
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out}: is a file; name a folder for the results")
    if (out / ADMIRALTY).is_file() and admiralty.is_judged(out / ADMIRALTY):
        raise ConfigError(f"{out / ADMIRALTY}: seems to hold the judgements of a person; move it away first")
    there = [name for name in (*FILES, ADMIRALTY) if (out / name).exists()]
    if there and not overwrite:
        raise ConfigError(
            f"{out}: holds the results of a run ({', '.join(there[:3])}{', ...' if there[3:] else ''}); "
            "name another folder or pass --overwrite (in Python: overwrite=True)"
        )


class RunWriter:
    """Writes the files of one run into `out` with flat memory; a context manager.

    Nothing has its final name before `finish` is called. Leaving the context without it (an error, Ctrl-C) removes
    what was written and leaves `out` as it was. Files in `out` that are not of a run are never touched.
    `export_admiralty` adds admiralty.csv.

    Raises ConfigError as `check_folder` does, or if `out` cannot be written to.
    """

    def __init__(self, out: Path | str, overwrite: bool = False, export_admiralty: bool = False) -> None:
        check_folder(out, overwrite)
        self.out = Path(out)
        self._names = (*FILES[:-1], ADMIRALTY, RUN) if export_admiralty else FILES

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            if not self.out.exists():
                stack.callback(_remove_if_empty, self.out)
            try:
                self.out.mkdir(parents=True, exist_ok=True)
                self._staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=self.out))
            except OSError as error:
                raise ConfigError(f"{self.out}: cannot be written to ({error}); name another folder") from error
            stack.callback(shutil.rmtree, self._staging, ignore_errors=True)
            self._files = stack.enter_context(ExitStack())
            self._records = self._files.enter_context((self._staging / RECORDS).open("wb"))
            self._failures = self._files.enter_context((self._staging / FAILURES).open("wb"))
            self._tables = [self._open_table(table.name, table.columns) for table in TABLES]
            self._summary = self._open_table(SUMMARY, SUMMARY_COLUMNS)
            self._admiralty = self._open_admiralty() if ADMIRALTY in self._names else None
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def write_annotation(self, annotation: Annotation) -> Row:
        """Append one article to the records and to every table. Gives its row of the summary."""
        self._records.write(encode_line(annotation.to_dict()))
        for table, writer in zip(TABLES, self._tables, strict=True):
            writer.write_rows(table.rows(annotation))
        if self._admiralty:
            self._admiralty.writerows(
                [guard_cell(_replace_surrogates(cell)) for cell in source.values()]
                for source in admiralty.list_sources(annotation)
            )
        row = summarize_annotation(annotation)
        self.write_summary(row)
        return row

    def write_summary(self, row: Row) -> None:
        """Append a row to the summary alone: an article that repeats the text of another."""
        self._summary.write_rows([row])

    def write_failure(self, failure: Failure) -> None:
        """Append one line to failures.jsonl."""
        self._failures.write(encode_line(failure.to_dict()))

    def finish(self, run: Mapping[str, Any]) -> None:
        """Write run.json, close all files and give them their names."""
        text = json.dumps(run, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        (self._staging / RUN).write_bytes(text.encode("utf-8", "backslashreplace"))
        self._files.close()
        for name in (RUN, ADMIRALTY):  # an old admiralty.csv would name the sources of another run
            (self.out / name).unlink(missing_ok=True)
        for name in self._names:
            (self._staging / name).replace(self.out / name)

    def _open_admiralty(self) -> Any:
        file = self._files.enter_context((self._staging / ADMIRALTY).open("w", encoding="utf-8", newline=""))
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(admiralty.COLUMNS)
        return writer

    def _open_table(self, name: str, columns: Columns) -> _TableWriter:
        return self._files.enter_context(_TableWriter(self._staging, name, columns))


class _TableWriter:
    """The Parquet and the CSV file of one table, written together by groups of rows."""

    def __init__(self, folder: Path, name: str, columns: Columns) -> None:
        self._folder, self._name, self._columns = folder, name, columns
        self._buffer: list[Row] = []

    def __enter__(self) -> Self:
        import pyarrow
        from pyarrow import parquet

        self._schema = pyarrow.schema([(name, pyarrow.type_for_alias(kind)) for name, kind in self._columns])
        self._parquet = parquet.ParquetWriter(self._folder / f"{self._name}.parquet", self._schema, compression="zstd")
        self._text = (self._folder / f"{self._name}.csv").open("w", encoding="utf-8", newline="")
        # Every text is quoted, because csv leaves a lone carriage return bare otherwise.
        self._csv = csv.writer(self._text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        self._csv.writerow([name for name, _ in self._columns])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._parquet.close()
        self._text.close()

    def write_rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._buffer.append({name: _replace_surrogates(row[name]) for name, _ in self._columns})
        if len(self._buffer) >= ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow

        if self._buffer:
            self._parquet.write_table(pyarrow.Table.from_pylist(self._buffer, schema=self._schema))
            self._csv.writerows([guard_cell(row[name]) for name, _ in self._columns] for row in self._buffer)
            self._buffer.clear()


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


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
