"""Prodigy: what `db-out` gives and `spans.manual` reads (prodi.gy/docs/api-interfaces).

Tasks with `spans` (sentence labels and roles side by side, they may overlap), with `relations`, and classified sentences
(`label`, or `accept` among `options`). Offsets count code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotator.formats.carried import ARTICLE, CARRIED, describe_article, read_carried
from annotator.formats.documents import SUGGESTED, Document, Mark, RowError, read_notes, whole_sentence, write_notes
from annotator.formats.linking import link_marks, list_marks
from annotator.formats.rows import Row, get_offsets, get_text
from annotator.formats.tokens import cut_tokens, join_words
from annotator.labelled import LabelledArticle, LabelledSentence
from annotator.write.entry import encode_line

NAME = "Prodigy (JSONL)"
_SIGNS = ("_input_hash", "_task_hash", "_view_id", "answer")


def matches(row: dict[str, Any]) -> bool:
    """Whether a row is a task of Prodigy: its hashes, an answer, or spans as objects."""
    spans = row.get("spans")
    has_spans = isinstance(spans, list) and all(isinstance(item, dict) for item in spans) and "sentences" not in row
    return isinstance(row.get("text"), str) and (any(key in row for key in _SIGNS) or has_spans)


def parse(row: Row) -> Iterator[Document]:
    """The document of an accepted task. Raises RowError for one that was rejected or ignored, or has no text."""
    task = row.value or {}
    text = get_text(task, "text")
    if task.get("answer", "accept") != "accept":
        raise RowError(f"the answer is {task['answer']}")
    found = read_carried(task, text)
    if "answer" not in task and isinstance(task.get("meta"), dict) and SUGGESTED in task["meta"]:
        found["meta"][SUGGESTED] = task["meta"][SUGGESTED]
    marks = _read_spans(task, row)
    labels = [task["label"]] if isinstance(task.get("label"), str) else []
    labels += [label for label in task.get("accept") or () if isinstance(label, str)]
    if labels and CARRIED not in task:
        meta = task.get("meta") if isinstance(task.get("meta"), dict) else {}
        keys = (task.get("article"), task.get(ARTICLE), meta.get("article"), meta.get(ARTICLE))
        group = next((str(key) for key in keys if key is not None), None)
        found |= {"sentences": whole_sentence(text), "group": group}
        marks += tuple(Mark(0, len(text), label, row.where) for label in labels)
    yield Document(text, marks, row.where, **found)


def _read_spans(task: dict[str, Any], row: Row) -> tuple[Mark, ...]:
    marks: dict[str, Mark] = {}
    at: dict[tuple[int, int, Any], str] = {}
    for number, item in enumerate(task.get("spans") or ()):
        start, end = get_offsets(item)
        words, claim = item.get("text"), item.get("claim")
        at[start, end, item.get("label")] = key = str(item.get("id", f"span {number}"))
        marks[key] = Mark(
            start,
            end,
            str(item.get("label") or ""),
            f"{row.where} (span {number + 1})",
            words if isinstance(words, str) else _find_words(task, start, end),
            str(claim) if claim is not None else None,
            notes=read_notes(item),
        )
    links = [
        (key, str(item["source_id"]))
        for key, item in zip(marks, task.get("spans") or (), strict=False)
        if "source_id" in item
    ]
    for relation in task.get("relations") or ():
        ends = [relation.get("head_span") or {}, relation.get("child_span") or {}]
        keys = [at.get((one.get("start"), one.get("end"), one.get("label"))) for one in ends]
        if all(keys):
            links.append((keys[0], keys[1]))
    return link_marks(marks, links)


def _find_words(task: dict[str, Any], start: int, end: int) -> str | None:
    """The words of a span by the tokens of the task, which know their text; None where they do not say."""
    tokens = [item for item in task.get("tokens") or () if isinstance(item, dict)]
    inside = [item for item in tokens if start <= item.get("start", -1) and item.get("end", end + 1) <= end]
    if not inside or inside[0]["start"] != start or inside[-1]["end"] != end:
        return None
    return join_words([(item["start"], item["end"], str(item.get("text", ""))) for item in inside])


def write_prodigy(articles: Iterable[LabelledArticle], path: Path) -> None:
    """Write a task for each article, with tokens that fit its spans. Suggestions of a model have no answer yet."""
    with path.open("wb") as out:
        out.writelines(encode_line(_make_task(article)) for article in articles)


def _make_task(article: LabelledArticle) -> dict[str, Any]:
    marks, links = list_marks(article)
    sources = {one: other for one, other in links if isinstance(marks[one], LabelledSentence)}
    cuts = [cut for mark in marks.values() for cut in (mark.start, mark.end)]
    tokens = cut_tokens(article.text, cuts)
    starts = {start: number for number, (start, _) in enumerate(tokens)}
    ends = {end: number for number, (_, end) in enumerate(tokens)}
    spans = []
    for key, mark in marks.items():
        span: dict[str, Any] = {"start": mark.start, "end": mark.end, "label": mark.label, "id": key}
        if mark.start in starts and mark.end in ends:
            span |= {"token_start": starts[mark.start], "token_end": ends[mark.end]}
        if isinstance(mark, LabelledSentence):
            span |= write_notes(mark) | ({"source_id": sources[key]} if key in sources else {})
        elif mark.claim is not None:
            span["claim"] = mark.claim
        spans.append(span)
    task: dict[str, Any] = {"text": article.text, **describe_article(article)}
    task["tokens"] = [
        {"text": article.text[a:b], "start": a, "end": b, "id": n, "ws": article.text[b : b + 1] == " "}
        for n, (a, b) in enumerate(tokens)
    ]
    task["spans"] = spans
    suggested = article.meta.get(SUGGESTED)
    return task | ({"meta": {SUGGESTED: suggested}} if suggested else {"answer": "accept"})
