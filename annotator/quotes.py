"""A scanner of quote marks. It tells what stands between marks, not whether somebody said it: that is for `decode`.

Each mark is classed as opening, closing or either by its shape and its neighbours, then each paragraph is walked
once. Double marks (straight, curly, low-high, doubled single ones) and guillemets open whenever they can. A single
mark, which is mostly an apostrophe, opens only where its closing mark is found too, or where a paragraph visibly
reopens. Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from annotator.paragraphs import find_paragraphs
from annotator.records import Quotation

_MARK = re.compile(r"\"+|''|``|‘‘|’’|[“”„‟«»‹›'‘’‚‛`]")
_FAMILY = dict.fromkeys("'‘’‚‛`", "single") | dict.fromkeys("«»", "guillemet") | dict.fromkeys("‹›", "angle")
_OPENING_SHAPES = frozenset(["“", "‟", "„", "``", "‘‘"])
_CLOSING_SHAPES = frozenset(["”", "’’"])

_BEFORE_OPENING = frozenset("([{<-–—−/=|*_\"“„‟«‹‘'`")  # besides white space
_AFTER_CLOSING = frozenset(".,;:!?)]}>…-–—/*|\"”“»›’'")
_DASHES = frozenset("-–—−/*|\"“„‟«‹‘'`")  # may stand on either side of a mark
_STRONG_END = frozenset(
    '.,!?…;:—–"”»)'
)  # a single mark after one of these closes; between a letter and a space it may not
_SPEECH_START = frozenset(":,.!?…;—–")
_ELISION = re.compile(
    r"(?:tis|twas|twere|twill|em|n|til|till|cause|cos|coz|bout|round|neath|nuff|kay|scuse|\d\ds?)\b", re.I
)

_OPEN, _CLOSE, _EITHER, _NONE = "open", "close", "either", "none"
_MAX_UNMARKED = 3  # paragraphs without marks inside one quotation


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    family: str
    role: str
    strong: bool = False  # a single closing mark that cannot be an apostrophe


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    family: str
    closed: bool
    at_edge: bool = False  # unclosed, and runs to the end of the paragraph


def find_quotations(text: str) -> tuple[Quotation, ...]:
    """The words between quote marks, in order, outermost only, marks and outer white space excluded.

    An unclosed quotation ends with its paragraph (or where the next one opens). If the next paragraph reopens it, or
    closes it without having reopened it, the pieces share a `group` (codebook 1.3 Q1 and 1.4 rows 7-9). Never raises.
    """
    paragraphs = find_paragraphs(text)
    marks = [_find_marks(text, start, end) for start, end in paragraphs]
    found: list[Quotation] = []
    pending: str | None = None  # family of a quotation that the paragraph before left open
    group = -1
    unmarked = 0
    for index, (start, end) in enumerate(paragraphs):
        here = marks[index]
        if not here:
            unmarked += 1
            continue
        reopened = pending is not None and unmarked == 0 and here[0].start == start and _may_reopen(here[0], pending)
        if pending and not reopened and unmarked <= _MAX_UNMARKED and _closes_pending(text, here[0], pending):
            for first, last in paragraphs[index - unmarked : index]:
                found.append(Quotation(first, last, group, closed=False))
            found.extend(_trim(text, start, here[0].start, group, closed=True))
        following = marks[index + 1] if index + 1 < len(marks) else []
        reopens_next = bool(following) and following[0].start == paragraphs[index + 1][0]
        single_chain = pending == "single" or (reopens_next and _may_reopen(following[0], "single"))
        edge = None
        for piece in _scan_paragraph(text, here, end, single_chain):
            if not (reopened and piece.start == here[0].end):
                group += 1
            found.extend(_trim(text, piece.start, piece.end, group, piece.closed))
            edge = piece.family if piece.at_edge else None
        pending, unmarked = edge, 0
    return tuple(found)


def _trim(text: str, start: int, end: int, group: int, closed: bool) -> Iterator[Quotation]:
    """One quotation without outer white space; nothing if no words are left."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    if words and (closed or any(map(str.isalnum, words))):
        yield Quotation(start, start + len(words), group, closed)


