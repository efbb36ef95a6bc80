"""Where the paragraphs of an article are: used by the scanner of quote marks and by the segmenter.

A blank line ends a paragraph. A single line break is read in one of two ways. In an article that is wrapped at a
fixed width most breaks fall inside a sentence, so the next line begins with a small letter; there a break is only a
space, unless the line ended early (the next word would still have fitted). In all other articles a line is a
paragraph, unless it visibly goes on.
"""

from __future__ import annotations

import re
from itertools import pairwise

LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
BULLET = re.compile(r"(?:[-–—*•●▪■◦‣·►+]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t\xa0]+(?=\S)")
_BLANK = re.compile(r"[\n\v\f\x85\u2028\u2029]|\r\n?")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*\s*\Z")
_FIRST_WORD = re.compile(r"\S+")

_WRAP_WIDTHS = range(30, 121)  # characters; nobody wraps outside of this
_WRAP_SHARE = 0.5  # of the single line breaks fall inside a sentence; about 0.75 in wrapped English, near 0 elsewhere


def find_paragraphs(text: str) -> list[tuple[int, int]]:
    """Offsets of the paragraphs of `text`, in order, without white space at either end. Blank ones are left out."""
    lines = [_strip(text, found.start(), found.end()) for found in LINE.finditer(text)]
    lines = [line for line in lines if line[0] < line[1]]
    if not lines:
        return []
    single = [len(_BLANK.findall(text, one[1], two[0])) < 2 for one, two in pairwise(lines)]
    goes_on = [near and _goes_on(text, *pair) for near, pair in zip(single, pairwise(lines), strict=True)]
    width = _find_wrap_width(lines, single, goes_on)
    paragraphs = [lines[0]]
    for index, line in enumerate(lines[1:]):
        full = single[index] and width and _is_full(text, lines[index], line, width)
        if goes_on[index] or (full and not BULLET.match(text, line[0], line[1])):
            paragraphs[-1] = (paragraphs[-1][0], line[1])
        else:
            paragraphs.append(line)
    return paragraphs


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, max(start, end - (len(words) - len(words.rstrip())))


def _goes_on(text: str, line: tuple[int, int], after: tuple[int, int]) -> bool:
    """The break falls inside a sentence: no end before it, a small letter after it."""
    tail = text[max(line[0], line[1] - 8) : line[1]]
    return text[after[0]].islower() and not _SENTENCE_END.search(tail) and not BULLET.match(text, after[0], after[1])


def _is_full(text: str, line: tuple[int, int], after: tuple[int, int], width: int) -> bool:
    """The first word of the next line would not have fitted on this one."""
    word = _FIRST_WORD.match(text, after[0], min(after[1], after[0] + width))
    return line[1] - line[0] + 1 + len(word[0] if word else "") > width


def _find_wrap_width(lines: list[tuple[int, int]], single: list[bool], goes_on: list[bool]) -> int:
    """Characters per line of a wrapped article, 0 for any other."""
    breaks = [index for index, near in enumerate(single) if near]
    if not breaks or sum(goes_on) < _WRAP_SHARE * len(breaks):
        return 0
    lengths = sorted(lines[index][1] - lines[index][0] for index in breaks)
    width = lengths[int(0.95 * (len(lengths) - 1))]  # a long address may stick out
    return width if width in _WRAP_WIDTHS else 0
