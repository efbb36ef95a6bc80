"""What two claims must agree on to say the same thing: numbers, days, names, polarity, certainty. Plain rules, no model.

Meaning that is close is not enough: "two boats collided" and "three boats collided" are neighbours in every embedding.
A rule speaks only where both texts speak: what one of them leaves out is no conflict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotator.resolve.names import Name, find_names, fold_word


def _words(text: str) -> list[str]:
    return text.split()


_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNITS = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = dict(zip(_words("twenty thirty forty fifty sixty seventy eighty ninety"), range(20, 100, 10), strict=True))
_ORDINALS = _words("first second third fourth fifth sixth seventh eighth ninth tenth")
# "one" and "first" are left out: they rarely count ("no one", "at first").
_VALUES = (
    {word: float(i) for i, word in enumerate(_UNITS) if i != 1}
    | {word: float(i) for i, word in enumerate(_ORDINALS, 1) if i > 1}
    | {word: float(value) for word, value in _TENS.items()}
    | dict.fromkeys(_words("both pair twice double doubles doubled"), 2.0)
    | dict.fromkeys(_words("triple triples tripled"), 3.0)
    | dict.fromkeys(_words("half halve halves halved"), 0.5)
)
_FACTORS = {"dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_FACTORS |= {"m": 1e6, "bn": 1e9, "k": 1e3}
_ROUNDERS = frozenset(_words("about around nearly almost some roughly approximately over under than"))
STEM = 5  # letters that make two names one: Norway, Norwegian
ROUNDING = 0.1  # how far a rounded number may lie from the exact one, as a share of it

_DAYS = frozenset(_words("monday tuesday wednesday thursday friday saturday sunday"))
_MONTHS = frozenset(_words("january february march april may june july august september october november december"))
_MALE, _FEMALE = frozenset(_words("he him his himself")), frozenset(_words("she her hers herself"))
_FIRST_PERSON = frozenset(_words("i me my mine we us our ours"))
_EVENT_WORDS = _DAYS | _MONTHS  # capitalised in English, and no names

# Each odd number of these turns a statement round; "not before" and "not until" only set a date.
_NEGATION = re.compile(
    r"\b(?:not(?! only\b)(?!.{0,60}\b(?:before|until)\b)|(?:\w+n['’]t|cannot)(?!.{0,60}\b(?:before|until)\b)|"
    r"no(?! doubt\b)|never|none|nobody|nothing|neither|without|free (?:of|from)|lacks?|lacked|"
    r"(?:run|ran|runs|running) out|ruled out|den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing) to|"
    r"fail(?:s|ed)? to|unable|unaware|unhurt|uninjured|unharmed|unsafe|unfit|untrue|unlawful|illegal|incorrect|impossible)\b",
    re.IGNORECASE,
)
# Words that stand at the two ends of one scale.
_OPPOSITES = (
    (
        "rise rises rose risen rising raise raises raised increase increases increased grow grows grew grown up higher gain",
        "fall falls fell fallen falling drop drops dropped decrease decreases decreased decline declines declined shrink "
        "shrank shrunk down lower lowered cut cuts halve halved reduce reduced",
    ),
    ("open opens opened reopen reopens reopened", "close closes closed shut shuts"),
    ("win wins won", "lose loses lost"),
    (
        "approve approves approved accept accepts accepted back backs backed support supports supported",
        "reject rejects rejected oppose opposes opposed",
    ),
    ("safe", "dangerous"),
    ("alive survived survive", "dead died killed"),
    ("guilty", "innocent acquitted"),
    ("begin begins began begun start starts started", "end ends ended stop stops stopped halt halted"),
    ("buy buys bought", "sell sells sold"),
    ("hire hires hired", "fire fires fired dismissed"),
    ("before", "after"),
)
_SCALES = {
    word: (scale, sign)
    for scale, ends in enumerate(_OPPOSITES)
    for sign, words in zip((1, -1), ends, strict=True)
    for word in words.split()
}
_DOUBT = re.compile(r"\b(?:may|might|perhaps|possibly|maybe|considering|considers)\b")  # lower case: not the month
_FUTURE = re.compile(
    r"\b(?:will|would|shall|to|plans?|planned|planning|tomorrow|next|soon|due)\b|['’]ll\b|\b(?:is|are|was|were) \w+ing\b",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will|shall|going to)\b|['’]ll\b", re.IGNORECASE)
_PAST = re.compile(r"\b(?:has|have|had|was|were|did|been)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one claim states of each thing that must agree. `numbers` are values with whether they are rounded."""

    words: frozenset[str]
    numbers: frozenset[tuple[float, bool]]
    days: frozenset[str]
    months: frozenset[str]
    names: frozenset[tuple[str, ...]]
    negative: bool
    scales: frozenset[tuple[int, int]]
    gender: str | None
    doubtful: bool
    future: bool
    past: bool


