"""One run -> one folder. Files grow in a hidden folder inside it and get their places when all are whole.

A run that is stopped leaves that folder, so that it can go on; a lock in it keeps a second run out.

Text that JSON can hold is kept exactly: a lone surrogate, which UTF-8 cannot encode, is written as its JSON escape.
Parquet and CSV have no such escape and get U+FFFD in its place, one for one, so offsets hold.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from annotator.errors import ConfigError
from annotator.records import Annotation, Failure
from annotator.write import admiralty
from annotator.write.entry import Entry, Rows, encode_line, make_entry, make_rows, make_schema, write_cells
from annotator.write.tables import SUMMARY_COLUMNS, TABLES, Columns, Row

# run.json is the last to get its name and, on overwriting, the first to lose it: where it lies, the run is whole.
RUN, RECORDS, FAILURES = "run.json", "annotations.jsonl", "failures.jsonl"
SUMMARY = "summary"
TABLE_NAMES = (*(table.name for table in TABLES), SUMMARY)
FILES = (RECORDS, *(f"{name}.{ending}" for name in TABLE_NAMES for ending in ("parquet", "csv")), FAILURES, RUN)
ADMIRALTY = "admiralty.csv"  # only where it is asked for
STAGING = ".annotating"
PLAN, MOVING, LOCK, KNOWN = "plan.json", "moving", "lock", "known-"
# What commands make of a whole run and put in its folder (annotator.across): no longer true of the next one.
DERIVED_PREFIXES = ("sources_across.", "profile_by_", "corroboration.")
ACROSS_PREFIXES = (*DERIVED_PREFIXES, "labels.jsonl")  # and what a person made of it (annotator.review), which stays
ROWS_PER_GROUP = 5_000


def check_folder(out: Path | str, overwrite: bool = False, resume: bool = False) -> None:
    """Raise ConfigError if `out` is a file, or holds a run, whole or stopped, and neither `overwrite` nor `resume` is set.

    The judgements that a person has entered in admiralty.csv are not overwritten in any case.
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out}: is a file; name a folder for the results")
    if (out / ADMIRALTY).is_file() and admiralty.is_judged(out / ADMIRALTY):
        raise ConfigError(f"{out / ADMIRALTY}: seems to hold the judgements of a person; move it away first")
    if overwrite or resume:
        return
    if (out / STAGING / PLAN).exists():
        raise ConfigError(
            f"{out}: holds a run that was stopped; go on with it by --resume, or start over with --overwrite"
        )
    there = [name for name in (*FILES, ADMIRALTY) if (out / name).exists()]
    if there:
        raise ConfigError(
            f"{out}: holds the results of a run ({', '.join(there[:3])}{', ...' if there[3:] else ''}); "
            "name another folder, pass --overwrite (in Python: overwrite=True), or --resume to do only what is new"
        )


def _tell(method: Callable[..., Any]) -> Callable[..., Any]:
    """What cannot be written is an error of the folder, with what to do."""

    @wraps(method)
    def told(self: RunWriter, *values: Any) -> Any:
        try:
            return method(self, *values)
        except OSError as error:
            raise ConfigError(
                f"{self.out}: cannot be written to ({error}); make room, then go on with --resume (in Python: resume=True)"
            ) from error

    return told


