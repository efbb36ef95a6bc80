"""Labelled articles, version 1 of the labelled-data format: what `train` and `evaluate` read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.errors import InputError
from annotator.labels import LABELS
from annotator.records import Span

REVIEW = "review"  # the key that `annotator review` adds to an article


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
    source_types: tuple[str, ...] = ()  # other types that count as right
    own_label: str | None = None  # a label that the user added (annotator train --labels)

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
    """A text with gold sentences and spans. Without `spans_known` the article says nothing about cues and contents."""

    id: str
    text: str
    sentences: tuple[LabelledSentence, ...]
    spans: tuple[LabelledSpan, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)  # outlet, beat, ... as in the file
    spans_known: bool = False  # True also where the coders found none; always True where there are some

    def __post_init__(self) -> None:
        if self.spans:
            object.__setattr__(self, "spans_known", True)


def read_labelled(path: Path | str) -> list[LabelledArticle]:
    """Read a JSONL file of labelled articles.

    In a file of `annotator review`, where every decision adds a line, the last line of an article holds, and a last line
    that a crash cut off does not count.

    Raises InputError, with the line, for a line that is no labelled article, an unknown label or an offset outside the text.
    """
    return keep_latest(_parse_lines(Path(path)))


def _parse_lines(path: Path) -> Iterator[LabelledArticle]:
    is_review = False
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if is_review and not line.endswith(b"\n") and _is_torn(line):
                return
            if line.strip():
                article = parse_labelled(line, f"{path}:{number}")
                is_review = REVIEW in article.meta
                yield article


def keep_latest(articles: Iterable[LabelledArticle]) -> list[LabelledArticle]:
    """Leave out what a later line of a review replaces: an article with `review` takes the place of those with its id."""
    kept: dict[int, LabelledArticle] = {}
    places: dict[str, int] = {}
    for number, article in enumerate(articles):
        if REVIEW in article.meta and article.id in places:
            kept.pop(places[article.id], None)
        kept[number], places[article.id] = article, number
    return list(kept.values())


def write_labelled(articles: Iterable[LabelledArticle], path: Path | str) -> None:
    """Write labelled articles as JSONL, keys in a fixed order."""
    with Path(path).open("w", encoding="utf-8", newline="\n") as out:
        for article in articles:
            out.write(json.dumps(labelled_to_dict(article), ensure_ascii=False) + "\n")


def labelled_to_dict(article: LabelledArticle) -> dict[str, Any]:
    """The JSON object of one labelled article; keys without a value are left out, and `spans` where they are not known."""
    row: dict[str, Any] = {"id": article.id, **article.meta, "text": article.text}
    row["sentences"] = [_sentence_dict(sentence) for sentence in article.sentences]
    if article.spans_known:
        row["spans"] = [
            {"start": span.start, "end": span.end, "label": span.label, "claim": span.claim} for span in article.spans
        ]
    return row


def _sentence_dict(sentence: LabelledSentence) -> dict[str, Any]:
    row: dict[str, Any] = {"start": sentence.start, "end": sentence.end, "label": sentence.label}
    if sentence.source is not None:
        row["source"] = sentence.source.to_dict()
    for key in ("source_name", "source_type", "anonymity_type", "quote_status", "zone"):
        if getattr(sentence, key) is not None:
            row[key] = getattr(sentence, key)
    for key in ("source_names", "source_types"):
        if getattr(sentence, key):
            row[key] = list(getattr(sentence, key))
    return row


def parse_labelled(line: bytes, where: str) -> LabelledArticle:
    """The labelled article of one line. Raises InputError that begins with `where`."""
    try:
        row = json.loads(line)
        text = row["text"]
        sentences = tuple(_parse_sentence(item) for item in row["sentences"])
        spans = tuple(
            LabelledSpan(item["start"], item["end"], item["label"], item.get("claim"))
            for item in row.get("spans") or ()
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
    return LabelledArticle(str(row.get("id", where)), text, sentences, spans, meta, row.get("spans") is not None)


def _is_torn(line: bytes) -> bool:
    """Whether a line is the beginning of a JSON object that a crash cut off."""
    try:
        json.loads(line)
    except ValueError:
        return line.startswith(b"{")
    return False


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
        tuple(item.get("source_types") or ()),
    )