def read_facts(text: str, denied: bool = False, speaker: str | None = None) -> Facts:
    """The facts of a claim's words. `denied`: its source denies them. `speaker`: whose name "I" and "we" stand for."""
    tokens = _TOKEN.findall(text)
    lowers = [token.lower() for token in tokens]
    words = frozenset(map(fold_word, tokens))
    names = _list_names(find_names(text))
    if speaker and _FIRST_PERSON & set(lowers):
        names |= _list_names(find_names(speaker))
    male, female = bool(_MALE & set(lowers)), bool(_FEMALE & set(lowers))
    return Facts(
        words.union(*names),
        frozenset(_list_numbers(lowers)),
        _DAYS & words,
        frozenset(token.lower() for token in tokens if token.istitle()) & _MONTHS,
        names,
        (len(_NEGATION.findall(text)) + denied) % 2 == 1,
        _read_scales(lowers),
        None if male == female else ("m" if male else "f"),
        bool(_DOUBT.search(text)),
        bool(_WILL.search(text)),
        bool(_PAST.search(text)) and not _FUTURE.search(text),
    )


def find_conflict(first: Facts, second: Facts) -> str | None:
    """The first thing that two claims do not agree on, None where nothing speaks against their saying the same.

    number, day, name: each has one that the other lacks (a rounded number may lie a tenth off; a name counts as shared
    where its words, or its initials, are among the other's words). polarity: one is negated and the other is not, or
    they name opposite ends of a scale (rose, fell); both together agree again. gender: "he" against "she".
    certainty: only one says may or might. tense: one announces what the other reports as past.
    """
    checks = {
        "number": _differ(first.numbers, second.numbers, _is_near),
        "day": _differ(first.days, second.days) or _differ(first.months, second.months),
        "name": _lacks_names(first, second) and _lacks_names(second, first),
        "polarity": (first.negative != second.negative) != _oppose(first.scales, second.scales),
        "gender": None not in (first.gender, second.gender) and first.gender != second.gender,
        "certainty": first.doubtful != second.doubtful,
        "tense": (first.future and second.past) or (second.future and first.past),
    }
    return next((name for name, found in checks.items() if found), None)


def _list_names(names: list[Name]) -> frozenset[tuple[str, ...]]:
    """The words of each name, without initials and names of days and months."""
    kept = (tuple(key for key in name.keys if len(key) > 1 and key not in _EVENT_WORDS) for name in names)
    return frozenset(words for words in kept if words)


def _list_numbers(lowers: list[str]) -> list[tuple[float, bool]]:
    """Values in figures or words, with their factors: "1.2 million", "two dozen", "twenty five"."""
    found: list[tuple[float, bool]] = []
    index = 0
    while index < len(lowers):
        value = _read_number(lowers[index])
        if value is None:
            index += 1
            continue
        rounded = index > 0 and lowers[index - 1] in _ROUNDERS
        tens = lowers[index] in _TENS
        index += 1
        if tens and index < len(lowers) and lowers[index] in _UNITS[1:10]:
            value += _UNITS.index(lowers[index])
            index += 1
        while index < len(lowers) and lowers[index] in _FACTORS:
            value *= _FACTORS[lowers[index]]
            index += 1
        found.append((value, rounded))
    return found


def _read_number(word: str) -> float | None:
    if word[0].isdecimal():
        digits = re.sub(r",(?=\d{3}\b)", "", word)
        whole, *rest = re.split(r"[.,:]", digits)
        return float(f"{whole}.{''.join(rest) or '0'}")
    return _VALUES.get(word, _FACTORS.get(word) if len(word) > 2 else None)


def _read_scales(lowers: list[str]) -> frozenset[tuple[int, int]]:
    return frozenset(_SCALES[word] for word in lowers if word in _SCALES)


def _oppose(first: frozenset[tuple[int, int]], second: frozenset[tuple[int, int]]) -> bool:
    """Whether one names only one end of a scale and the other only the other."""
    return any(
        (scale, -sign) in second and (scale, sign) not in second and (scale, -sign) not in first
        for scale, sign in first
    )


def _differ(first: frozenset, second: frozenset, same=lambda a, b: a == b) -> bool:
    """Whether each has a member that the other lacks."""
    return any(not any(same(a, b) for b in second) for a in first) and any(
        not any(same(a, b) for a in first) for b in second
    )


def _is_near(first: tuple[float, bool], second: tuple[float, bool]) -> bool:
    gap = abs(first[0] - second[0])
    rounded = first[1] or second[1]
    return gap <= (ROUNDING * max(first[0], second[0]) if rounded else 1e-9)


def _lacks_names(first: Facts, second: Facts) -> bool:
    """Whether the first has a word of a name that the second does not know."""
    return any(not _knows_name(second, name) for name in first.names)


def _knows_name(facts: Facts, name: tuple[str, ...]) -> bool:
    if "".join(word[0] for word in name) in facts.words:
        return True
    theirs = {word for other in facts.names for word in other}
    initials = {"".join(word[0] for word in other) for other in facts.names if len(other) > 1}
    stems = {word[:STEM] for word in theirs if len(word) >= STEM}
    return all(word in facts.words or word in initials or word[:STEM] in stems for word in name)
