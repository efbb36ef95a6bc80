"""Names in running text: capitalised sequences split into title and name."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from annotator.records import Span
from annotator.resolve.first_names import FIRST_NAMES, guess_gender
from annotator.resolve.lexicon import (
    ADJECTIVES,
    COMMON_STARTS,
    CORPORATE,
    FEMALE_HONORIFICS,
    FEMININE_NOUNS,
    MALE_HONORIFICS,
    MASCULINE_NOUNS,
    MODIFIERS,
    MONTHS_DAYS,
    NAME_SUFFIXES,
    NEW_PLACES,
    ORG_NOUNS,
    ORG_WORDS,
    OWN_NAMES,
    PARTICLES,
    PLACES,
    TITLE_TAILS,
    TITLES,
)

_ABBREVIATIONS = frozenset(word[:-1] for word in TITLES | CORPORATE | NAME_SUFFIXES if word.endswith("."))
# A word may hold inner hyphens, dots ("U.S", "Amazon.com"), ampersands, apostrophes ("O'Brien"); no possessive 's.
_WORD = re.compile(
    r"@\w+|(?<![^\W_]['’ʼ])[^\W_](?:[^\W_]|&(?=\w)|[-‐‑](?=\w)|['’ʼ](?=[^\W\d_]{2})(?!(?:re|ll|ve)\b)"
    r"|\.(?=[a-z]{2,4}\b|[^\W\d_]\.|[^\W\d_]\b))*"
)
_NICKNAME = re.compile(r" [“\"‘'(][^“”\"()\n]{1,24}[”\"’')] ")
CONNECTORS = frozenset({"of", "for", "and", "in", "on", "the", "&", "against", "without"})
_NUMBERS = frozenset({"One", "Two", "Three", "Four", "Five"})  # close a name: Harbour One, Channel Four
_LOCATING = ("-based", "-born", "-backed", "-owned", "-led", "-run", "-controlled")  # Tarn-based: no part of a name
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)")
_POST = re.compile(r"\b(?:ambassador|envoy|consul|delegate|adviser|advisor) (?:to|in) $")
_OPENERS = frozenset("“\"‘'(")
_OWNERS = TITLES | {"children", "women", "men", "people", "veterans", "chamber"}  # "Sheriff's Office", "People's Party"
_OFFICES = frozenset(["office", "department", "association", "council", "union", "commission"])
_MAX_WORDS = 12
_DATES = MONTHS_DAYS - {"may", "april", "june", "august"}  # those are names of people as well
_NO_NAMES = (ORG_NOUNS | MODIFIERS) - OWN_NAMES
_ORG_SIGNS = ORG_WORDS - {"white", "house", "post", "day", "park", "price"}


class Word(NamedTuple):
    """A word of the text, with the full stop of an abbreviation."""

    start: int
    end: int
    text: str

    @property
    def lower(self) -> str:
        """The word in lower case."""
        return self.text.lower()


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the text: `words` without its `title` words; `kind` is person, org, place or unknown."""

    start: int
    end: int
    words: tuple[str, ...]
    title: tuple[str, ...]
    kind: str
    full_start: int  # where the title begins
    possessive: bool = False
    shown: str = ""  # the words as they stand in the text, white space made single

    @property
    def span(self) -> Span:
        """The place of the name without its title."""
        return Span(self.start, self.end)

    @property
    def keys(self) -> tuple[str, ...]:
        """The words in the form in which they are compared."""
        return tuple(fold_word(word) for word in self.words)

    @property
    def gender(self) -> str | None:
        """What title or first name say: 'm', 'f' or None."""
        for word in self.title:
            if word in MALE_HONORIFICS or word in MASCULINE_NOUNS:
                return "m"
            if word in FEMALE_HONORIFICS or word in FEMININE_NOUNS:
                return "f"
        return guess_gender(self.words[0].lower()) if len(self.words) > 1 else None


@lru_cache(maxsize=1 << 14)
def fold_word(word: str) -> str:
    """A word without case, accents and full stops."""
    if word.isascii():
        return word.lower().replace(".", "").replace("'", "")
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char) and char not in ".'’ʼ")


