"""CoNLL: one token a line, labels in BIO columns.

Read are CoNLL-U Plus (universaldependencies.org/ext-format.html) and any table of tokens with columns of BIO or BIOES tags,
CoNLL-2003 included. Written is CoNLL-U Plus with a column for each role, the label of the sentence as a comment, and white
space by the SpacesAfter convention of UDPipe, so that the text comes back as it was.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotator.formats.documents import NOTE_KEYS, Document, Mark, Notes, read_notes, write_notes
from annotator.formats.rows import replace_surrogates
from annotator.formats.tokens import cut_tokens
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan
from annotator.labels import SPAN_ROLES

NAME = "CoNLL"
_DECLARATION = "# global.columns = "
_HEADER = ("ID", "FORM", *(f"ANNOTATOR:{role.upper()}" for role in SPAN_ROLES), "MISC")
_TAG = re.compile(r"[O_*-]|([BIESLU])-(\S+)")
_COMMENT = re.compile(r"#\s*([\w:. -]+?)\s*=\s?(.*)")
_ESCAPES = {" ": r"\s", "\t": r"\t", "\n": r"\n", "\r": r"\r", "|": r"\p", "\\": r"\\"}
_UNESCAPES = {escape[1]: char for char, escape in _ESCAPES.items()}
_BETWEEN = "between"  # the label of tokens that stand in no sentence
_LONGEST = 120  # tokens; a longer block is no sentence


@dataclass(slots=True)
class _Block:
    """The lines of one sentence: comments, and cells by line number."""

    comments: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    cells: list[str]
    line: int
    block: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column holds what; `misc` is None where white space is not told."""

    form: int
    misc: int | None
    tags: tuple[int, ...]


def matches(text: str) -> bool:
    """Whether a text has lines of tokens with BIO tags."""
    return text.startswith(_DECLARATION) or bool(_find_layout(text, list(_read_blocks(text))).tags)


def read_text(text: str, path: str) -> Iterator[Document]:
    """The documents of a file: cut where `# newdoc` or -DOCSTART- stands, else one."""
    blocks = list(_read_blocks(text))
    layout = _find_layout(text, blocks)
    documents: list[list[_Block]] = []
    for block in blocks:
        if not documents or any(key.startswith("newdoc") for key in block.comments):
            documents.append([])
        documents[-1].append(block)
    for number, group in enumerate(documents, 1):
        identity = group[0].comments.get("newdoc id") or f"{Path(path).stem}#{number}"
        yield _make_document(group, layout, path, identity)


def _read_blocks(text: str) -> Iterator[_Block]:
    block = _Block()
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if line.startswith("-DOCSTART-"):
            block.comments["newdoc"] = ""
        elif not line.strip():
            if block.rows:
                yield block
                block = _Block()
        elif line.startswith("#") and "\t" not in line and not block.rows:
            if found := _COMMENT.fullmatch(line):
                if found[1] == "newdoc id" and "newdoc id" in block.comments:  # a text without tokens
                    yield block
                    block = _Block()
                block.comments[found[1]] = found[2]
        else:
            block.rows.append((number, line.split("\t") if "\t" in line else line.split()))
    if block.rows or block.comments:
        yield block


def _find_layout(text: str, blocks: Sequence[_Block]) -> _Layout:
    """Columns by their declaration, else by what they hold: tags of which one begins a span, numbers before the words."""
    rows = [cells for block in blocks for _, cells in block.rows]
    width = min((len(row) for row in rows), default=0)
    tags = []
    for column in range(1, width):
        found = [_TAG.fullmatch(row[column]) for row in rows]
        if all(found) and any(match[1] for match in found if match):
            tags.append(column)
    first = text.split("\n", 1)[0]
    if first.startswith(_DECLARATION):
        names = first.removeprefix(_DECLARATION).split()
        return _Layout(*(names.index(name) if name in names else None for name in ("FORM", "MISC")), tuple(tags))
    numbered = width > 2 and all(re.fullmatch(r"\d+(?:[-.]\d+)?", row[0]) for row in rows)
    return _Layout(int(numbered), None, tuple(column for column in tags if column != int(numbered)))


def _make_document(blocks: Sequence[_Block], layout: _Layout, path: str, identity: str) -> Document:
    text, tokens = "", []
    for number, block in enumerate(blocks):
        for line, cells in block.rows:
            form = cells[layout.form] if layout.form is not None and layout.form < len(cells) else ""
            before, after = _read_spaces(cells, layout.misc)
            start = len(text) + len(before)
            text += before + form + after
            tokens.append(_Token(start, start + len(form), cells, line, number))
    if layout.misc is None:
        text = text.removesuffix(" ")
    marks = [mark for column in layout.tags for mark in _read_spans(tokens, column, path, layout.misc is None)]
    places = []
    by_block: dict[int, list[_Token]] = defaultdict(list)
    for token in tokens:
        by_block[token.block].append(token)
    for number, block in enumerate(blocks):
        inside = by_block[number]
        if inside and _BETWEEN not in block.comments:
            start, end = inside[0].start, inside[-1].end
            places.append(LabelledSentence(start, end, None, zone=block.comments.get("zone")))
            notes = read_notes({key: value for key, value in block.comments.items() if key in NOTE_KEYS})
            label = block.comments.get("label")
            if label or notes != Notes():
                marks.append(Mark(start, end, label, f"{path}:{inside[0].line}", notes=notes))
    is_cut = layout.misc is not None or all(len(block.rows) <= _LONGEST for block in blocks)
    return Document(text, tuple(marks), path, identity, tuple(places) if is_cut else None)


