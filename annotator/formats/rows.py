"""JSON, JSON Lines and CSV -> rows that know their line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotator.errors import InputError
from annotator.formats.documents import RowError

_GAP = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One object, or the error that stands in its place. `raw` is its text in the file."""

    path: str
    line: int
    number: int
    value: dict[str, Any] | None = None
    error: str | None = None
    raw: str = ""

    @property
    def where(self) -> str:
        return f"{self.path}:{self.line}"

    def find(self, words: str) -> str:
        """File and line of some words inside the row; of the row itself where they are not in it."""
        at = self.raw.find(words)
        return f"{self.path}:{self.line + self.raw.count(chr(10), 0, max(at, 0))}"


def read_json(text: str, path: str) -> Iterator[Row]:
    """The objects of a JSON array, of JSON Lines, or one alone. A bad line of JSON Lines is a Row with an error.

    Raises InputError where an array breaks off: what follows cannot be read.
    """
    is_array = text.lstrip()[:1] == "["
    place = text.index("[") + 1 if is_array else 0
    line, counted, number = 1, 0, 0
    while True:
        start = _GAP.match(text, place).end()
        line, counted = line + text.count("\n", counted, start), start
        if (is_array and text[start : start + 1] == "]") or (not is_array and start == len(text)):
            return
        number += 1
        try:
            value, place = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError) as error:
            if is_array:
                raise InputError(f"{path}:{line}: no valid JSON: {error}; mend it or export it again") from None
            place = text.find("\n", start) + 1 or len(text)
            yield Row(path, line, number, error=f"no valid JSON: {error}")
            continue
        if isinstance(value, dict):
            yield Row(path, line, number, value, raw=text[start:place])
        else:
            yield Row(path, line, number, error=f"expected an object, found {type(value).__name__}")


def read_csv(text: str, path: str) -> Iterator[Row]:
    """The rows of a table with a header, as objects; empty cells are left out. The delimiter is told from the header."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=guess_delimiter(text), strict=True)
    line, number = 1, 0
    header: list[str] | None = None
    try:
        for cells in reader:
            if header is None:
                header = cells
            elif cells:
                number += 1
                if len(cells) == len(header):
                    yield Row(
                        path, line, number, {name: cell for name, cell in zip(header, cells, strict=True) if cell}
                    )
                else:
                    problem = f"{len(cells)} cells where the header has {len(header)}"
                    yield Row(path, line, number, error=problem)
            line = reader.line_num + 1
    except csv.Error as error:
        yield Row(path, line, number + 1, error=f"{error}; nothing below was read")


def guess_delimiter(text: str) -> str:
    """The likeliest delimiter of a table: the one that its first line has most of."""
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def replace_surrogates(text: str) -> str:
    """The text for a file that is not JSON: UTF-8 cannot hold half a surrogate pair, U+FFFD takes its place, one for one."""
    return _SURROGATE.sub("\ufffd", text)


def get_text(row: dict[str, Any], *keys: str) -> str:
    """The text of a row under the first of some keys that is there. Raises RowError where there is none."""
    for key in keys:
        if isinstance(row.get(key), str):
            return row[key]
    raise RowError(f"no text under {' or '.join(keys)}")


def get_name(item: dict[str, Any], key: str) -> str | None:
    """The text under a key, None where there is none. Raises RowError for anything else."""
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise RowError(f"{key} is no text: {value!r:.60}")
    return value


def get_offsets(item: dict[str, Any], start: str = "start", end: str = "end") -> tuple[int, int]:
    """Two offsets of an object. Raises RowError unless both are whole numbers."""
    found = item.get(start), item.get(end)
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in found):
        raise RowError(f"{start} and {end} are no whole numbers: {found[0]!r:.30}, {found[1]!r:.30}")
    return found  # type: ignore[return-value]
