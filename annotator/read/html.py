"""A saved web page -> the article in it, by trafilatura."""

from __future__ import annotations

import codecs
import logging
import re
from dataclasses import dataclass
from typing import Any

from annotator.errors import InputError
from annotator.read.text import decode_text, find_mark

BLOCKS = {"body", "p", "head", "list", "item", "quote", "code", "table", "row", "cell"}  # tags of trafilatura's tree
MIN_CHARACTERS = 40  # of an article: less is a page's menu
CHARSET = re.compile(rb"""<meta[^>]+charset=["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)

# trafilatura logs what it gives up on; the Failure says it already.
for _name in ("trafilatura", "htmldate", "courlan"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Page:
    """The article of a web page: paragraphs separated by blank lines, without the headline that `title` holds."""

    text: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None


def extract_page(data: bytes) -> Page:
    """Extract the article of a page. Raises InputError where there is none."""
    import trafilatura

    try:
        found = trafilatura.bare_extraction(decode_html(data), include_comments=False, with_metadata=True)
    except InputError:
        raise
    except Exception as error:  # pages are hostile input to a parser that is not ours: no page may end the run
        raise InputError(f"the page cannot be parsed ({type(error).__name__}: {error})") from error
    blocks = _list_blocks(found.body) if found is not None and found.body is not None else []
    title = found.title if found is not None else None
    if blocks and _is_headline(blocks[0], title):
        title = blocks.pop(0)[1]
    if sum(len(text) for _, text in blocks) < MIN_CHARACTERS:
        raise InputError("no article found in the page; save its text as .txt")
    return Page(
        text="\n\n".join(text for _, text in blocks),
        title=title or None,
        outlet=found.sitename or None,
        url=found.url or None,
        published=found.date or None,
    )


def decode_html(data: bytes) -> str:
    """Decode a page: byte order mark, UTF-8, the charset it declares, else the likeliest encoding."""
    declared = CHARSET.search(data[:4096])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if declared and not find_mark(data):
            try:
                return data.decode(codecs.lookup(declared[1].decode()).name)
            except (LookupError, UnicodeError):
                pass  # the page lies about itself
    return decode_text(data)


def _list_blocks(body: Any) -> list[tuple[str, str]]:
    """The blocks of text in trafilatura's tree in reading order: (rank of the heading or "", text).

    Its own plain text puts the paragraphs of a table cell (old pages are laid out in tables) on one line.
    """
    from lxml import etree

    blocks: list[tuple[str, str]] = []
    pieces: list[str] = []

    def close_block(rank: str) -> None:
        lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(pieces).split("\n"))
        if text := "\n".join(line for line in lines if line):
            blocks.append((rank, text))
        pieces.clear()

    for event, element in etree.iterwalk(body, events=("start", "end")):
        rank = element.get("rend", "") if element.tag == "head" else ""
        if element.tag in BLOCKS:
            close_block(rank if event == "end" else "")
        if event == "start" and element.tag == "lb":
            pieces.append("\n")
        pieces.append((element.text if event == "start" else element.tail) or "")
    close_block("")
    return blocks


def _is_headline(block: tuple[str, str], title: str | None) -> bool:
    """Is the first block the headline: a heading of the first rank, or the title (which may end in the site's name)?"""
    rank, text = block
    words, title_words = (re.findall(r"\w+", value.casefold()) for value in (text, title or ""))
    return rank == "h1" or (len(words) > 2 and title_words[: len(words)] == words)