def _read_spaces(cells: Sequence[str], misc: int | None) -> tuple[str, str]:
    """White space before and after a token."""
    cell = cells[-1 if misc is None or misc >= len(cells) else misc]
    if "=" not in cell:
        return "", " "
    known = dict(item.split("=", 1) for item in cell.split("|") if "=" in item)
    after = "" if known.get("SpaceAfter") == "No" else " "
    return _unescape(known.get("SpacesBefore", "")), _unescape(known.get("SpacesAfter", after))


def _unescape(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: _UNESCAPES.get(match[1], match[1]), value)


def _read_spans(tokens: Sequence[_Token], column: int, path: str, by_block: bool) -> Iterator[Mark]:
    """The spans of one column of tags; `by_block` ends them with their sentence."""
    label, first, last = None, None, None
    for token in [*tokens, None]:
        found = _TAG.fullmatch(token.cells[column]) if token else None
        prefix, name = (found[1], found[2]) if found else (None, None)
        goes_on = prefix in ("I", "E", "L") and name == label and not (by_block and token.block != last.block)
        if not goes_on:
            if first:
                yield Mark(first.start, last.end, label, f"{path}:{first.line}")
            label, first = name, token if name else None
        last = token


def write_conll(articles: Iterable[LabelledArticle], path: Path) -> None:
    """Write CoNLL-U Plus. Links between spans, and spans of one role that overlap, have no place in it."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(f"{_DECLARATION}{' '.join(_HEADER)}\n")
        for article in articles:
            out.writelines(f"{replace_surrogates(line)}\n" for line in _make_lines(article))


def _make_lines(article: LabelledArticle) -> Iterator[str]:
    text = article.text
    sentences = _drop_overlaps(article.sentences)
    spans = [*article.spans]
    if not article.spans_known:
        spans += [LabelledSpan(item.source.start, item.source.end, "source") for item in sentences if item.source]
    cuts = [cut for item in (*sentences, *spans) for cut in (item.start, item.end)]
    tokens = cut_tokens(text, cuts)
    tags = [_make_tags(tokens, [span for span in spans if span.label == role], role) for role in SPAN_ROLES]
    homes = _find_homes(tokens, sentences)
    yield f"# newdoc id = {_flatten(article.id)}"
    for number, (start, end) in enumerate(tokens):
        if number == 0 or homes[number] != homes[number - 1]:
            yield from [""] * (number > 0)
            yield from _make_comments(sentences[homes[number]] if homes[number] is not None else None)
            count = 0
        count += 1
        after = text[end : tokens[number + 1][0] if number + 1 < len(tokens) else len(text)]
        misc = [f"SpacesBefore={_escape(text[:start])}"] if number == 0 and start else []
        misc += {"": ["SpaceAfter=No"], " ": []}.get(after, [f"SpacesAfter={_escape(after)}"])
        yield "\t".join([str(count), text[start:end], *(column[number] for column in tags), "|".join(misc) or "_"])
    yield ""


def _drop_overlaps(sentences: Iterable[LabelledSentence]) -> list[LabelledSentence]:
    kept: list[LabelledSentence] = []
    for sentence in sorted(sentences, key=lambda item: (item.start, item.end)):
        if not kept or kept[-1].end <= sentence.start:
            kept.append(sentence)
    return kept


def _make_tags(tokens: Sequence[tuple[int, int]], spans: Iterable[LabelledSpan], role: str) -> list[str]:
    tags = ["O"] * len(tokens)
    starts = [start for start, _ in tokens]
    for span in spans:
        inside = range(bisect_left(starts, span.start), bisect_left(starts, span.end))
        if all(tags[n] == "O" for n in inside):
            for n in inside:
                tags[n] = f"{'B' if n == inside[0] else 'I'}-{role}"
    return tags


def _find_homes(tokens: Sequence[tuple[int, int]], sentences: Sequence[LabelledSentence]) -> list[int | None]:
    """The number of the sentence of each token."""
    homes: list[int | None] = []
    number = 0
    for start, end in tokens:
        while number < len(sentences) and sentences[number].end <= start:
            number += 1
        inside = number < len(sentences) and sentences[number].start <= start and end <= sentences[number].end
        homes.append(number if inside else None)
    return homes


def _make_comments(sentence: LabelledSentence | None) -> Iterator[str]:
    if sentence is None:
        yield f"# {_BETWEEN} = yes"
        return
    values = {"label": sentence.label, "zone": sentence.zone} | write_notes(sentence)
    yield from (f"# {key} = {_flatten(value)}" for key, value in values.items() if isinstance(value, str))


def _flatten(value: str) -> str:
    return re.sub(r"[\t\n\r]+", " ", value)


def _escape(value: str) -> str:
    return "".join(_ESCAPES.get(char, char) for char in value)
