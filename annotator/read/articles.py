"""The read stage: inputs -> articles and failures."""

from __future__ import annotations

import codecs
import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from annotator.ahead import Work, do_now, keep_order
from annotator.errors import InputError
from annotator.read.fields import FieldFinder, NoTextField
from annotator.read.files import (
    READ_ERRORS,
    Input,
    Report,
    copy_limited,
    describe_excess,
    list_inputs,
    open_input,
    read_bytes,
)
from annotator.read.html import extract_page
from annotator.read.language import check_language
from annotator.read.meter import Meter
from annotator.read.options import ReadOptions
from annotator.read.tables import Row, read_rows
from annotator.read.text import check_binary, check_text, decode_text
from annotator.read.warc import read_warc
from annotator.records import Article, Failure
from annotator.stores import is_url, tell_store_errors

TABLES = ("json", "jsonl", "csv", "parquet")
WHOLE = ("text", "html")  # a file is an article
COLUMNAR = ("csv", "parquet")  # all rows have the same fields
DEFAULTS = ReadOptions()
SNIFF_BYTES = 65_536
FETCHES = 16  # at a time


def read_articles(
    paths: Iterable[str | Path],
    options: ReadOptions = DEFAULTS,
    report: Report | None = None,
    work: Work = do_now,
    ahead: int = 0,
    meter: Meter | None = None,
) -> Iterator[Article | Failure]:
    """Read articles one by one from files, folders, globs, URLs of stores and `-`; what is no article comes as a Failure.

    Never raises for what it reads. Article ids are unique in a run: the posix path below the folder given (the name
    of a named file), for a row its id field or `path#row`; an id that came before gets `#2`, `#3`, ...
    `report` gets one line for each guess of fields and each folder with skipped files.

    Decoding, extracting and checking go to `work`, up to `ahead` articles before the one that is given. `meter` is told how
    far the reading is.
    """
    taken: dict[str, int] = {}
    reading = _Reading(options, report, work, ahead, meter or Meter(()))
    begun = (step for item in _fetch_ahead(paths, options, report) for step in _begin(item, reading))
    for step in keep_order(begun, ahead, _is_made):
        result = _finish(step)
        yield result if isinstance(result, Failure) else replace(result, id=_make_unique(result.id, taken))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What `read_articles` was told."""

    options: ReadOptions
    report: Report | None
    work: Work
    ahead: int
    meter: Meter


@dataclass(frozen=True, slots=True)
class _Step:
    """An article that is being made; `place` names it where it cannot be."""

    place: str
    article: Future[Article]


def _is_made(step: _Step | Article | Failure) -> bool:
    return not isinstance(step, _Step) or step.article.done()


def _finish(step: _Step | Article | Failure) -> Article | Failure:
    if not isinstance(step, _Step):
        return step
    try:
        return step.article.result()
    except InputError as error:
        return Failure(step.place, "read", str(error))
    except READ_ERRORS as error:
        return Failure(step.place, "read", _describe_error(error))


def _fetch_ahead(
    paths: Iterable[str | Path], options: ReadOptions, report: Report | None
) -> Iterator[tuple[Input, Future[bytes] | None] | Failure]:
    """The inputs; the bytes of small files of a store, where every answer takes its time, are fetched many at a time."""
    with ThreadPoolExecutor(FETCHES, thread_name_prefix="fetch") as pool:

        def begin(item: Input | Failure) -> tuple[Input, Future[bytes] | None] | Failure:
            if isinstance(item, Failure):
                return item
            fetched = is_url(item.path) and item.kind in WHOLE
            return item, pool.submit(read_bytes, item, options.max_bytes) if fetched else None

        yield from keep_order(map(begin, list_inputs(paths, report)), FETCHES, lambda _: False)


def _make_unique(name: str, taken: dict[str, int]) -> str:
    """The name, with `#2` and so on where it is taken; `taken` counts how often each name was asked for."""
    taken[name] = count = taken.get(name, 0) + 1
    return name if count == 1 else _make_unique(f"{name}#{count}", taken)


def _begin(
    found: tuple[Input, Future[bytes] | None] | Failure, reading: _Reading
) -> Iterator[_Step | Article | Failure]:
    """Begin the articles of an input."""
    if isinstance(found, Failure):
        yield found
        return
    item, data = found
    try:
        with tell_store_errors() if is_url(item.path) else nullcontext():
            if item.kind == "stdin":
                yield from _read_stdin(item, reading)
            elif item.kind in TABLES:
                with open_input(item) as stream:
                    yield from _read_table(stream, item, reading)
            elif item.kind == "warc":
                with open_input(replace(item, gzipped=False)) as stream:  # its records are packed one by one
                    for article in read_warc(
                        stream, item, reading.options, _check_article, reading.report, reading.work, reading.ahead
                    ):
                        reading.meter.move(item, _tell_share(stream, item))
                        yield article
            else:
                content = data.result() if data else read_bytes(item, reading.options.max_bytes)
                yield _Step(item.shown, reading.work(_make_article, item, content, reading.options))
    except InputError as error:
        yield Failure(item.shown, "read", str(error))
    except READ_ERRORS as error:
        yield Failure(item.shown, "read", _describe_error(error))
    reading.meter.end(item)


def _tell_share(stream: BinaryIO, item: Input) -> float:
    """The part of a file that has been taken from the disk."""
    packed = stream.fileobj if isinstance(stream, gzip.GzipFile) else stream
    return packed.tell() / item.size if item.size else 0.0


def _describe_error(error: BaseException) -> str:
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _read_stdin(item: Input, reading: _Reading) -> Iterator[_Step | Article | Failure]:
    """Read standard input, whose kind only its first bytes tell: gzip, Parquet, JSON, JSON lines, HTML, else text."""
    options = reading.options
    with copy_limited(sys.stdin.buffer, options.container_bytes) as copy:
        stream: BinaryIO = copy
        if copy.peek(2)[:2] == b"\x1f\x8b":
            stream = copy_limited(gzip.GzipFile(fileobj=copy), options.container_bytes)
        with stream:
            kind = _sniff_kind(stream.read(SNIFF_BYTES))
            stream.seek(0)
            item = replace(item, kind=kind)
            if kind in TABLES:
                yield from _read_table(stream, item, reading)
                return
            data = stream.read(options.max_bytes + 1)
            if len(data) > options.max_bytes:
                raise InputError(describe_excess(options.max_bytes))
            yield _Step(item.shown, reading.work(_make_article, item, data, options))


def _sniff_kind(head: bytes) -> str:
    """The kind of data that begins with these bytes."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"PAR1"):
        return "parquet"
    if re.match(rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", start, re.IGNORECASE | re.DOTALL):
        return "html"
    if re.match(rb'(\[\s*)?\{\s*["}]|\[\s*\]', start):
        return "json" if start.startswith(b"[") or not _opens_lines(start) else "jsonl"
    return "text"


def _opens_lines(start: bytes) -> bool:
    """Is the first of several lines a JSON object by itself?"""
    first, _, rest = start.partition(b"\n")
    try:
        return bool(rest.strip()) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _read_table(stream: BinaryIO, item: Input, reading: _Reading) -> Iterator[_Step | Failure]:
    finder = FieldFinder(item.shown, reading.options, reading.report)
    for row in read_rows(stream, item.kind, reading.options):
        place = item.shown if row.alone else f"{item.shown}:{row.line}"
        reading.meter.move(item, _tell_share(stream, item) if row.share is None else row.share)
        try:
            yield _Step(place, reading.work(_check_article, _make_row_article(row, item, finder), reading.options))
        except NoTextField as error:
            if row.number == 1 and item.kind in COLUMNAR:
                raise
            yield Failure(place, "read", str(error))
        except InputError as error:
            yield Failure(place, "read", str(error))


def _make_row_article(row: Row, item: Input, finder: FieldFinder) -> Article:
    if row.values is None:
        raise InputError(row.error or "unreadable row")
    values = finder.pick_values(row.values)
    return Article(
        id=values["id"] or (item.id if row.alone else f"{item.id}#{row.number}"),
        text=values["text"] or "",
        title=values["title"],
        outlet=values["outlet"],
        url=values["url"],
        published=values["date"],
        path=item.shown,
    )


def _make_article(item: Input, data: bytes, options: ReadOptions) -> Article:
    """The article of a file that holds one."""
    if not data:
        raise InputError("empty")
    check_binary(data)
    if item.kind == "html":
        page = extract_page(data)
        article = Article(item.id, page.text, page.title, page.outlet, page.url, page.published, item.shown)
    else:
        article = Article(item.id, decode_text(data), path=item.shown)
    return _check_article(article, options)


def _check_article(article: Article, options: ReadOptions) -> Article:
    check_text(article.text, options.max_bytes)
    if options.languages is None:
        return article
    return replace(article, language=check_language(article.text, options.languages))
