"""Words and marks of a text, for the formats that are made of tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

_TOKEN = re.compile(r"\w+|[^\w\s]")


def cut_tokens(text: str, cuts: Iterable[int] = ()) -> list[tuple[int, int]]:
    """`[start, end)` of every word and every other sign; no token lies across one of `cuts`, and none is white space."""
    tokens = []
    places = sorted({cut for cut in cuts if 0 < cut < len(text)})
    for start, end in pairwise((0, *places, len(text))):
        tokens += [match.span() for match in _TOKEN.finditer(text, start, end)]
    return tokens


def join_words(pieces: Sequence[tuple[int, int, str]]) -> str:
    """The words of tokens, given as start, end and text in any unit, with a space for each sign between them."""
    words, last = "", pieces[0][0] if pieces else 0
    for start, end, text in pieces:
        words += " " * max(0, start - last) + text
        last = end
    return words
