"""One sentence a row: CSV or JSON Lines with `text` and `label`, and what else is known of the sentence."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotator.formats.documents import NOTE_KEYS, Document, Mark, RowError, read_notes
from annotator.formats.rows import Row, replace_surrogates
from annotator.labelled import LabelledArticle, LabelledSentence
from annotator.write.entry import FORMULA_STARTS

NAME = "one sentence a row"
COLUMNS = ("article_id", "paragraph", "text", "label", *NOTE_KEYS, "zone", "outlet")
TEXT, LABEL = ("text", "sentence"), ("label", "labels")
ARTICLE = ("article_id", "article", "document")
_META = ("outlet", "title", "url", "date")
# A cell that a spreadsheet would run gets an apostrophe; so does one that has apostrophes before such a start, so that
# reading can take exactly one away.
_GUARDED = re.compile(f"'*[{re.escape(''.join(FORMULA_STARTS))}]")


def has_columns(names: Iterable[str]) -> bool:
    """Whether some names of columns or keys hold a text and a label."""
    found = {str(name).strip().casefold() for name in names}
    return bool(found & set(TEXT)) and bool(found & set(LABEL))


def matches(row: dict[str, Any]) -> bool:
    """Whether a row is a labelled sentence."""
    values = _lower(row)
    label = _first(values, LABEL)
    return isinstance(_first(values, TEXT), str) and has_columns(row) and (label is None or isinstance(label, str))


def parse(row: Row, guarded: bool = False) -> Iterator[Document]:
    """The document of one sentence; rows with the same article are joined later. A row without a label is context.

    With `guarded` the leading apostrophe of cells like formulas is taken away. Raises RowError for a row without text.
    """
    values = _lower(row.value or {})
    if guarded:
        values = {key: unguard(item) if isinstance(item, str) else item for key, item in values.items()}
    text, label, article = _first(values, TEXT), _first(values, LABEL), _first(values, ARTICLE)
    if not isinstance(text, str) or not text:
        raise RowError("no text in it")
    zone = values.get("zone")
    marks = (Mark(0, len(text), label or None, row.where, notes=read_notes(values)),)
    yield Document(
        text,
        marks,
        row.where,
        sentences=(LabelledSentence(0, len(text), None, zone=zone or None),),
        group=str(article) if article is not None else None,
        paragraph=str(values["paragraph"]) if values.get("paragraph") is not None else None,
        meta={key: values[key] for key in _META if values.get(key)},
    )


def _lower(row: dict[str, Any]) -> dict[str, Any]:
    return {str(key).strip().casefold(): value for key, value in row.items()}


def _first(values: dict[str, Any], keys: Iterable[str]) -> Any:
    return next((values[key] for key in keys if values.get(key) is not None), None)


def guard(cell: str) -> str:
    """A cell that no spreadsheet runs; `unguard` gives back the same text."""
    return "'" + cell if _GUARDED.match(cell) else cell


def unguard(cell: str) -> str:
    """The text that `guard` was given."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def write_csv(articles: Iterable[LabelledArticle], path: Path) -> None:
    """Write a table with one sentence a row."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        for article in articles:
            writer.writerows([guard(replace_surrogates(str(cell))) for cell in cells] for cells in _make_rows(article))


def _make_rows(article: LabelledArticle) -> Iterator[list[str]]:
    paragraph, end = 1, 0
    for sentence in sorted(article.sentences, key=lambda item: item.start):
        if end and "\n" in article.text[end : sentence.start]:
            paragraph += 1
        end = max(end, sentence.end)
        known = [getattr(sentence, key) or "" for key in (*NOTE_KEYS, "zone")]
        words = article.text[sentence.start : sentence.end]
        outlet = article.meta.get("outlet")
        yield [article.id, str(paragraph), words, sentence.label or "", *known, str(outlet or "")]
