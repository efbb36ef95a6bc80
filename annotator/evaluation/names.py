"""Whether two names of a source are the same name.

Case, honorifics, titles before a person's name, determiners, possessives, quote marks, nicknames in quote marks and
words in parentheses are set aside.
"""

from __future__ import annotations

import re
import unicodedata

_PRONOUN_WORDS = """
    i me we us he him she her it they them who whom which that this these those one both himself herself themselves
"""
_DETERMINER_WORDS = "the a an this that these those his her its their our my"
_HONORIFIC_WORDS = "mr mrs ms miss mx dr prof sir dame lord lady rev hon"
_TITLE_WORDS = """
    professor doctor reverend president vice prime minister secretary senator sen representative rep congressman
    congresswoman governor gov mayor councillor ambassador chancellor judge justice chief general gen major maj colonel
    col captain capt lieutenant lt sergeant sgt commander cmdr admiral adm king queen prince princess pope former
    interim acting treasurer engineer attorney deputy
"""
PRONOUNS = frozenset(_PRONOUN_WORDS.split())
_DETERMINERS = frozenset(_DETERMINER_WORDS.split())
_HONORIFICS = frozenset(_HONORIFIC_WORDS.split())
_TITLES = _HONORIFICS | frozenset(_TITLE_WORDS.split())
_LINKERS = frozenset(("of", "for", "to", "from", "by", "with", "and", "in", "at", "on", "as"))
_TAILS = frozenset(("of", "from", "at", "who", "with"))  # what follows a full name and says where its bearer belongs
_NICKNAME = re.compile(r"(?<=\s)[\"“‘'«][^\"”’'»]+[\"”’'»](?=\s)")
_PARENTHESES = re.compile(r"\([^)]*\)")
_TOKEN = re.compile(r"[\w&@#$%]+(?:['’.\-][\w&]+)*", re.UNICODE)


def split_name(name: str, person: bool = False) -> tuple[str, ...]:
    """The words by which names are compared. With `person` the titles before the name are left out too."""
    text = unicodedata.normalize("NFC", name).replace("’", "'")
    text = _PARENTHESES.sub(" ", _NICKNAME.sub(" ", text)) if text.strip("()") else text
    words = [_normalize_word(word) for word in _TOKEN.findall(text)]
    words = [word for word in words if word]
    dropped = _DETERMINERS | (_TITLES if person else _HONORIFICS)
    while len(words) > 1 and words[0] in dropped:
        words.pop(0)
    return tuple(words)


def match_names(gold: str, predicted: str, person: bool = False) -> bool:
    """Strict: the words are equal, or (persons) one is the other's full name without its description.

    The full name, of two words or more, must stand in the first part of the longer form, at its end or before "of", "from",
    "at", "who" or "with" ("Norlink engineer Ola Brandt of Quay"), or be a whole part of it ("the harbour master, Ines
    Roca"); a name after "of" or "for" is somebody else's.
    """
    if split_name(gold, person) == split_name(predicted, person) != ():
        return True
    return person and (_names_person(gold, predicted) or _names_person(predicted, gold))


def match_names_loosely(gold: str, predicted: str, person: bool = False) -> bool:
    """Lenient: strict, or all words of one are words of the other, or one is the other's acronym.

    Of a person the words must include a last name: one that ends a part of the longer form.
    """
    if match_names(gold, predicted, person):
        return True
    first, second = split_name(gold, person), split_name(predicted, person)
    short, long, long_name = (first, second, predicted) if len(first) <= len(second) else (second, first, gold)
    if len(short) == 1 and _spell_acronym(long) == short[0]:
        return True
    words = set(short) - _LINKERS - _DETERMINERS
    if not words or not words <= set(long):
        return False
    return not person or any(part[-1] in words for part in _split_parts(long_name))


def _names_person(described: str, name: str) -> bool:
    words = split_name(name, person=True)
    parts = _split_parts(described)
    if len(words) < 2 or not parts:
        return False
    return words in parts or _heads(parts[0], words)


def _heads(described: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether the words stand together in a description as the name that it is of."""
    size = len(words)
    return any(
        described[at : at + size] == words
        and (at == 0 or described[at - 1] not in _LINKERS)
        and (at + size == len(described) or described[at + size] in _TAILS)
        for at in range(len(described) - size + 1)
    )


def _split_parts(name: str) -> list[tuple[str, ...]]:
    return [words for words in (split_name(part, person=True) for part in name.split(",")) if words]


def _spell_acronym(words: tuple[str, ...]) -> str:
    return "".join(word[0] for word in words if word not in _LINKERS | _DETERMINERS)


def _normalize_word(word: str) -> str:
    word = word.casefold().replace(".", "")
    return word.removesuffix("'s").removesuffix("s'") if word not in ("'s", "s'") else ""