def _may_reopen(mark: _Mark, family: str) -> bool:
    return mark.family == family and mark.role in (_OPEN, _EITHER)


def _closes_pending(text: str, mark: _Mark, family: str) -> bool:
    """A first mark that only closes, where a quotation of its family is pending. Digits before it: an inch mark."""
    return family != "single" and mark.family == family and mark.role == _CLOSE and not text[mark.start - 1].isdigit()


def _find_marks(text: str, start: int, end: int) -> list[_Mark]:
    """The quote marks of one paragraph, apostrophes left out."""
    marks = []
    for found in _MARK.finditer(text, start, end):
        shape = found[0]
        left = text[found.start() - 1] if found.start() > start else " "
        right = text[found.end()] if found.end() < end else " "
        family = _FAMILY.get(shape, "double")
        if family == "single":
            role = _class_single(text, found.end(), shape, left, right, found.start() == start)
        elif family == "double":
            role = _class_double(shape, left, right)
        else:
            role = _class_by_neighbours(left, right)  # they point either way
        if role != _NONE:
            marks.append(_Mark(found.start(), found.end(), family, role, left in _STRONG_END or right in ",.;:!?)"))
    return marks


def _class_by_neighbours(left: str, right: str) -> str:
    if left.isspace() or (left in _BEFORE_OPENING and left not in _DASHES):
        return _EITHER if right.isspace() or right in ".,;!?)" else _OPEN
    if left in _DASHES:
        return _CLOSE if right.isspace() or right in ".,;:!?)" else _OPEN
    return _CLOSE if right.isspace() or right in _AFTER_CLOSING else _EITHER


def _class_double(shape: str, left: str, right: str) -> str:
    role = _class_by_neighbours(left, right)
    if shape in _OPENING_SHAPES:
        return _CLOSE if role == _CLOSE and shape == "“" and left not in _DASHES else _OPEN
    if shape in _CLOSING_SHAPES:
        return _EITHER if role == _OPEN and left not in _DASHES else _CLOSE
    return role


def _class_single(text: str, after: int, shape: str, left: str, right: str, at_start: bool) -> str:
    if left.isalnum() and right.isalnum():
        return _NONE  # shouldn't, O’Brien
    if left.isspace() or left in _BEFORE_OPENING:
        if right.isspace() or right in ".,;:!?)" or shape == "’":
            return _CLOSE if left in _STRONG_END else _NONE
        if _ELISION.match(text, after) and not (at_start or _follows_speech_start(text, after - 1)):
            return _NONE  # rock 'n' roll, the '90s
        return _OPEN
    return _CLOSE if shape not in ("‚", "`") else _NONE


def _follows_speech_start(text: str, position: int) -> bool:
    before = text[max(0, position - 3) : position].rstrip()
    return bool(before) and before[-1] in _SPEECH_START


def _scan_paragraph(text: str, marks: list[_Mark], end: int, single_chain: bool) -> Iterator[_Piece]:
    """The outermost quotations of one paragraph, given its marks."""
    matches = _match_singles(text, marks) if any(mark.family == "single" for mark in marks) else {}
    doubles = [mark for mark in marks if mark.family != "single"]
    last_double = doubles[-1].start if doubles else -1
    following = _find_following_roles(marks)
    opened: _Mark | None = None
    depth = 0
    skip_to = -1
    for index, mark in enumerate(marks):
        if mark.start < skip_to:
            continue
        if opened is None and mark.family == "single":
            if index in matches:
                closing = marks[matches[index]]
                yield _Piece(mark.end, closing.start, "single", closed=True)
                skip_to = closing.end
            elif mark.start > last_double and _opens_unclosed_single(text, mark, single_chain):
                yield _Piece(mark.end, end, "single", closed=False, at_edge=True)
                return
        elif opened is None:
            if mark.role != _CLOSE:
                opened, depth = mark, 1
        elif mark.family == opened.family:
            if mark.role == _OPEN and following[index] == (_CLOSE, _CLOSE):
                depth += 1
            elif mark.role == _OPEN:
                yield _Piece(opened.end, mark.start, mark.family, closed=False)
                opened, depth = mark, 1
            elif not _is_inch_mark(text, mark, following[index]):
                depth -= 1
                if depth == 0:
                    yield _Piece(opened.end, mark.start, mark.family, closed=True)
                    opened = None
    if opened is not None:
        yield _Piece(opened.end, end, opened.family, closed=False, at_edge=True)


