"""What every reader of labelled data gives: a text and the marks that the file states, nothing checked yet.

Readers know one format and no rule; the checks (`naming`, `offsets`, `places`, `assemble`) know the rules and no format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.labelled import LabelledSentence

NOTE_KEYS = ("source_name", "source_type", "anonymity_type", "quote_status")
LIST_KEYS = ("source_names", "source_types")
SUGGESTED = "suggested_by"  # key of the model whose labels nobody has checked
# How a file may count its offsets (annotator.formats.offsets).
CODE_POINTS, UTF16 = "code points", "UTF-16 units"


@dataclass(frozen=True, slots=True)
class Notes:
    """What a coder noted of the source of a sentence; the values of LabelledSentence, not checked."""

    source_name: str | None = None
    source_names: tuple[str, ...] = ()
    source_type: str | None = None
    source_types: tuple[str, ...] = ()
    anonymity_type: str | None = None
    quote_status: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on `[start, end)` as the file states it, in the unit of its document.

    `label` is the file's own word for a sentence label or a span role, None for a sentence left undecided. `text` are the
    words that the file says stand there. `source` is the mark of the source of a sentence.
    """

    start: int
    end: int
    label: str | None
    where: str
    text: str | None = None
    claim: str | None = None
    source: Mark | None = None
    notes: Notes = Notes()


@dataclass(frozen=True, slots=True)
class Document:
    """One text with its marks.

    `sentences` are places without labels, None where the file does not say how the text is cut. `spans_known` is None where
    that has to be told from the marks. Documents with the same `group` are sentences of one article, in order, and
    `paragraph` says which of them stand together.
    """

    text: str
    marks: tuple[Mark, ...]
    where: str
    id: str | None = None
    sentences: tuple[LabelledSentence, ...] | None = None
    spans_known: bool | None = None
    unit: str = CODE_POINTS
    group: str | None = None
    paragraph: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Issue:
    """Something to tell the user. `kind` is offset, label, conflict, row or note; of labels and notes the first is shown."""

    kind: str
    where: str
    message: str


class RowError(ValueError):
    """A row is not of its format; says what is wrong, and where if the reader knows."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(message)
        self.where = where


def whole_sentence(text: str) -> tuple[LabelledSentence, ...]:
    """The places of a text that is one sentence."""
    return (LabelledSentence(0, len(text), None),)


def read_notes(values: Mapping[str, Any]) -> Notes:
    """Notes from a row or an object; empty strings count as nothing. Raises RowError for a value that is no text."""
    found: dict[str, Any] = {}
    for key in NOTE_KEYS:
        value = values.get(key)
        if value is not None and not isinstance(value, str):
            raise RowError(f"{key} is no text: {value!r:.60}")
        found[key] = value or None
    for key in LIST_KEYS:
        value = values.get(key) or ()
        if isinstance(value, str) or not all(isinstance(item, str) for item in value):
            raise RowError(f"{key} is no list of texts: {value!r:.60}")
        found[key] = tuple(value)
    return Notes(**found)


def write_notes(sentence: LabelledSentence) -> dict[str, Any]:
    """The notes of a sentence that have a value, lists as lists."""
    values = {key: getattr(sentence, key) for key in NOTE_KEYS if getattr(sentence, key) is not None}
    return values | {key: list(getattr(sentence, key)) for key in LIST_KEYS if getattr(sentence, key)}
