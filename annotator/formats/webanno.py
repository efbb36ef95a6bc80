"""WebAnno TSV 3.x, another export of INCEpTION (user guide, "WebAnno TSV 3.3 File format"). Offsets are UTF-16 units.

The text is put together from its sentences; what stood between two of them is not in the file, so it comes back as spaces, and
as a line break where more than one sign is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from annotator.formats.documents import NOTE_KEYS, UTF16, Document, Mark, RowError, read_notes
from annotator.formats.inception import find_label
from annotator.formats.linking import link_marks
from annotator.formats.offsets import measure
from annotator.formats.tokens import join_words
from annotator.labelled import LabelledSentence

NAME = "INCEpTION (WebAnno TSV)"
FORMAT = "#FORMAT=WebAnno TSV 3"
_BUILT_IN = "de.tudarmstadt.ukp.dkpro.core.api."
_UNIT = re.compile(r"(\d+-\d+(?:\.\d+)?)\t(\d+)-(\d+)\t([^\t]*)\t?(.*)")
_STACKED, _SLOTS = re.compile(r"(?<!\\)\|"), re.compile(r"(?<!\\);")
_NUMBERED = re.compile(r"(.*?)(?<!\\)\[([\d_]+)\]")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_ANY = "uima.tcas.Annotation"

Key = tuple[str, str]  # layer, and the number of an annotation, or the unit that it stands at alone


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer and its columns: span, relation or chain (SP, RL, CH)."""

    kind: str
    name: str
    features: tuple[str, ...]
    first: int


@dataclass(slots=True)
class _Annotation:
    """An annotation, which grows over the lines of its tokens."""

    where: str
    features: dict[str, str] = field(default_factory=dict)
    pieces: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Sentence:
    """The lines of a sentence and the offset of its first token."""

    lines: list[str]
    start: int


def matches(text: str) -> bool:
    """Whether a text is WebAnno TSV 3."""
    return text.startswith(FORMAT)


def read_text(text: str, path: str) -> Iterator[Document | RowError]:
    """The document of a file; a RowError for each line that is none of the format."""
    layers: list[_Layer] = []
    sentences: list[_Sentence] = []
    lines: list[str] = []
    found: dict[Key, _Annotation] = {}
    links: list[tuple[Key, Key]] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if line.startswith("#T_"):
            layers.append(_read_layer(line, layers))
        elif line.startswith("#Text="):
            lines.append(unescape(line.removeprefix("#Text=")))
        elif unit := _UNIT.fullmatch(line):
            if lines:
                sentences.append(_Sentence(lines, int(unit[2])))
                lines = []
            _read_unit(unit, layers, found, links, f"{path}:{number}")
        elif line.strip() and not line.startswith("#"):
            yield RowError(f"no line of WebAnno TSV 3: {line[:60]!r}", f"{path}:{number}")
    whole, places = _join_sentences(sentences)
    marks = {"|".join(key): mark for key, item in found.items() if (mark := _make_mark(key[0], item))}
    joined = [("|".join(one), "|".join(key)) for one, other in links for key in _resolve(other, found)]
    yield Document(whole, link_marks(marks, joined), path, Path(path).stem, places or None, unit=UTF16)


def _read_layer(line: str, layers: Sequence[_Layer]) -> _Layer:
    kind, _, rest = line.removeprefix("#T_").partition("=")
    name, *features = rest.strip().split("|")
    first = layers[-1].first + max(1, len(layers[-1].features)) if layers else 0
    return _Layer(kind, name, tuple(features), first)


def _read_unit(unit: re.Match[str], layers, found: dict[Key, _Annotation], links, where: str) -> None:
    """Add one line of a token or a part of one to the annotations that it belongs to."""
    cells = unit[5].split("\t")
    piece = int(unit[2]), int(unit[3]), unescape(unit[4])
    for layer in layers:
        columns = [_STACKED.split(cell) for cell in cells[layer.first : layer.first + max(1, len(layer.features))]]
        if not columns or columns[0] in (["_"], [""]) or layer.kind == "CH":
            continue
        for values in zip_longest(*columns, fillvalue="*"):
            if layer.kind == "RL":
                links += _read_relation(values[-1], layer, unit[1])
                continue
            numbered = [_NUMBERED.fullmatch(value) for value in values]
            number = next((match[2] for match in numbered if match), None)
            key = (layer.name, f"[{number}]" if number else unit[1])
            item = found.setdefault(key, _Annotation(where))
            item.pieces.append(piece)
            for name, value, match in zip(layer.features, values, numbered, strict=False):
                plain = match[1] if match else value
                if name.startswith("ROLE_"):
                    target = values[layer.features.index(name) + 1]
                    links += [(key, _read_target(_ANY, slot)) for slot in _SLOTS.split(target)]
                elif plain not in ("_", "*", ""):
                    item.features[name] = unescape(plain)


def _read_target(layer: str, cell: str) -> Key:
    """The annotation that a cell such as `2-3[4]` points at."""
    match = _NUMBERED.fullmatch(cell)
    return layer, f"[{match[2]}]" if match else cell


def _read_relation(cell: str, layer: _Layer, unit: str) -> Iterator[tuple[Key, Key]]:
    """Both ends of a relation: the cell holds the unit of the source, with `[source_target]` where units do not tell."""
    base = layer.features[-1].removeprefix("BT_") if layer.features else _ANY
    match = _NUMBERED.fullmatch(cell)
    numbers = match[2].split("_") if match else ["0", "0"]
    source = f"[{numbers[0]}]" if numbers[0] != "0" else (match[1] if match else cell)
    target = f"[{numbers[-1]}]" if numbers[-1] != "0" and len(numbers) > 1 else unit
    yield (base, source), (base, target)


def _resolve(key: Key, found: dict[Key, _Annotation]) -> list[Key]:
    return [other for other in found if other[1] == key[1] and key[0] in (_ANY, other[0])]


def _make_mark(layer: str, item: _Annotation) -> Mark | None:
    label = None if layer.startswith(_BUILT_IN) else find_label(layer, item.features)
    if label is None:
        return None
    notes = read_notes({name: value for name, value in item.features.items() if name in NOTE_KEYS})
    words = join_words(item.pieces)
    return Mark(item.pieces[0][0], item.pieces[-1][1], label, item.where, words, notes=notes)


def _join_sentences(sentences: Sequence[_Sentence]) -> tuple[str, tuple[LabelledSentence, ...]]:
    """The text and the places of its sentences."""
    text, length = "", 0  # in code points; in UTF-16 units
    places = []
    for sentence in sentences:
        gap = max(0, sentence.start - length)
        text += " " * gap if gap < 2 or not text else "\n" * gap
        words = "\n".join(sentence.lines)
        places.append(LabelledSentence(len(text), len(text) + len(words.rstrip()), None))
        text += words
        length += gap + measure(words, UTF16)[-1]
    return text, tuple(places)


def unescape(value: str) -> str:
    """A text or value without the backslashes of the format."""
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), value)
