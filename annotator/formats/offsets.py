"""Offsets as a file states them -> offsets in code points, checked against the words that should stand there.

Tools count differently: JavaScript and Java in UTF-16 units, so that every emoji shifts what follows; some take CRLF or a run
of white space for one character. Where one way of counting explains a document better than its own, it is preferred;
what no way explains is looked for by its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotator.formats.documents import CODE_POINTS, UTF16, Mark

# By unit: the characters that do not count as one, and what they count more or less.
_ODD: dict[str, tuple[re.Pattern[str], Callable[[str], int]]] = {
    UTF16: (re.compile("[\U00010000-\U0010ffff]"), lambda char: 1),
    "CRLF as one": (re.compile("(?<=\r)\n"), lambda char: -1),
    "UTF-16 units, CRLF as one": (
        re.compile("[\U00010000-\U0010ffff]|(?<=\r)\n"),
        lambda char: -1 if char == "\n" else 1,
    ),
    "white space as one": (re.compile(r"(?<=\s)\s"), lambda char: -1),
    "UTF-8 bytes": (re.compile(r"[^\x00-\x7f]"), lambda char: len(char.encode("utf-8", "surrogatepass")) - 1),
}
_SPACE = re.compile(r"(?:\s|\\[nrt])+")  # some tools write a line break as backslash and n
_STATED = 2  # weight of a mark whose words stand where it says, against one that merely stands between words
KEPT, MOVED, LOST = "kept", "moved", "lost"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a mark really stands, in code points: as stated (kept), elsewhere (moved, `why` says how it was found) or
    nowhere (lost)."""

    mark: Mark
    start: int
    end: int
    state: str
    why: str = ""


def measure(text: str, unit: str) -> list[int]:
    """(len + 1,) The offset of each character in a unit, and of the end of the text."""
    if unit == CODE_POINTS:
        return list(range(len(text) + 1))
    pattern, count = _ODD[unit]
    ruler: list[int] = []
    shift = 0
    for match in pattern.finditer(text):
        ruler += range(len(ruler) + shift, match.end() + shift)
        shift += count(match[0])
    ruler += range(len(ruler) + shift, len(text) + 1 + shift)
    return ruler


def place_marks(text: str, marks: Sequence[Mark], unit: str) -> list[Placement]:
    """Check every mark against the text; a placement for each, in order."""
    rulers = {unit: measure(text, unit)}
    stated = [_convert(rulers[unit], mark) for mark in marks]
    fit = [_fits(text, mark, span) for mark, span in zip(marks, stated, strict=True)]
    other, moved = (None, stated) if all(fit) else _find_unit(text, marks, rulers, _weigh(marks, fit))
    return [
        _place(text, mark, old, new, other, good)
        for mark, old, new, good in zip(marks, stated, moved, fit, strict=True)
    ]


def _find_unit(
    text: str, marks: Sequence[Mark], rulers: dict[str, list[int]], score: int
) -> tuple[str | None, list[tuple[int, int] | None]]:
    """The way of counting that explains more marks than the file's own, and where the marks stand then.

    Marks without words are weak evidence: all of them must then stand between words, and one more that does is not enough.
    """
    best, spans = None, [None] * len(marks)
    least = score + _STATED
    for unit in (CODE_POINTS, *_ODD):
        ruler = measure(text, unit)
        if ruler in rulers.values():
            continue
        rulers[unit] = ruler
        found = [_convert(ruler, mark) for mark in marks]
        fit = [_fits(text, mark, span) for mark, span in zip(marks, found, strict=True)]
        silent = [good for mark, good in zip(marks, fit, strict=True) if mark.text is None]
        if (weight := _weigh(marks, fit)) >= least and all(silent):
            best, spans, least = unit, found, weight + 1
    return best, spans


def _weigh(marks: Sequence[Mark], fit: Sequence[bool]) -> int:
    return sum((_STATED if mark.text is not None else 1) for mark, good in zip(marks, fit, strict=True) if good)


def _place(text: str, mark: Mark, old, new, unit: str | None, good: bool) -> Placement:
    if unit is not None and _fits(text, mark, new):
        return Placement(mark, *new, KEPT) if new == old else Placement(mark, *new, MOVED, f"counted in {unit}")
    if good:
        return Placement(mark, *old, KEPT)
    if mark.text is not None:
        found = find_words(text, mark.text, old[0] if old else mark.start)
        return Placement(mark, *found, MOVED, "nearest place of these words") if found else _lose(mark, text, old)
    if old is None or old[0] > old[1]:
        return Placement(mark, 0, 0, LOST, f"outside the text of {len(text)} characters")
    return Placement(mark, *old, KEPT, "begins or ends inside a word or with white space")


def _lose(mark: Mark, text: str, old) -> Placement:
    where = "are not in the text" if _squash(mark.text) not in _squash(text) else "stand at several places equally near"
    return Placement(mark, *(old or (0, 0)), LOST, f"the words {where}")


def _convert(ruler: list[int], mark: Mark) -> tuple[int, int] | None:
    """Code points of a mark. Where characters have no width, a start lies behind them and an end before."""
    start = bisect_right(ruler, mark.start) - 1
    end = start if mark.end == mark.start else bisect_left(ruler, mark.end)
    if start < 0 or end >= len(ruler) or (ruler[start], ruler[end]) != (mark.start, mark.end):
        return None
    return start, end


def _fits(text: str, mark: Mark, span: tuple[int, int] | None) -> bool:
    """Whether the stated words stand there; without any, whether the place begins and ends with a whole word."""
    if span is None or span[0] > span[1]:
        return False
    if mark.text is not None:
        found = text[slice(*span)]
        return found == mark.text or _squash(found) == _squash(mark.text)
    if span[0] < span[1] and (text[span[0]].isspace() or text[span[1] - 1].isspace()):
        return False
    return not any(0 < end < len(text) and text[end - 1 : end + 1].isalnum() for end in span)


def _squash(words: str) -> str:
    return _SPACE.sub(" ", words).strip()


def find_words(text: str, words: str, near: int) -> tuple[int, int] | None:
    """The nearest place of some words, white space of any kind being equal; None where there is none or two are as near."""
    pieces = [re.escape(piece) for piece in _squash(words).split(" ") if piece]
    if not pieces:
        return None
    found = [(match.start(), match.end()) for match in re.finditer(re.escape(words), text)]
    found = found or [(match.start(), match.end()) for match in re.finditer(r"\s+".join(pieces), text)]
    found.sort(key=lambda span: abs(span[0] - near))
    if not found or (len(found) > 1 and abs(found[0][0] - near) == abs(found[1][0] - near)):
        return None
    return found[0]