class RunWriter:
    """Writes the files of one run into `out` with flat memory; a context manager.

    Nothing has its place before `finish` is called. Leaving the context without it (an error, Ctrl-C) leaves the records so
    far in a hidden folder where `settings` are given, by which a run that goes on (`resume`) is known to be the same;
    else all that was written is removed. Files in `out` that are not of a run are never touched. `stopped` are the records
    of the run that goes on, `finished` those of the whole run before it. `export_admiralty` adds admiralty.csv.

    Raises ConfigError as `check_folder` does, if another run is at work in `out`, if it cannot be written to, or if the run to
    go on with had other settings.
    """

    def __init__(
        self,
        out: Path | str,
        overwrite: bool = False,
        export_admiralty: bool = False,
        settings: Mapping[str, Any] | None = None,
        resume: bool = False,
    ) -> None:
        check_folder(out, overwrite, resume)
        self.out = Path(out)
        self.stopped: list[Path] = []
        self.finished: Path | None = None
        self._staging = self.out / STAGING
        self._settings, self._resume, self._written = settings, resume, 0
        self._names = (*FILES[:-1], ADMIRALTY, RUN) if export_admiralty else FILES

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            if not self.out.exists():
                stack.callback(_remove_if_empty, self.out)
            try:
                self._staging.mkdir(parents=True, exist_ok=True)
                self._lock = stack.enter_context(_take_lock(self._staging / LOCK, self.out))
                stack.callback(self._clear)
                self._prepare()
                self._files = stack.enter_context(ExitStack())
                self._records = self._files.enter_context((self._staging / RECORDS).open("wb"))
                self._failures = self._files.enter_context((self._staging / FAILURES).open("wb"))
                self._tables = [self._open_table(table.name, table.columns) for table in TABLES]
                self._summary = self._open_table(SUMMARY, SUMMARY_COLUMNS)
                self._admiralty = self._open_admiralty() if ADMIRALTY in self._names else None
            except OSError as error:
                raise ConfigError(f"{self.out}: cannot be written to ({error}); name another folder") from error
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError if error else ()):  # a disk that is full is still full when files are closed
            self._stack.close()

    def _prepare(self) -> None:
        """Find what is known, and clear away what else a stopped run has left."""
        stopped = self._staging / PLAN
        if self._resume and stopped.is_file():
            self._compare(json.loads(stopped.read_text(encoding="utf-8")), stopped)
            unfinished = self._staging / RECORDS
            if unfinished.is_file():
                unfinished.replace(self._staging / f"{KNOWN}{len(list(self._staging.glob(KNOWN + '*')))}.jsonl")
            self.stopped = sorted(self._staging.glob(KNOWN + "*"))
            if (self._staging / MOVING).exists() and (self.out / RECORDS).is_file():
                self.stopped.append(self.out / RECORDS)
        if self._resume and (self.out / RUN).is_file() and (self.out / RECORDS) not in self.stopped:
            run = json.loads((self.out / RUN).read_text(encoding="utf-8"))
            if not self.stopped:
                self._compare(run, self.out / RUN)
            if not self._differences(run):
                self.finished = self.out / RECORDS
        keep = {LOCK, MOVING} if self.out / RECORDS in self.stopped else {LOCK}
        for path in self._staging.iterdir():
            if path not in self.stopped and path.name not in keep:
                path.unlink()
        if self._settings:
            text = json.dumps(self._settings, indent=2) + "\n"
            stopped.with_suffix(".new").write_text(text, encoding="utf-8")
            stopped.with_suffix(".new").replace(stopped)

    def _compare(self, before: Mapping[str, Any], place: Path) -> None:
        if other := self._differences(before):
            raise ConfigError(
                f"{place}: that run had another {' and '.join(other)}; use the same, or start over with --overwrite"
            )

    def _differences(self, before: Mapping[str, Any]) -> list[str]:
        return [key for key, value in (self._settings or {}).items() if before.get(key) != value]

    def _clear(self) -> None:
        """Remove the hidden folder, unless it holds what a run can go on with."""
        if not (self._settings and (self._written or self.stopped) and (self._staging / PLAN).is_file()):
            shutil.rmtree(self._staging, ignore_errors=True)

    def write_annotation(self, annotation: Annotation) -> Row:
        """Append one article to the records and to every table. Gives its row of the summary.

        Raises ConfigError, as the other methods do, where the disk is full or gone.
        """
        return self.write_entry(make_entry(annotation))

    @_tell
    def write_entry(self, entry: Entry) -> Row:
        """As `write_annotation`, of an annotation that is made ready."""
        self._records.write(entry.line)
        self._records.flush()  # so that a killed run loses no more than the line it was at
        self._written += 1
        for rows, writer in zip(entry.tables, self._tables, strict=True):
            writer.write_rows(rows)
        self._summary.write_rows(entry.summary)
        if self._admiralty:
            self._admiralty.write(entry.admiralty)
        return entry.row

    @_tell
    def write_summary(self, row: Row) -> None:
        """Append a row to the summary alone: an article that repeats the text of another."""
        self._summary.write_rows(make_rows(SUMMARY_COLUMNS, [row]))

    @_tell
    def write_failure(self, failure: Failure) -> None:
        """Append one line to failures.jsonl."""
        self._failures.write(encode_line(failure.to_dict()))

    @_tell
    def finish(self, run: Mapping[str, Any]) -> None:
        """Write run.json, close all files and give them their names."""
        text = json.dumps(run, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        (self._staging / RUN).write_bytes(text.encode("utf-8", "backslashreplace"))
        self._files.close()
        # An old admiralty.csv would name the sources of another run; records beside MOVING are always those of this one.
        names = (RUN, ADMIRALTY) if (self._staging / MOVING).exists() else (RUN, ADMIRALTY, RECORDS)
        for name in names:
            (self.out / name).unlink(missing_ok=True)
        (self._staging / MOVING).touch()
        for path in self.out.iterdir():
            if path.name.startswith(DERIVED_PREFIXES):
                path.unlink()
        for name in self._names:
            (self._staging / name).replace(self.out / name)
        (self._staging / PLAN).unlink(missing_ok=True)

    def _open_admiralty(self) -> IO[str]:
        file = self._files.enter_context((self._staging / ADMIRALTY).open("w", encoding="utf-8", newline=""))
        file.write(write_cells([admiralty.COLUMNS]))
        return file

    def _open_table(self, name: str, columns: Columns) -> _TableWriter:
        return self._files.enter_context(_TableWriter(self._staging, name, columns))


class _TableWriter:
    """The Parquet and the CSV file of one table, the first written by groups of rows."""

    def __init__(self, folder: Path, name: str, columns: Columns) -> None:
        self._folder, self._name, self._columns = folder, name, columns
        self._batches: list[bytes] = []
        self._rows = 0

    def __enter__(self) -> Self:
        from pyarrow import parquet

        self._schema = make_schema(self._columns)
        self._parquet = parquet.ParquetWriter(self._folder / f"{self._name}.parquet", self._schema, compression="zstd")
        self._text = (self._folder / f"{self._name}.csv").open("w", encoding="utf-8", newline="")
        self._text.write(write_cells([[name for name, _ in self._columns]]))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._parquet.close()
        self._text.close()

    def write_rows(self, rows: Rows) -> None:
        self._text.write(rows.text)
        self._batches.append(rows.batch)
        self._rows += rows.count
        if self._rows >= ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        import pyarrow

        if self._rows:
            batches = [pyarrow.ipc.read_record_batch(pyarrow.py_buffer(batch), self._schema) for batch in self._batches]
            self._parquet.write_table(pyarrow.Table.from_batches(batches, self._schema).combine_chunks())
        self._batches.clear()
        self._rows = 0


@contextmanager
def _take_lock(path: Path, out: Path) -> Iterator[None]:
    """Hold the lock of a folder; the system lets go of it with the process, however that ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise ConfigError(f"{out}: another run is at work here; wait for it or name another folder") from error
    try:
        yield
    finally:
        lock.release()


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
