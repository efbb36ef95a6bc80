"""doccano: JSONL of sequence labelling (`label` triples, or `entities` with `relations`) and of text classification.

doccano counts in UTF-16 units unless the project counts grapheme clusters (doccano/doccano issue 2290). Columns that it does not
know are kept as metadata and come back with the export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotator.formats.carried import ARTICLE, CARRIED, describe_article, read_carried
from annotator.formats.documents import UTF16, Document, Mark, RowError, whole_sentence
from annotator.formats.linking import link_marks, list_marks
from annotator.formats.offsets import measure
from annotator.formats.rows import Row, get_offsets, get_text
from annotator.labelled import LabelledArticle
from annotator.write.entry import encode_line

NAME = "doccano (JSONL)"
_KNOWN = frozenset({"id", "text", "data", "label", "labels", "entities", "relations", "cats", "Comments", "comments"})


def matches(row: dict[str, Any]) -> bool:
    """Whether a row is an example of doccano: entities, or labels in a list."""
    return isinstance(row.get("text", row.get("data")), str) and any(
        isinstance(row.get(key), list) for key in ("label", "labels", "entities", "cats")
    )


def parse(row: Row) -> Iterator[Document]:
    """The document of an example. Raises RowError for one without text or with a label that is no label."""
    value = row.value or {}
    text = get_text(value, "text", "data")
    found = read_carried(value, text)
    if "id" not in found and value.get("id") is not None:
        found["id"] = f"example {value['id']}"
    marks: dict[str, Mark] = {}
    whole = []
    items = [item for key in ("label", "labels", "entities", "cats") for item in value.get(key) or ()]
    for number, item in enumerate(items):
        where = f"{row.where} (label {number + 1})"
        if isinstance(item, str):
            whole.append(item)
        elif isinstance(item, dict):
            start, end = get_offsets(item, "start_offset", "end_offset")
            marks[str(item.get("id", f"label {number}"))] = Mark(start, end, str(item.get("label") or ""), where)
        elif isinstance(item, list | tuple) and len(item) == 3 and isinstance(item[2], str):
            start, end = get_offsets({"start": item[0], "end": item[1]})
            marks[f"label {number}"] = Mark(start, end, item[2], where)
        else:
            raise RowError(f"label {number + 1} is neither a name nor start, end and name: {item!r:.60}")
    links = [(str(item.get("from_id")), str(item.get("to_id"))) for item in value.get("relations") or ()]
    linked = link_marks(marks, links)
    if whole:
        group = value.get("article", value.get(ARTICLE))
        found |= {"sentences": whole_sentence(text), "group": str(group) if group is not None else None}
        linked += tuple(Mark(0, measure(text, UTF16)[-1], label, row.where) for label in whole)
    if CARRIED not in value:
        found["meta"] = {key: item for key, item in value.items() if key not in _KNOWN | {"article", ARTICLE}}
    yield Document(text, linked, row.where, unit=UTF16, **found)


def write_doccano(articles: Iterable[LabelledArticle], path: Path) -> None:
    """Write an example for each article: `label` triples, or `entities` and `relations` where one article has links."""
    items = list(articles)
    marked = [list_marks(article) for article in items]
    with_links = any(links for _, links in marked)
    with path.open("wb") as out:
        for article, (marks, links) in zip(items, marked, strict=True):
            out.write(encode_line(_make_example(article, marks, links, with_links)))


def _make_example(article: LabelledArticle, marks, links, with_links: bool) -> dict[str, Any]:
    ruler = measure(article.text, UTF16)
    example: dict[str, Any] = {"text": article.text, **describe_article(article)}
    if not with_links:
        return example | {"label": [[ruler[mark.start], ruler[mark.end], mark.label] for mark in marks.values()]}
    numbers = {key: number for number, key in enumerate(marks, 1)}
    entities = [
        {"id": numbers[key], "start_offset": ruler[mark.start], "end_offset": ruler[mark.end], "label": mark.label}
        for key, mark in marks.items()
    ]
    relations = [
        {"id": number, "from_id": numbers[one], "to_id": numbers[other], "type": "belongs"}
        for number, (one, other) in enumerate(links, 1)
    ]
    return example | {"entities": entities, "relations": relations}
