"""Which column of a table holds the text, the title and so on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from annotator.errors import InputError
from annotator.read.files import Report
from annotator.read.options import ReadOptions
from annotator.read.text import decode_text

# Names that are guessed, best first; case, spaces, hyphens and underscores do not count.
GUESSES = {
    "text": ("text", "body", "articletext", "articlebody", "maintext", "fulltext", "content", "article", "story"),
    "title": ("title", "headline", "heading", "articletitle"),
    "id": ("id", "articleid", "docid", "documentid", "uid", "uuid", "guid"),
    "outlet": ("outlet", "publication", "publisher", "sitename", "newspaper", "sourcename", "source", "site", "domain"),
    "url": ("url", "link", "uri", "canonicalurl", "sourceurl"),
    "date": ("published", "date", "publisheddate", "publishdate", "datepublished", "publishedat", "pubdate"),
}
MIN_TEXT_WORDS = 20  # of the longest column, to be taken for the text when no name fits


class NoTextField(InputError):
    """A row has no field for the text."""


class FieldFinder:
    """Finds the fields of one file's rows and reports each guess once."""

    def __init__(self, path: str, options: ReadOptions, report: Report | None) -> None:
        self.path = path
        self.report = report
        self.chosen = {role: getattr(options, f"{role}_field") for role in GUESSES}
        self.reported: set[tuple[str, str]] = set()
        self.longest: str | None = None
        self.first = True

    def pick_values(self, row: Mapping[str, Any]) -> dict[str, str | None]:
        """The value of each role in a row. Raises InputError where the row holds no text."""
        fields = self.find_fields(row)
        if fields["text"] is None:
            names = ", ".join(str(name)[:40] for name in list(row)[:20])
            wanted = "no text field" if self.chosen["text"] is None else f"no field {self.chosen['text']!r}"
            raise NoTextField(f"{wanted} among: {names}; name it with text_field")
        values = {role: _to_text(row[name]) if name is not None else None for role, name in fields.items()}
        if values["text"] is None:
            held = row[fields["text"]]
            raise InputError(
                f"field {fields['text']!r} " + ("is empty" if held is None else f"holds a {type(held).__name__}")
            )
        return values | {role: values[role] or None for role in values if role != "text"}

    def find_fields(self, row: Mapping[str, Any]) -> dict[str, str | None]:
        """The field of each role, None where the row has none."""
        names = _normalize_names(row)
        fields: dict[str, str | None] = {}
        for role, guesses in GUESSES.items():
            wanted = self.chosen[role]
            if wanted is not None:
                fields[role] = wanted if wanted in row else None
            else:
                there = [names[guess] for guess in guesses if guess in names]
                fields[role] = next((name for name in there if row[name] is not None), there[0] if there else None)
        if fields["text"] is None and self.chosen["text"] is None:
            fields["text"] = self._find_longest(row)
        self._report_fields(fields)
        return fields

    def _find_longest(self, row: Mapping[str, Any]) -> str | None:
        """The field with the longest text of the first row, kept for the rows that follow."""
        if self.first:
            texts = {name: value for name, value in row.items() if isinstance(value, str)}
            name = max(texts, key=lambda name: len(texts[name]), default=None)
            self.longest = name if name is not None and len(texts[name].split()) >= MIN_TEXT_WORDS else None
        return self.longest if self.longest in row else None

    def _report_fields(self, fields: Mapping[str, str | None]) -> None:
        guessed = [(role, name) for role, name in fields.items() if name is not None and self.chosen[role] is None]
        missing = [role for role, name in self.chosen.items() if name is not None and fields[role] is None]
        new = [pair for pair in guessed if pair not in self.reported]
        self.reported.update(new)
        if new and self.report:
            self.report(f"{self.path}: guessed " + ", ".join(f"{role} = {name!r}" for role, name in new))
        if self.first and missing and self.report:
            self.report(f"{self.path}: no field " + ", ".join(repr(self.chosen[role]) for role in missing))
        self.first = False


def has_text(row: Mapping[str, Any], options: ReadOptions) -> bool:
    """Does an object hold a text under the field that is set, or a name that is guessed?"""
    if options.text_field is not None:
        return options.text_field in row
    names = _normalize_names(row)
    return any(isinstance(row.get(names.get(guess)), str) for guess in GUESSES["text"])


def _normalize_names(row: Mapping[str, Any]) -> dict[str, str]:
    """The names of a row's fields by their spelling in GUESSES; the first of equals wins."""
    return {re.sub(r"[\s_-]", "", str(name)).lower(): name for name in reversed(list(row))}


def _to_text(value: Any) -> str | None:
    """A cell as text: strings untouched, numbers and dates written out, anything else None."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return decode_text(value)
    if isinstance(value, datetime.date):  # also datetime
        return value.isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return None