def _is_inch_mark(text: str, mark: _Mark, following: tuple[str, str]) -> bool:
    """A 27" screen, quoted: after a digit, and another mark closes."""
    return text[mark.start] == '"' and text[mark.start - 1].isdigit() and following[0] == _CLOSE


def _find_following_roles(marks: list[_Mark]) -> list[tuple[str, str]]:
    """For each mark the roles of the next two of its family."""
    after: dict[str, tuple[str, str]] = {}
    roles = []
    for mark in reversed(marks):
        next_two = after.get(mark.family, ("", ""))
        roles.append(next_two)
        after[mark.family] = (mark.role, next_two[0])
    return roles[::-1]


def _match_singles(text: str, marks: list[_Mark]) -> dict[int, int]:
    """Opening single marks and what closes them, by index.

    A closing mark after a letter may be an apostrophe (dogs' tails): a later one after punctuation is preferred, if
    no other mark opens before it. An opening mark inside is nested if two closing ones follow. Double marks inside
    must come in pairs.
    """
    matches: dict[int, int] = {}
    next_close = next_open = next_strong = None  # next_strong: only if before next_open
    closes_after: dict[int, int | None] = {}
    opens_after: dict[int, int | None] = {}
    doubles_before = _count_doubles(marks)
    for index in range(len(marks) - 1, -1, -1):
        mark = marks[index]
        if mark.family != "single":
            continue
        closes_after[index], opens_after[index] = next_close, next_open
        if mark.role == _CLOSE:
            next_close = index
            next_strong = index if mark.strong else next_strong
            continue
        elided = _ELISION.match(text, mark.end) is not None
        if next_close is not None and (next_open is None or next_close < next_open):
            match = next_strong if next_strong is not None else next_close
            match = None if elided and next_strong is None else match
        else:  # another one opens first: its closing mark, then ours
            inner = matches.get(next_open) if next_open is not None else None
            match = closes_after.get(inner) if inner is not None else None
            opens_first = opens_after.get(inner) if match is not None else None
            if opens_first is not None and opens_first < match:
                match = None
        if match is not None and (doubles_before[match] - doubles_before[index]) % 2 == 0:
            matches[index] = match
        next_open, next_strong = index, None
    return matches


def _count_doubles(marks: list[_Mark]) -> list[int]:
    counts = [0]
    for mark in marks:
        counts.append(counts[-1] + (mark.family == "double"))
    return counts


def _opens_unclosed_single(text: str, mark: _Mark, single_chain: bool) -> bool:
    """A single mark without a closing one opens only before a capital letter, after a cue's comma or colon or in a
    chain."""
    if not text[mark.end : mark.end + 1].isupper():
        return False
    before = text[max(0, mark.start - 3) : mark.start].rstrip(" \t\xa0")
    return before[-1:] in (":", ",") or (
        single_chain and (not before or before[-1] in "\n\r" or before[-1] in _SPEECH_START)
    )


