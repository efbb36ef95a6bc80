"""Which format a file or folder is in, told by what is in it and not by its name, and its documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from annotator.errors import InputError
from annotator.formats import brat, conll, doccano, inception, label_studio, own, prodigy, saved, sentences, webanno
from annotator.formats.documents import Document, RowError
from annotator.formats.rows import Row, guess_delimiter, read_csv, read_json
from annotator.read.text import check_binary, decode_text

READABLE = (
    "labelled articles, one sentence a row (JSONL or CSV with text and label), Label Studio, Prodigy, doccano, INCEpTION "
    "(UIMA CAS JSON or WebAnno TSV 3), brat, CoNLL, a datasets folder, or annotations.jsonl of annotator annotate"
)
_SAMPLE = 200  # rows that tell the format of a file
_SHOWN = 8
_BROKEN = (KeyError, TypeError, AttributeError, ValueError, IndexError)  # what reading a mangled export can raise
Found = Iterator[Document | RowError]


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A format made of objects: which of them are its own, and their documents."""

    name: str
    matches: Callable[[dict[str, Any]], bool]
    parse: Callable[[Row], Iterator[Document]]


# In this order: a row that several formats could claim belongs to the first.
ROW_FORMATS = (
    RowFormat(own.NAME, own.matches_labelled, own.parse_labelled_row),
    RowFormat(own.ANNOTATIONS, own.matches_annotation, own.parse_annotation_row),
    RowFormat(label_studio.FULL, label_studio.matches_full, label_studio.parse_full),
    RowFormat(label_studio.MIN, label_studio.matches_min, label_studio.parse_min),
    RowFormat(prodigy.NAME, prodigy.matches, prodigy.parse),
    RowFormat(doccano.NAME, doccano.matches, doccano.parse),
    RowFormat(sentences.NAME, sentences.matches, sentences.parse),
)


@dataclass(slots=True)
class Source:
    """An opened file or folder: the names of its formats, and its documents or what stands in their place."""

    formats: list[str] = field(default_factory=list)
    found: list[Document | RowError] = field(default_factory=list)
    unknown_keys: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, path: Path | str, found: Iterable[Document | RowError]) -> None:
        """Take over what a reader gives. Raises InputError where it cannot go on."""
        try:
            self.found += found
        except _BROKEN as error:
            raise InputError(f"{path}: a broken file of the format {name} ({error!r}); export it again") from error
        if name not in self.formats:
            self.formats.append(name)


def open_source(path: Path) -> Source:
    """Read a file, a folder of files, or a datasets folder.

    Raises InputError, naming what was found, where nothing in it is of a known format.
    """
    source = Source()
    if path.is_dir():
        _read_folder(path, source)
    else:
        _read_file(path, source)
    return source


def _read_folder(path: Path, source: Source) -> None:
    if saved.matches(path):
        return _read_rows(saved.read_rows(path), str(path), source, saved.NAME)
    if (path / "annotations.jsonl").is_file():  # the results of annotator annotate
        return _read_file(path / "annotations.jsonl", source)
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and not _is_hidden(file.relative_to(path))]
    annotated = {file.with_suffix("") for file in files if file.suffix == ".ann"}
    refused = []
    for file in files:
        if file.name in brat.SIDE_FILES or (file.suffix == ".txt" and file.with_suffix("") in annotated):
            continue
        try:
            _read_file(file, source, path)
        except InputError as error:
            reason = str(error).removeprefix(f"{file}: ").partition("; readable are")[0]
            refused.append(RowError(reason, str(file)))
    if not source.formats:
        reason = f"; {refused[0].where}: {refused[0]}" if refused else ""
        raise InputError(f"{path}: no labelled data in this folder of {len(files)} files{reason}")
    source.found += refused
    return None


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _read_file(path: Path, source: Source, root: Path | None = None) -> None:
    data = path.read_bytes()
    if not data.strip() and path.suffix == ".ann" and path.with_suffix(".txt").is_file():
        return _read_brat(path, "", source, root)  # nothing is marked in this text
    if data[:2] in (b"PK", b"\x1f\x8b"):
        raise InputError(f"{path}: an archive; unpack it and name what is in it")
    try:
        check_binary(data)
        text = decode_text(data)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    if not text.strip():
        raise InputError(f"{path}: empty, no labelled sentence in it")
    if text.lstrip()[0] in "[{":
        _read_json_file(text, path, source)
    elif webanno.matches(text):
        source.add(webanno.NAME, path, webanno.read_text(text, str(path)))
    elif brat.matches(text):
        _read_brat(path, text, source, root)
    elif sentences.has_columns(header := _read_header(text)):
        guarded = tuple(header) == sentences.COLUMNS
        parse = partial(sentences.parse, guarded=guarded)
        source.add(f"{sentences.NAME} (CSV)", path, _parse_rows(read_csv(text, str(path)), parse))
    elif conll.matches(text):
        source.add(conll.NAME, path, conll.read_text(text, str(path)))
    else:
        raise InputError(f"{path}: found {_describe_text(text, header)}; readable are {READABLE}")
    return None


