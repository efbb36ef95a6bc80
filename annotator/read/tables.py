"""JSON, JSONL, CSV and Parquet -> rows. A bad row is a Row with an error, and the rows after it are read."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from annotator.errors import InputError
from annotator.read.fields import has_text
from annotator.read.files import copy_limited, describe_excess
from annotator.read.options import ReadOptions
from annotator.read.text import decode_text, find_mark

PARQUET_BATCH = 16  # rows; each may hold a text of max_bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` counts from 1 and names the article, `line` is where it begins. Either values or an error.

    `alone` is set where the file is one object rather than a list. `share` is the part of the file up to its end, where it is
    known.
    """

    number: int
    line: int
    values: dict[str, Any] | None = None
    error: str | None = None
    alone: bool = False
    share: float | None = None


def read_rows(stream: BinaryIO, kind: str, options: ReadOptions) -> Iterator[Row]:
    """The rows of a table; `kind` is json, jsonl, csv or parquet. Raises InputError where the rest cannot be read."""
    readers = {"json": _read_json, "jsonl": _read_jsonl, "csv": _read_csv, "parquet": _read_parquet}
    return readers[kind](stream, options)


def _read_json(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    data = stream.read(options.container_bytes + 1)
    if len(data) > options.container_bytes:
        raise InputError(describe_excess(options.container_bytes) + ", best as JSONL, which is read line by line")
    try:
        found = json.loads(decode_text(data))
    except (ValueError, RecursionError) as error:
        # JSON lines under the name .json are common: the first line is an object by itself.
        if isinstance(_parse_object(data.lstrip().split(b"\n", 1)[0]), dict):
            yield from _read_jsonl(io.BufferedReader(io.BytesIO(data)), options)
            return
        raise InputError(f"no valid JSON: {error}" if data.strip() else "empty") from None
    rows = _find_list(found, options)
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict):
            yield Row(number, number, row, alone=rows[0] is found, share=number / len(rows))
        else:
            yield Row(number, number, error=f"expected an object, found {type(row).__name__}")
    if not rows:
        raise InputError("no articles in it")


def _find_list(found: Any, options: ReadOptions) -> list[Any]:
    """The articles of a JSON file: a list, an object with a text, or the longest list of objects in an object."""
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        raise InputError(f"expected an object or a list of objects, found {type(found).__name__}")
    lists = [
        value for value in found.values() if isinstance(value, list) and any(isinstance(row, dict) for row in value)
    ]
    return [found] if not lists or has_text(found, options) else max(lists, key=len)


def _parse_object(line: bytes | str) -> dict[str, Any] | str:
    """The object that a line of JSON holds, else what is wrong with it."""
    try:
        found = json.loads(decode_text(line) if isinstance(line, bytes) else line)
    except (ValueError, RecursionError, InputError) as error:
        return f"no valid JSON: {error}"
    return found if isinstance(found, dict) else f"expected an object, found {type(found).__name__}"


def _read_jsonl(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    number = 0
    empty = True
    for number, line in enumerate(_iterate_lines(stream, options.line_bytes), 1):
        if line is None:
            yield Row(number, number, error=describe_excess(options.line_bytes))
        elif line.strip():
            found = _parse_object(line)
            if isinstance(found, dict):
                yield Row(number, number, found)
            else:
                yield Row(number, number, error=found)
        else:
            continue
        empty = False
    if empty:
        raise InputError("empty")


def _iterate_lines(stream: BinaryIO, limit: int) -> Iterator[bytes | None]:
    """Lines with their line ends, in UTF-8 or a legacy encoding; None for one of more than `limit` bytes, skipped."""
    readline = stream.readline
    mark = find_mark(stream.peek(4)[:4])
    if mark == "utf-8-sig":
        stream.read(3)
    elif mark is not None:
        text = io.TextIOWrapper(stream, encoding=mark, newline="\n")
        readline = lambda size: text.readline(size).encode("utf-8", "surrogatepass")  # noqa: E731
    while line := readline(limit):
        if len(line) < limit or line.endswith(b"\n"):
            yield line
            continue
        while (rest := readline(1 << 20)) and not rest.endswith(b"\n"):
            pass
        yield None


class _CsvLines:
    """The lines of a CSV file as text. `ended` tells that the reader asked for a line after the last one."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self.lines = _iterate_lines(stream, limit)
        self.limit = limit
        self.ended = False

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        line = next(self.lines, b"")
        if line is None:
            raise InputError(f"a line is {describe_excess(self.limit)}; the rows from there on were not read")
        if not line:
            self.ended = True
            raise StopIteration
        return decode_text(line)


def _read_csv(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), options.line_bytes))
    lines = _CsvLines(stream, options.line_bytes)
    first = next(lines, None)
    if first is None:
        raise InputError("empty")
    reader = csv.reader(chain([first], lines), delimiter=max(",;\t", key=first.count))
    number, line = 0, 1
    try:
        header = next(reader)
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                number += 1
                yield _make_csv_row(number, line, header, cells, closed=not lines.ended)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"line {line}: {error}; the rows from there on were not read") from None
    if not number:
        raise InputError("no rows below the header")


def _make_csv_row(number: int, line: int, header: list[str], cells: list[str], closed: bool) -> Row:
    if not closed:
        return Row(number, line, error="a quote is never closed: everything from here to the end of the file is in it")
    if len(cells) != len(header):
        return Row(number, line, error=f"{len(cells)} cells where the header has {len(header)}")
    return Row(number, line, dict(zip(header, cells, strict=True)))


def _read_parquet(stream: BinaryIO, options: ReadOptions) -> Iterator[Row]:
    import pyarrow
    import pyarrow.parquet

    if isinstance(stream, gzip.GzipFile):  # it would unpack again from the start for each seek
        stream = copy_limited(stream, options.container_bytes)
    number = 0
    try:
        with pyarrow.parquet.ParquetFile(stream, pre_buffer=False) as table:
            for batch in table.iter_batches(batch_size=PARQUET_BATCH):
                for values in batch.to_pylist():
                    number += 1
                    yield Row(number, number, values, share=number / table.metadata.num_rows)
    except (pyarrow.ArrowException, ValueError) as error:
        raise InputError(f"no valid Parquet after row {number}: {error}") from None
    if not number:
        raise InputError("no rows in it")
