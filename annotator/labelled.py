"""Labelled articles, version 1 of the labelled-data format: what `train` and `evaluate` read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.errors import InputError
from annotator.labels import LABELS
from annotator.records import Span


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence with its gold label (None where the coders could not decide) and what is known of its source."""

    start: int
    end: int
    label: str | None
    source: Span | None = None
    source_name: str | None = None
    source_names: tuple[str, ...] = ()  # other names that count as right
    source_type: str | None = None
    anonymity_type: str | None = None
    quote_status: str | None = None
    zone: str | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A gold source, cue or content span; the spans of one claim share `claim`."""

    start: int
    end: int
    label: str
    claim: str | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """A text with gold sentences and spans. Without `spans` the article says nothing about cues and contents."""

    id: str
    text: str
    sentences: tuple[LabelledSentence, ...]
    spans: tuple[LabelledSpan, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)  # outlet, beat, ... as in the file


def read_labelled(path: Path | str) -> list[LabelledArticle]:
    """Read a JSONL file of labelled articles.

    Raises InputError, with the line, for a line that is no labelled article, an unknown label or an offset outside the text.
    """
    articles = []
    with Path(path).open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                articles.append(_parse_line(line, f"{path}:{number}"))
    return articles


def write_labelled(articles: Iterable[LabelledArticle], path: Path | str) -> None:
    """Write labelled articles as JSONL, keys in a fixed order."""
    with Path(path).open("w", encoding="utf-8", newline="\n") as out:
        for article in articles:
            out.write(json.dumps(labelled_to_dict(article), ensure_ascii=False) + "\n")


def labelled_to_dict(article: LabelledArticle) -> dict[str, Any]:
    """The JSON object of one labelled article; keys without a value are left out."""
    return {"id": article.id, **article.meta, "text": article.text} | {
        "sentences": [_sentence_dict(sentence) for sentence in article.sentences],
        "spans": [
            {"start": span.start, "end": span.end, "label": span.label, "claim": span.claim} for span in article.spans
        ],
    }


def _sentence_dict(sentence: LabelledSentence) -> dict[str, Any]:
    row: dict[str, Any] = {"start": sentence.start, "end": sentence.end, "label": sentence.label}
    if sentence.source is not None:
        row["source"] = sentence.source.to_dict()
    for key in ("source_name", "source_type", "anonymity_type", "quote_status", "zone"):
        if getattr(sentence, key) is not None:
            row[key] = getattr(sentence, key)
    if sentence.source_names:
        row["source_names"] = list(sentence.source_names)
    return row


def _parse_line(line: str, where: str) -> LabelledArticle:
    try:
        row = json.loads(line)
        text = row["text"]
        sentences = tuple(_parse_sentence(item) for item in row["sentences"])
        spans = tuple(
            LabelledSpan(item["start"], item["end"], item["label"], item.get("claim")) for item in row.get("spans", ())
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{where}: not a labelled article ({error!r}); expected id, text and sentences") from error
    for item in (*sentences, *spans):
        if not 0 <= item.start <= item.end <= len(text):
            raise InputError(f"{where}: offsets {item.start}-{item.end} lie outside the text of {len(text)} characters")
    for sentence in sentences:
        if sentence.label is not None and sentence.label not in LABELS:
            raise InputError(f"{where}: unknown label {sentence.label!r}; the labels are {', '.join(LABELS)}")
    meta = {key: value for key, value in row.items() if key not in ("id", "text", "sentences", "spans")}
    return LabelledArticle(str(row.get("id", where)), text, sentences, spans, meta)


def _parse_sentence(item: dict[str, Any]) -> LabelledSentence:
    source = item.get("source")
    return LabelledSentence(
        item["start"],
        item["end"],
        item["label"],
        Span(source["start"], source["end"]) if source else None,
        item.get("source_name"),
        tuple(item.get("source_names") or ()),
        item.get("source_type"),
        item.get("anonymity_type"),
        item.get("quote_status"),
        item.get("zone"),
    )
