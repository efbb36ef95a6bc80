"""A text and the spans over it -> paragraphs of sentences of pieces, so that nothing overlaps and no character is lost."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROLES = ("source", "cue", "content", "quote")
# A page cannot hold these: NUL, lone surrogates and what HTML forbids. One sign stands for one, so that places stay.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in which nothing begins or ends; `roles` are what it is of the claims `claims`."""

    start: int
    text: str
    roles: tuple[str, ...]
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    anchor: bool  # whether evidence points to its start


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence with its label, or what stands between two sentences (`label` None)."""

    id: int | None
    label: str | None
    zone: str
    confidence: float | None
    needs_review: bool
    source_ids: tuple[str, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The sentences between two line breaks; `zone` is that of the first."""

    zone: str
    sentences: tuple[MarkedSentence, ...]


def clean_text(text: str) -> str:
    """The text with a replacement sign for each character that HTML cannot hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def mark_article(record: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    """The paragraphs of one line of annotations.jsonl. The pieces, joined, are the text (`clean_text`) to its last character."""
    text = record["article"]["text"]
    layers = _list_layers(record)
    anchors = {
        item["start"]
        for source in record["sources"]
        for item in (source["reliability"] or {}).get("evidence", ())
        if item.get("start") is not None
    }
    claims = {claim["id"]: claim for claim in record["claims"]}
    paragraphs: list[Paragraph] = []
    row: list[MarkedSentence] = []
    at = 0
    for sentence in record["sentences"]:
        gap = text[at : sentence["start"]]
        if gap:
            row.append(_make_gap(gap, at, layers, anchors))
        if "\n" in gap or "\r" in gap:
            paragraphs.append(_close(row))
            row = []
        ids = dict.fromkeys(claims[i]["source_id"] for i in sentence["claim_ids"] if claims[i]["source_id"])
        pieces = _cut(text, sentence["start"], sentence["end"], layers, anchors)
        row.append(
            MarkedSentence(
                sentence["id"],
                sentence["label"],
                sentence["zone"],
                sentence["confidence"],
                sentence["needs_review"],
                tuple(ids),
                pieces,
            )
        )
        at = sentence["end"]
    if at < len(text):
        row.append(_make_gap(text[at:], at, layers, anchors))
    if row:
        paragraphs.append(_close(row))
    return tuple(paragraphs)


def _list_layers(record: Mapping[str, Any]) -> list[tuple[int, int, str, str, str]]:
    """(start, end, role, claim id, source id) of every span of every claim, in order of the text."""
    layers = []
    for claim in record["claims"]:
        spans = {
            "source": [claim["source"]],
            "cue": [claim["cue"]],
            "content": claim["content"],
            "quote": claim["quotes"],
        }
        for role, places in spans.items():
            layers += [
                (place["start"], place["end"], role, claim["id"], claim["source_id"] or "") for place in places if place
            ]
    return sorted(layers)


def _cut(text: str, start: int, end: int, layers: Sequence[tuple], anchors: set[int]) -> tuple[Piece, ...]:
    """The pieces of `[start, end)`: cut wherever a layer begins or ends or evidence points to."""
    inside = [layer for layer in layers if layer[0] < end and layer[1] > start]
    cuts = {start, end, *(anchor for anchor in anchors if start < anchor < end)}
    for begin, stop, *_ in inside:
        cuts.update(place for place in (begin, stop) if start < place < end)
    ordered = sorted(cuts)
    pieces = []
    for begin, stop in itertools.pairwise(ordered):
        over = [layer for layer in inside if layer[0] <= begin and layer[1] >= stop]
        roles = tuple(role for role in ROLES if any(layer[2] == role for layer in over))
        pieces.append(
            Piece(
                begin,
                clean_text(text[begin:stop]),
                roles,
                _unique(layer[3] for layer in over),
                _unique(layer[4] for layer in over if layer[4]),
                begin in anchors,
            )
        )
    return tuple(pieces)


def _make_gap(gap: str, at: int, layers: Sequence[tuple], anchors: set[int]) -> MarkedSentence:
    pieces = (Piece(at, clean_text(gap), (), (), (), at in anchors),)
    return MarkedSentence(None, None, "body", None, False, (), pieces)


def _close(row: list[MarkedSentence]) -> Paragraph:
    zone = next((sentence.zone for sentence in row if sentence.label is not None), "body")
    return Paragraph(zone, tuple(row))


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