def _read_header(text: str) -> list[str]:
    return [name.strip().strip('"') for name in text.split("\n", 1)[0].split(guess_delimiter(text))]


def _describe_text(text: str, header: list[str]) -> str:
    lines = text.count("\n") + 1
    if len(header) > 1 and lines > 1:
        return f"a table with the columns {', '.join(header[:_SHOWN])} (no text and label among them)"
    return f"plain text of {lines} lines without labels"


def _read_json_file(text: str, path: Path, source: Source) -> None:
    rows = list(read_json(text, str(path)))
    if len(rows) == 1 and rows[0].value is not None and inception.matches(rows[0].value):
        source.add(inception.NAME, path, inception.read_text(text, str(path)))
        return
    _read_rows(rows, str(path), source)


def _read_rows(rows: Iterable[Row], path: str, source: Source, suffix: str | None = None) -> None:
    """Read rows of the format that most of the first rows are of."""
    rows = iter(rows)
    sample = list(islice(rows, _SAMPLE))
    counts = [sum(row.value is not None and form.matches(row.value) for row in sample) for form in ROW_FORMATS]
    if not any(counts):
        raise InputError(f"{path}: found {_describe_rows(sample)}; readable are {READABLE}")
    form = ROW_FORMATS[counts.index(max(counts))]

    def parse(row: Row) -> Iterator[Document]:
        if not form.matches(row.value or {}):
            raise RowError(f"no row of {form.name}: it has the keys {', '.join(list(row.value or {})[:_SHOWN])}")
        if form.name == own.NAME:
            source.unknown_keys.update(own.list_unknown_keys(row))
        return form.parse(row)

    name = f"{form.name} in a {suffix}" if suffix else form.name
    source.add(name, path, _parse_rows(chain(sample, rows), parse))


def _describe_rows(rows: Sequence[Row]) -> str:
    values = [row.value for row in rows if row.value is not None]
    if values:
        return f"JSON objects with the keys {', '.join(list(values[0])[:_SHOWN]) or '(none)'}"
    return f"no JSON object ({rows[0].error})" if rows else "nothing"


def _parse_rows(rows: Iterable[Row], parse: Callable[[Row], Iterator[Document]]) -> Found:
    for row in rows:
        if row.value is None:
            yield RowError(str(row.error), row.where)
            continue
        try:
            yield from parse(row)
        except RowError as error:
            yield RowError(str(error), row.where)
        except _BROKEN as error:
            yield RowError(f"not of its format ({error!r})", row.where)


def _read_brat(path: Path, annotations: str, source: Source, root: Path | None) -> None:
    beside = path.with_suffix(".txt")
    if not beside.is_file():
        raise InputError(f"{path}: annotations of brat without {beside.name} beside them")
    data = beside.read_bytes()
    try:
        text = data.decode("utf-8")  # a byte order mark is a character for brat
    except UnicodeDecodeError:
        text = decode_text(data)
    name = (path.relative_to(root) if root else Path(path.name)).with_suffix("").as_posix()
    source.add(brat.NAME, path, brat.read_pair(text, annotations, str(path), name))
