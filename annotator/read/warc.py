"""A web archive (WARC, such as the CC-NEWS crawl) -> an article for each page that holds one. What holds none is counted."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import BinaryIO

from annotator.ahead import Work, do_now, keep_order
from annotator.errors import InputError
from annotator.read.files import Input
from annotator.read.html import extract_page
from annotator.read.options import ReadOptions
from annotator.records import Article

HTML = frozenset({"text/html", "application/xhtml+xml"})
Check = Callable[[Article, ReadOptions], Article]


def read_warc(
    stream: BinaryIO,
    item: Input,
    options: ReadOptions,
    check: Check,
    report: Callable[[str], None] | None,
    work: Work,
    ahead: int,
) -> Iterator[Article]:
    """The articles of an archive, one a response record, in its order. `check` raises InputError for what is none of ours.

    Pages are extracted and checked by `work`, up to `ahead` of them at a time.

    Records that are no article are counted by reason, and `report` is told once at the end. Raises InputError for an archive
    that is cut off or is none, after the articles before that place.
    """
    articles, skipped = 0, Counter()
    try:
        for page in keep_order(_begin_pages(stream, item, options, check, work), ahead, Future.done):
            try:
                article = page.result()
            except InputError as error:
                skipped[_name_reason(error)] += 1
                continue
            articles += 1
            yield article
    except BrokenArchive as error:
        raise InputError(f"the archive is broken after {articles} articles ({error}); download it again") from error
    finally:
        if report and (skipped or articles):
            reasons = "; ".join(f"{count} {reason}" for reason, count in skipped.most_common())
            report(f"{item.shown}: {articles} articles" + (f", skipped: {reasons}" if reasons else ""))


class BrokenArchive(Exception):
    """What is wrong with an archive."""


def _begin_pages(
    stream: BinaryIO, item: Input, options: ReadOptions, check: Check, work: Work
) -> Iterator[Future[Article]]:
    iterator, errors = _open(stream)
    try:
        for number, record in enumerate(iterator, 1):
            if record.rec_type != "response":
                _check_whole(record)
                continue
            try:
                data = _read_page(record, options.max_bytes)
            except InputError as error:
                yield do_now(_refuse, error)
                continue
            address = record.rec_headers.get_header("WARC-Target-URI")
            yield work(_make_article, data, f"{item.id}#{number}", item.shown, address, check, options)
        if item.gzipped and _is_cut(stream, iterator.get_record_offset()):
            raise EOFError("its last record is cut off")
    except (*errors, EOFError, zlib.error) as error:
        raise BrokenArchive(str(error)) from error


def _refuse(error: InputError) -> Article:
    raise error


def _open(stream: BinaryIO):
    """The records of an archive, and the errors that a broken one raises."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        raise InputError("web archives need the extra warc: pip install 'claim-annotator[warc]'") from error
    return ArchiveIterator(stream), (ArchiveLoadFailed,)


def _read_page(record, limit: int) -> bytes:
    """The page of a response. Raises InputError, whose first words are the reason that is counted."""
    status = record.http_headers.get_statuscode() if record.http_headers else ""
    if status != "200":
        raise InputError(f"with status {status}" if status else "without HTTP headers")
    kind = (record.http_headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    if kind not in HTML:
        raise InputError("not HTML")
    data = record.content_stream().read(limit + 1)
    if len(data) > limit:
        raise InputError("too large")
    _check_whole(record)
    return data


def _is_cut(stream: BinaryIO, offset: int) -> bool:
    """Whether the packed records from `offset` on, the place of the last one that was read, end before they should."""
    stream.seek(offset)
    rest = stream.read()
    while rest:
        unpacker = zlib.decompressobj(wbits=31)
        unpacker.decompress(rest)
        if not unpacker.eof:
            return True
        rest = unpacker.unused_data
    return False


def _check_whole(record) -> None:
    """Raise EOFError for a record that holds fewer bytes than it says."""
    while record.raw_stream.read(1 << 16):
        pass
    if record.raw_stream.limit > 0:
        raise EOFError("a record is cut off")


def _make_article(
    data: bytes, name: str, path: str, address: str | None, check: Check, options: ReadOptions
) -> Article:
    page = extract_page(data)
    url = page.url or address
    return check(Article(name, page.text, page.title, page.outlet, url, page.published, path), options)


def _name_reason(error: InputError) -> str:
    """The reason without what differs from page to page, so that it can be counted."""
    words = str(error)
    return "without an article" if words.startswith(("no article", "the page cannot")) else words.partition("; ")[0]