def scan_words(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """The words of a stretch of text, in order."""
    end = len(text) if end is None else end
    for match in _WORD.finditer(text, start, end):
        stop = match.end()
        word = match.group()
        if stop < end and text[stop] == "." and _is_abbreviation(word):
            stop += 1
        yield Word(match.start(), stop, text[match.start() : stop])


def _is_abbreviation(word: str) -> bool:
    return (
        (len(word) == 1 and word.isupper())
        or re.fullmatch(r"(?:\w\.)+\w", word) is not None
        or word.lower() in _ABBREVIATIONS
    )


def find_names(text: str, start: int = 0, end: int | None = None) -> list[Name]:
    """All names in a stretch of text, in order; words that only open a sentence are left out."""
    words = list(scan_words(text, start, end))
    names = []
    index = 0
    while index < len(words):
        stop = _extend_run(text, words, index)
        if stop > index:
            name = _make_name(text, words[index:stop])
            if name is not None:
                names.append(name)
            index = stop
        else:
            index += 1
    return names


def is_capitalised(word: Word) -> bool:
    """Whether a word may be part of a name: a capital (also inside: iRobot, al-Ansi) and no function word."""
    text = word.text
    if text.islower():
        return False
    if text.endswith(_LOCATING):
        return False
    if text.lower() in COMMON_STARTS and not (text.isupper() and len(text) > 1):
        return False
    return text[0].isupper() or (len(text) > 2 and text[0].isalpha() and any(char.isupper() for char in text[1:]))


def _extend_run(text: str, words: list[Word], index: int) -> int:
    """Index after the last word of the name that begins at `index`; `index` itself where none does."""
    if not is_capitalised(words[index]) and not _opens_name(text, words, index):
        return index
    stop = index + 1
    while stop < len(words) and stop - index < _MAX_WORDS:
        gap = text[words[stop - 1].end : words[stop].start]
        if gap in (" & ", "'s ", "’s ") and is_capitalised(words[stop]):
            step = int(gap == " & " or (words[stop].lower in ORG_WORDS and words[stop - 1].lower in _OWNERS))
        elif gap not in (" ", "\u00a0"):
            step = _skip_nickname(text, words, stop)
        elif is_capitalised(words[stop]) or words[stop].text in _NUMBERS or _inside_name(text, words, stop):
            step = 1
        else:
            step = _bridge(text, words, index, stop)
        if step == 0:
            break
        stop += step
    return stop


def _opens_name(text: str, words: list[Word], index: int) -> bool:
    """Whether a word that mostly opens sentences or is a number begins a name here: New York, Police Service, 21st Dock."""
    word = words[index]
    ordinal = _ORDINAL.fullmatch(word.text) is not None
    if not ordinal and word.text not in ("New", "Police"):
        return False
    if index + 1 >= len(words) or text[word.end : words[index + 1].start] != " ":
        return False
    follows = words[index + 1]
    if ordinal:
        return is_capitalised(follows) and follows.lower not in MONTHS_DAYS
    if word.text == "New":
        return follows.lower in NEW_PLACES
    return word.text == "Police" and follows.lower in ORG_WORDS and is_capitalised(follows)


def _inside_name(text: str, words: list[Word], stop: int) -> bool:
    """Whether a function word with a capital stands between two capitalised words: Greg So Kam-leung."""
    word = words[stop]
    return (
        word.text[0].isupper()
        and word.lower not in CONNECTORS
        and stop + 1 < len(words)
        and is_capitalised(words[stop + 1])
        and text[word.end : words[stop + 1].start] == " "
    ) or _opens_name(text, words, stop)


def _skip_nickname(text: str, words: list[Word], stop: int) -> int:
    """Words to take on where a nickname in quote marks stands between two words of a name; 0 for none."""
    match = _NICKNAME.match(text, words[stop - 1].end)
    if match is None:
        return 0
    for step, word in enumerate(words[stop : stop + 5]):
        if word.start == match.end():
            return step + 1 if is_capitalised(word) else 0
    return 0


def _bridge(text: str, words: list[Word], index: int, stop: int) -> int:
    """Words to take on where a lower-case word at `stop` stands inside a name ("de", "of the"); 0 for none."""
    ahead = words[stop : stop + 5]
    size = 2 if len(ahead) > 2 and (ahead[1].text in PARTICLES or ahead[1].text == "the") else 1
    if len(ahead) <= size or ahead[size].lower in MONTHS_DAYS:
        return 0
    if not is_capitalised(ahead[size]) and not _opens_name(text, words, stop + size):
        return 0
    if any(text[a.end : b.start] != " " for a, b in itertools.pairwise(ahead[: size + 1])):
        return 0
    joint, lowers = ahead[0].text, [word.lower for word in words[index:stop]]
    if joint in PARTICLES and joint not in ("i", "y", "e") and lowers[-1] not in MONTHS_DAYS:
        return size + 1
    if joint in ("and", "&"):
        return size + 1 if _joins_body(text, lowers, ahead) else 0
    if joint not in CONNECTORS:
        return 0
    if lowers[-1] in ORG_WORDS and lowers[-1] not in CORPORATE:
        return size + 1
    return (
        size + 1
        if joint == "of" and lowers[-1] in ("secretary", "minister") and ahead[size].lower in TITLE_TAILS
        else 0
    )


def _joins_body(text: str, lowers: list[str], ahead: list[Word]) -> bool:
    """Whether "and" stands inside the name of one body: Ministry of Roads and Ports, Food and Drug Administration."""
    if "and" in lowers or set(lowers) & TITLES or lowers[0] in FIRST_NAMES:
        return False
    if ORG_WORDS & set(lowers) and {"of", "for"} & set(lowers):
        return True
    run = [ahead[1]]
    for word in ahead[2:]:
        if text[run[-1].end : word.start] != " " or not is_capitalised(word):
            break
        run.append(word)
    return len(lowers) <= 2 and len(run) > 1 and run[-1].lower in ORG_WORDS and run[0].lower not in FIRST_NAMES


def _make_name(text: str, run: list[Word]) -> Name | None:
    run = [word for word in run if text[word.start - 1 : word.start] not in _OPENERS or word is run[0]]
    while run and run[0].lower in MONTHS_DAYS:
        run = run[1:]
    while run and run[-1].lower in _DATES:
        run = run[:-1]
    while run and run[-1].lower in CONNECTORS:
        run = run[:-1]
    if not run:
        return None
    run = _drop_roles(run)
    if not run:
        return None
    posted = _follows_post(text, run)
    cut = 1 if posted else find_name_start([word.lower for word in run])
    words = run[cut:]
    title = tuple(word.lower for word in run[:cut])
    end = run[-1].end
    following = text[end : end + 2]
    possessive = is_possessive(text, end)
    texts = tuple(word.text for word in words)
    kind = "person" if posted else _guess_kind(texts, title)
    if (
        len(texts) <= 2
        and not title
        and kind != "person"
        and is_adjective(texts[-1])
        and re.match(r"[ -][a-z]", following)
    ):
        kind = "adjective"
    shown = " ".join(_NICKNAME.sub(" ", text[words[0].start : end]).split())
    return Name(words[0].start, end, texts, title, kind, run[0].start, possessive, shown)


def is_adjective(word: str) -> bool:
    """Whether a capitalised word looks like one of nationality or party: Danish, Saudi, Republican."""
    lower = word.lower()
    return lower not in FIRST_NAMES and (
        lower in ADJECTIVES or re.search(r"(?:ian|ish|ese|-(?:area|based|led|born|backed|year\S*))$", lower) is not None
    )


def _follows_post(text: str, run: list[Word]) -> bool:
    """Whether a name opens with the country that a post before it is at: "ambassador to Norland Ola Brandt"."""
    return (
        len(run) > 2
        and run[0].lower in PLACES
        and not ORG_WORDS & {word.lower for word in run}
        and _POST.search(text, max(0, run[0].start - 40), run[0].start) is not None
    )


def _drop_roles(run: list[Word]) -> list[Word]:
    """A name without trailing roles: "FIFA President" is a role at FIFA, "the Prime Minister" and "the Company" no name
    at all."""
    lowers = [word.lower for word in run]
    if len(run) > 1 and lowers[0] in FIRST_NAMES:
        return run
    if len(run) > 3 and lowers[-2] in TITLES and "office" in lowers[:-3] and lowers[-3] in ("of", "the"):
        return run  # Office of the Inspector General
    while (
        run
        and run[-1].lower in TITLES
        and not (len(run) > 1 and run[-2].lower in CONNECTORS)
        and (
            run[-1].lower not in {"king", "prince", "general", "major", "staff", "private", "baron"}
            or (run[-1].lower == "general" and len(run) > 1 and run[-2].lower in TITLES | {"surgeon", "solicitor"})
        )
    ):
        run = run[:-1]
    while len(run) > 1 and run[0].lower in MODIFIERS and not ORG_WORDS & set(lowers):
        if run[0].text == "New" and run[1].lower in NEW_PLACES:
            break
        run = run[1:]
    bare = len(run) == 1 and run[0].lower in _NO_NAMES
    return [] if bare or (run and all(word.lower in MODIFIERS for word in run)) else run


def is_first_name(lower: str) -> bool:
    """Whether a word in lower case is a first name, or two joined by a hyphen: ola, eva-marie."""
    return lower in FIRST_NAMES or ("-" in lower and all(part in FIRST_NAMES for part in lower.split("-")))


def is_possessive(text: str, end: int) -> bool:
    """Whether a name that ends here owns what follows: Brandt's, Varens'."""
    following = text[end : end + 2]
    return following in ("'s", "’s") or (text[end - 1] == "s" and following in ("' ", "’ "))


def is_bare_role(word: str) -> bool:
    """Whether a word with a capital is no name by itself: "President", "Bank", "King"."""
    return word.lower() in TITLES or word.lower() in _NO_NAMES


def find_name_start(lowers: list[str]) -> int:
    """Where the name proper begins: after the last title, or at a first name that follows a body or country."""
    last_title = max((i for i, word in enumerate(lowers[:-1]) if word in TITLES), default=-1)
    if last_title >= 0:
        if lowers[last_title + 1] == "of" and len(lowers) > last_title + 3 and lowers[last_title + 2] in TITLE_TAILS:
            return last_title + 3  # Secretary of State Ines Roca
        rest = lowers[last_title + 1 :]
        if rest[0] in _OFFICES or ("office" in lowers[:last_title] and lowers[last_title - 1] in ("of", "the")):
            return 0  # U.S. Attorney's Office for Tarn, Office of the Inspector General
        if rest[-1] not in ORG_WORDS and rest[0] not in CONNECTORS:
            return last_title + 1
        if rest[0] not in CONNECTORS:
            return 0
    for i in range(1, len(lowers) - 1):
        if (
            is_first_name(lowers[i])
            and not is_first_name(lowers[0])
            and lowers[-1] not in ORG_WORDS
            and len(lowers[0]) > 2
        ) and (
            (i >= 2 and (set(lowers[:i]) & (ORG_WORDS | PLACES | TITLES)))
            or lowers[i - 1] in PLACES
            or lowers[i - 1].endswith(("an", "ish", "ese", "ian"))
        ):
            return i
    return 0


def _guess_kind(words: tuple[str, ...], title: tuple[str, ...]) -> str:
    lowers = [word.lower() for word in words]
    tail = lowers[1:] if lowers[0] in FIRST_NAMES and len(lowers) == 2 else lowers  # Bill Roca, Dean Guardian
    if any(word in CONNECTORS for word in lowers) or set(tail) & _ORG_SIGNS:
        return "org"
    if (
        all(word in PLACES or word in ("south", "north", "saudi", "united", "new", "great") for word in lowers)
        and len(words) <= 2
    ):
        return "place"
    if len(words) == 1 and len(words[0]) > 1 and words[0].isupper():
        return "org"
    if title or (len(words) > 1 and (is_first_name(lowers[0]) or re.fullmatch(r"(?:\w\.)+", words[0]))):
        return "person"
    if len(words) > 2 and any(re.fullmatch(r"\w\.?", word) for word in words[1:-1]):
        return "person"
    return "unknown"