# --- is_clause_like: words that are finite verbs, or nearly always so, in news English ---
_AUXILIARY = re.compile(
    r"\b(?:am|is|are|was|were|isn|aren|wasn|weren|has|have|had|hasn|haven|hadn|does|did|do\s+not|do\s+you|doesn"
    r"|don|didn|will|won|would|wouldn|can|cannot"
    r"|could|couldn|should|shouldn|might|must|may|shall|ain|ought|gonna|gotta)(?:\b|['’‘]t\b|nt\b)|n['’‘]t\b"
    r"|\b(?:i|you|we|they|he|she|it|that|there|who|what|here|where|this|how)['’‘](?:m|re|ve|ll|d|s)\b",
    re.I,
)
_PRONOUN_VERB = re.compile(
    r"\b(?:i|we|they|he|she)\s+(?:(?:also|always|never|just|really|still|only|all|both|often|now|then|simply"
    r"|actually|already|even)\s+)*"
    r"(?!(?:and|or|but|in|on|at|of|to|for|with|from|by|as|who|that|the|a|an|alone|too|not|himself|herself"
    r"|themselves)\b)[a-z]{2,}",
    re.I,
)
_PAST = re.compile(
    r"\b(?:said|told|went|came|saw|took|gave|knew|thought|felt|got|kept|began|became|brought|bought|fell|held"
    r"|grew|stood|spoke|wrote|won"
    r"|lost|left|meant|paid|ran|sat|sent|broke|chose|drew|drove|ate|fought|flew|forgot|heard|hid|rose|sang|slept"
    r"|stole|swore|taught|threw|woke"
    r"|wore|wanted|needed|seemed|happened|decided|tried|deserved|failed|looked|turned|started|stopped|believed"
    r"|asked|helped"
    r"|worked|lived|died|allowed|remained|showed|refused|continued|agreed|appeared|caused|created|made|found"
    r"|stuck|shook|struck|sold|led)\b",
    re.I,
)
_PRESENT = re.compile(
    r"\b(?:says|makes|takes|gives|goes|comes|gets|knows|thinks|wants|seems|feels|keeps|becomes|brings|holds"
    r"|stands|tells|allows|remains|includes"
    r"|requires|believes|deserves|belongs|depends|exists|happens|matters|continues|appears|represents|suggests"
    r"|means|needs|helps|looks"
    r"|lives|puts|leaves|raises|reflects|shows|lets|works|requires|applies|contains|provides|violates|threatens"
    r"|constitutes)\b",
    re.I,
)
_IMPERATIVE = re.compile(
    r"(?:please\s+)?(?:go|come|stop|let|get|give|take|make|keep|look|listen|wait|stay|be|do|don|never|remember"
    r"|forget|tell|ask|try|leave|put|send"
    r"|bring|call|think|vote|help|join|watch|see|hold|stand|lock|shut|save|pray|imagine|say|show|pay|read|run"
    r"|turn|wake|beware|enjoy|thank|follow"
    r"|trust|protect|build|drain|repeal|free|buy|kill|respect|consider|avoid)\b(?!\s+(?:of|in|and)\b)",
    re.I,
)
_PREDICATE = re.compile(  # the subject stands outside of the marks: he "forged a bond", it "broadens the risk"
    r"(?:[a-z]+ly\s+)?[a-z]{2,}(?:ed|s)\s+(?:the|an?|its|their|his|her|our|my|your|this|that|these|those|it|them"
    r"|him|us|me|no|any|every|all)\b"
)


def is_clause_like(words: str) -> bool:
    """Whether quoted words hold a finite verb or an imperative (the verbatim test of codebook 1.8), told without a
    parser.

    Looks for auxiliaries and contractions, a personal pronoun with the word after it, common pasts and third persons
    that are rarely anything else, and an imperative at the start. A noun phrase with a past participle ("a promise
    made") may pass for a clause.
    """
    words = words.strip()
    if any(rule.search(words) for rule in (_AUXILIARY, _PRONOUN_VERB, _PRESENT)):
        return True
    if _IMPERATIVE.match(words) or _PREDICATE.match(words):
        return True
    past = _PAST.search(words)  # a participle, unless it opens the words or a whole sentence is quoted
    return past is not None and " " in words and (past.start() == 0 or words[0].isupper())
