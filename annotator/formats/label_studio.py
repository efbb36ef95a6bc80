"""Label Studio: the JSON export in full and JSON-MIN (labelstud.io/guide/export), and import with its labeling config.

Sentences and spans are regions of two `Labels` controls over one `Text`. What is noted of a source belongs to the region of its
sentence (`perRegion`), relations join the spans of a claim, and a sentence with its source. Suggestions of a model become
predictions, so that a task counts as done only when a person has submitted it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotator.formats.carried import ARTICLE, CARRIED, describe_article, read_carried
from annotator.formats.documents import (
    NOTE_KEYS,
    SUGGESTED,
    Document,
    Mark,
    RowError,
    read_notes,
    whole_sentence,
    write_notes,
)
from annotator.formats.linking import link_marks, list_marks
from annotator.formats.naming import suggest_name
from annotator.formats.rows import Row
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan
from annotator.labels import ANONYMITY_TYPES, LABELS, QUOTE_STATUSES, SOURCE_TYPES, SPAN_ROLES

FULL, MIN = "Label Studio (JSON)", "Label Studio (JSON-MIN)"
CONFIG_ENDING = ".config.xml"
SENTENCE, SPAN = "sentence", "span"  # the names of the two controls
_CHOICES = {"source_type": SOURCE_TYPES, "anonymity_type": ANONYMITY_TYPES, "quote_status": QUOTE_STATUSES}
_OTHERS = {"source_name": "source_names", "source_type": "source_types"}  # the first value of a control, and the rest
_COLOURS = ("#8c8c8c", "#2f6fb0", "#2e8b57", "#b5651d", "#7b3fa0", "#b03a5b", "#5b7f95")
_DONE = ("annotations", "completions")  # completions until version 1.0


def matches_full(row: dict[str, Any]) -> bool:
    """Whether a row is a task of the full export."""
    return isinstance(row.get("data"), dict) and any(isinstance(row.get(key), list) for key in (*_DONE, "predictions"))


def matches_min(row: dict[str, Any]) -> bool:
    """Whether a row is a task of JSON-MIN."""
    return "annotation_id" in row and "annotator" in row


def parse_full(row: Row) -> Iterator[Document]:
    """A document for each annotation of a task that was not skipped; without any, for its first prediction.

    An annotation that is marked as ground truth stands for the task. Raises RowError for a task without either, or text.
    """
    task = row.value or {}
    data = task["data"]
    text = _find_text(data)
    done = [item for key in _DONE for item in task.get(key) or () if not item.get("was_cancelled")]
    done = [item for item in done if item.get("ground_truth")] or done
    suggested = [] if done else (task.get("predictions") or ())[:1]
    if not done and not suggested:
        raise RowError("the task has no annotation yet")
    for item in (*done, *suggested):
        found = read_carried(data, text) | (
            {"id": f"task {task['id']}"} if ARTICLE not in data and "id" in task else {}
        )
        if suggested:
            found["meta"][SUGGESTED] = str(item.get("model_version") or "a prediction in Label Studio")
        marks, whole = _read_result(item.get("result") or (), text, row)
        yield _make_document(text, marks, whole, row, data, found)


def _read_result(result: Iterable[dict[str, Any]], text: str, row: Row) -> tuple[tuple[Mark, ...], list[Mark]]:
    """The linked marks of one annotation, and the labels of the whole text."""
    regions: dict[str, list[dict[str, Any]]] = {}
    links, whole = [], []
    for item in result:
        value = item.get("value") or {}
        if item.get("type") == "relation":
            links.append((str(item.get("from_id")), str(item.get("to_id"))))
        elif _offsets(value) is None:
            labels = value.get("choices") or ()
            whole += [Mark(0, len(text), str(label), row.where) for label in labels if not _is_note(item)]
        else:
            regions.setdefault(str(item.get("id")), []).append(item)
    marks = {}
    for key, items in regions.items():
        notes = read_notes(_collect_notes(items))
        labels = [(item["value"], label) for item in items for label in _labels(item["value"])]
        for number, (value, label) in enumerate(labels):
            words = value["text"] if isinstance(value.get("text"), str) else None
            name = f"{key}+{number}" if number else key
            marks[name] = Mark(*_offsets(value), label, row.find(json.dumps(key)), words, notes=notes)
    return link_marks(marks, links), whole


def _is_note(item: dict[str, Any]) -> bool:
    return item.get("from_name") in NOTE_KEYS


def _labels(value: dict[str, Any]) -> list[str]:
    found = next((value[key] for key in ("labels", "hypertextlabels", "paragraphlabels") if key in value), ())
    return [str(label) for label in found]


def _offsets(value: dict[str, Any]) -> tuple[int, int] | None:
    """Offsets of a region in text; those of HyperText are XPaths, with the offsets beside them."""
    for found in (value, value.get("globalOffsets") or {}):
        if all(isinstance(found.get(key), int) for key in ("start", "end")):
            return found["start"], found["end"]
    return None


def _collect_notes(items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    notes: dict[str, Any] = {}
    for item in items:
        key = item.get("from_name")
        if key in NOTE_KEYS:
            value = item["value"]
            values = value.get("choices") or value.get("text") or ()
            values = [values] if isinstance(values, str) else [str(one) for one in values]
            notes[key] = values[0] if values else None
            if key in _OTHERS:
                notes[_OTHERS[key]] = values[1:]
    return notes


def _find_text(data: dict[str, Any]) -> str:
    """The text of a task: under `text`, else the longest there is."""
    if isinstance(data.get("text"), str):
        return data["text"]
    texts = [value for key, value in data.items() if isinstance(value, str) and key not in (ARTICLE, CARRIED)]
    if not texts:
        raise RowError(f"no text in the data of the task, only {', '.join(data) or 'nothing'}")
    return max(texts, key=len)


def _make_document(
    text: str, marks: tuple[Mark, ...], whole: list[Mark], row: Row, data: dict[str, Any], found: dict[str, Any]
) -> Document:
    """A text whose whole is labelled is one sentence, of the article that the task names."""
    group = data.get("article") or data.get(ARTICLE)
    if whole and CARRIED not in data:
        found |= {"sentences": whole_sentence(text), "group": str(group) if group is not None else None}
    return Document(text, (*marks, *whole), row.where, **found)


def parse_min(row: Row) -> Iterator[Document]:
    """The document of a task of JSON-MIN, which has no relations. Raises RowError for a task without text."""
    task = row.value or {}
    text = _find_text({"text": task["text"]} if isinstance(task.get("text"), str) else task)
    found = read_carried(task, text)
    if ARTICLE not in task and "id" in task:
        found["id"] = f"task {task['id']}"
    marks, whole = [], []
    regions: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for key, value in task.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and _offsets(item) is not None:
                regions.setdefault(_offsets(item), []).append({"from_name": key, "value": item})
            elif item is not text and key not in (ARTICLE, CARRIED, *NOTE_KEYS):
                names = item.get("choices", ()) if isinstance(item, dict) else [item]
                whole += [name for name in names if isinstance(name, str) and suggest_name(name, LABELS)]
    for place, items in regions.items():
        notes = read_notes(_collect_notes(items))
        for value, label in ((item["value"], label) for item in items for label in _labels(item["value"])):
            words = value["text"] if isinstance(value.get("text"), str) else None
            marks.append(Mark(*place, label, row.where, words, notes=notes))
    labels = [Mark(0, len(text), name, row.where) for name in whole]
    yield _make_document(text, tuple(marks), labels, row, task, found)


def write_label_studio(articles: Iterable[LabelledArticle], path: Path) -> None:
    """Write tasks for import, and the labeling config beside them (`labels.json` -> `labels.config.xml`)."""
    tasks = [_make_task(article) for article in articles]
    text = json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"
    path.write_bytes(text.encode("utf-8", "backslashreplace"))


def _make_task(article: LabelledArticle) -> dict[str, Any]:
    marks, links = list_marks(article)
    result = [item for key, mark in marks.items() for item in _make_regions(key, mark, article.text)]
    result += [
        {"from_id": one, "to_id": other, "type": "relation", "direction": "right", "labels": []} for one, other in links
    ]
    task: dict[str, Any] = {"data": {"text": article.text, **describe_article(article)}}
    if SUGGESTED in article.meta:
        return task | {"predictions": [{"model_version": article.meta[SUGGESTED], "result": result}]}
    return task | {"annotations": [{"result": result}]}


def _make_regions(key: str, mark: LabelledSentence | LabelledSpan, text: str) -> Iterator[dict[str, Any]]:
    """The region of a mark, and one more for each note, which share its id and place."""
    place = {"start": mark.start, "end": mark.end}
    is_sentence = isinstance(mark, LabelledSentence)
    name = SENTENCE if is_sentence else SPAN
    value = {**place, "text": text[mark.start : mark.end], "labels": [mark.label]}
    yield {"id": key, "from_name": name, "to_name": "text", "type": "labels", "value": value}
    notes = write_notes(mark) if is_sentence else {}
    for control in NOTE_KEYS:
        if control in notes:
            values = [notes[control], *notes.get(_OTHERS.get(control, ""), ())]
            kind = "choices" if control in _CHOICES else "textarea"
            value = {**place, "choices" if control in _CHOICES else "text": values}
            yield {"id": key, "from_name": control, "to_name": "text", "type": kind, "value": value}


def make_config() -> str:
    """The labeling config of a project for our labels (XML)."""
    colours = dict(zip((*LABELS, *SPAN_ROLES), _COLOURS, strict=True))

    def labels(name: str, values: Iterable[str]) -> list[str]:
        rows = [f'    <Label value="{value}" background="{colours[value]}"/>' for value in values]
        return [f'  <Labels name="{name}" toName="text">', *rows, "  </Labels>"]

    def choices(name: str, values: Iterable[str], many: bool) -> list[str]:
        head = f'    <Choices name="{name}" toName="text" perRegion="true" choice="{"multiple" if many else "single"}"'
        rows = [f'      <Choice value="{value}"/>' for value in values]
        return [
            f'    <Header value="{name.replace("_", " ")}"/>',
            f'{head} showInline="true">',
            *rows,
            "    </Choices>",
        ]

    lines = [
        "<View>",
        "  <!-- Without this style Label Studio trims white space and its offsets shift. -->",
        "  <Style>.htx-text { white-space: pre-wrap; }</Style>",
        *labels(SENTENCE, LABELS),
        *labels(SPAN, SPAN_ROLES),
        '  <Text name="text" value="$text" granularity="symbol"/>',
        '  <View visibleWhen="region-selected" whenTagName="text">',
        '    <Header value="name of the source"/>',
        '    <TextArea name="source_name" toName="text" perRegion="true" editable="true" rows="1"/>',
        *(line for name, values in _CHOICES.items() for line in choices(name, values, name in _OTHERS)),
        "  </View>",
        "  <Relations/>",
        "</View>",
    ]
    return "\n".join(lines) + "\n"
