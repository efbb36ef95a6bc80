"""brat: a text (.txt) and its stand-off annotations (.ann) side by side (brat.nlplab.org/standoff). Offsets count code points.

Sentence labels and roles are text-bound annotations; types are attributes, the name of a source is a note, relations join the
spans of a claim, and a sentence with its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from annotator.formats.documents import Document, Mark, RowError, read_notes, write_notes
from annotator.formats.linking import link_marks, list_marks
from annotator.formats.rows import replace_surrogates
from annotator.labelled import LabelledArticle, LabelledSentence
from annotator.labels import ANONYMITY_TYPES, LABELS, QUOTE_STATUSES, SOURCE_TYPES, SPAN_ROLES

NAME = "brat"
SIDE_FILES = frozenset({"annotation.conf", "visual.conf", "tools.conf", "kb_shortcuts.conf"})
LONGEST_NAME = 200  # bytes of a file name, ending included: file systems take 255
_LINE = re.compile(r"[TREAMN#]\d+\S*\t|\*\t")
_TEXT_BOUND = re.compile(r"T\S*\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t(.*))?")
_RELATION = re.compile(r"(?:R\S*\t\S+ |\*\t\S+ |E\S*\t)(.+)")
_ATTRIBUTE = re.compile(r"[AM]\S*\t(\S+) (\S+)(?: (\S+))?")
_NOTE = re.compile(r"#\S*\tAnnotatorNotes (\S+)\t(.*)")
_VALUES = {"source_type": SOURCE_TYPES, "anonymity_type": ANONYMITY_TYPES, "quote_status": QUOTE_STATUSES}


def matches(text: str) -> bool:
    """Whether most lines of a text are annotations, one of them at least text-bound."""
    lines = [line for line in text.split("\n") if line.strip()]
    annotations = [line for line in lines if _LINE.match(line)]
    return 2 * len(annotations) > len(lines) and any(_TEXT_BOUND.match(line) for line in annotations)


def read_pair(text: str, annotations: str, path: str, name: str) -> Iterator[Document | RowError]:
    """The document of a text and its annotations; a RowError for each line that is none.

    `path` is the .ann file, `name` the id of the article as brat has it (percent signs stand for signs that are not for
    file names).
    """
    marks: dict[str, Mark] = {}
    links: list[tuple[str, str]] = []
    notes: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(annotations.split("\n"), 1):
        line = line.rstrip("\r")
        key = line.split("\t", 1)[0]
        if found := _TEXT_BOUND.fullmatch(line):
            marks |= _read_fragments(text, key, found, f"{path}:{number}")
        elif found := _RELATION.fullmatch(line):
            ends = [part.split(":", 1)[-1] for part in found[1].split()]
            links += [(ends[0], other) for other in ends[1:]]
        elif found := _NOTE.fullmatch(line):
            notes.setdefault(found[1], {})["source_name"] = found[2]
        elif found := _ATTRIBUTE.fullmatch(line):
            notes.setdefault(found[2], {})[found[1]] = found[3]
        elif line.strip() and line[0] not in "N#":
            yield RowError(f"no annotation of brat: {line[:60]!r}", f"{path}:{number}")
    noted = {key: _add_notes(mark, notes.get(key)) for key, mark in marks.items()}
    yield Document(text, link_marks(noted, links), path, unquote(name))


def _add_notes(mark: Mark, values: dict[str, Any] | None) -> Mark:
    return replace(mark, notes=read_notes(values)) if values else mark


def _read_fragments(text: str, key: str, found: re.Match[str], where: str) -> dict[str, Mark]:
    """The marks of one annotation. Fragments with white space between them are one: brat breaks spans at line ends."""
    pairs = [tuple(map(int, pair.split())) for pair in found[2].split(";")]
    joined = [pairs[0]]
    for start, end in pairs[1:]:
        if text[joined[-1][1] : start].strip() or start < joined[-1][1]:
            joined.append((start, end))
        else:
            joined[-1] = (joined[-1][0], end)
    words = found[3] if len(joined) == 1 else None
    return {
        f"{key}+{number}" if number else key: Mark(start, end, found[1], where, words)
        for number, (start, end) in enumerate(joined)
    }


def write_brat(articles: Iterable[LabelledArticle], path: Path) -> None:
    """Write a folder with two files for each article and annotation.conf."""
    path.mkdir()
    used: set[str] = set()
    for article in articles:
        stem = _make_name(article.id, used)
        (path / f"{stem}.txt").write_bytes(replace_surrogates(article.text).encode())
        lines = "".join(f"{line}\n" for line in _make_lines(article))
        (path / f"{stem}.ann").write_bytes(replace_surrogates(lines).encode())
    (path / "annotation.conf").write_text(make_config(), encoding="utf-8")


def _make_name(identity: str, used: set[str]) -> str:
    """A file name that gives the id back, shortened where it would be too long, numbered where it is taken."""
    name = quote(replace_surrogates(identity), safe=" ")[:LONGEST_NAME].replace(".", "%2E", identity.startswith("."))
    base, number = name or "article", 1
    while (name := base if number == 1 else f"{base}#{number}").casefold() in used:
        number += 1
    used.add(name.casefold())
    return name


def _make_lines(article: LabelledArticle) -> Iterator[str]:
    marks, links = list_marks(article)
    keys = {key: f"T{number}" for number, key in enumerate(marks, 1)}
    attributes = []
    for key, mark in marks.items():
        fragments = list(_cut_at_lines(article.text, mark.start, mark.end))
        places = ";".join(f"{start} {end}" for start, end in fragments)
        words = " ".join(article.text[start:end] for start, end in fragments)
        yield f"{keys[key]}\t{mark.label} {places}\t{words}"
        notes = write_notes(mark) if isinstance(mark, LabelledSentence) else {}
        attributes += [(name, keys[key], notes[name]) for name in _VALUES if name in notes]
        if "source_name" in notes:
            yield f"#{keys[key][1:]}\tAnnotatorNotes {keys[key]}\t{' '.join(notes['source_name'].split())}"
    for number, (name, key, value) in enumerate(attributes, 1):
        yield f"A{number}\t{name} {key} {value}"
    for number, (one, other) in enumerate(links, 1):
        yield f"R{number}\tbelongs Arg1:{keys[one]} Arg2:{keys[other]}"


def _cut_at_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a span between line breaks and tabs, which an annotation of brat cannot hold."""
    found = [match.span() for match in re.compile(r"[^\n\r\t]+").finditer(text, start, end)]
    yield from found or [(start, end)]


def make_config() -> str:
    """annotation.conf for our labels."""
    entities = [*LABELS, *SPAN_ROLES]
    values = [f"{name}\tArg:<ENTITY>, Value:{'|'.join(known)}" for name, known in _VALUES.items()]
    sections = {
        "entities": entities,
        "relations": [
            "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
            "belongs\tArg1:<ENTITY>, Arg2:<ENTITY>",
        ],
        "events": [],
        "attributes": values,
    }
    return "\n".join(line for name, lines in sections.items() for line in (f"[{name}]", *lines, "")) + "\n"
