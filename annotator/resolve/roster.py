"""Who is named in the article: the names of the whole text, grouped into persons and bodies."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from annotator.records import Sentence, Span
from annotator.resolve.lexicon import (
    CAPITALS,
    CORPORATE,
    DOCUMENT_NOUNS,
    FEMININE_NOUNS,
    GENERIC_PLURALS,
    GROUP_PLURALS,
    MASCULINE_NOUNS,
    MEDIA_NAMES,
    MEDIA_WORDS,
    NAME_SUFFIXES,
    OFFICIAL_BODIES,
    ORG_WORDS,
    PERSON_NOUNS,
    PLACES,
    SPOKES_NOUNS,
)
from annotator.resolve.names import Name, find_names, fold_word, is_bare_role, is_possessive, scan_words

_APPOSITION = re.compile(
    r"(?: \([^)]{1,20}\))?, (?:(?P<age>\d{1,3})\b|(?P<who>who|whose)\b|(?P<role>(?:[\w'’-]+ ){0,6}[\w'’-]+))"
)
_COMMON_NOUNS = (
    GROUP_PLURALS | GENERIC_PLURALS | PERSON_NOUNS | DOCUMENT_NOUNS | OFFICIAL_BODIES - {"general", "king", "major"}
)
_DATELINE = re.compile(r" \([A-Z][A-Za-z ]{1,20}\) ?[-–—]|(?:, [A-Z][a-z]+\.? \d{1,2})? ?[—–] ")
_PLACED = re.compile(r"\b(?:in|at|near|across|outside|inside|around|throughout)\s(?:the\s)?$")
_LOWER_BEFORE = re.compile(r"([a-zé-]+) $")
_BRACKETED = re.compile(r" ?\((?:the )?([A-Z][A-Za-z&-]{1,9}s?)\)")
_DEFINED = re.compile(r" \(([A-Z][A-Z&]{1,9})\)")
_ARTICLE = re.compile(r"\b(?:the|a|an|his|her|its|their|our|my) $", re.IGNORECASE)
_SMALL = frozenset(["and", "of", "for", "the", "in", "on", "to", "&"])
_ENDINGS = frozenset(["inc.", "inc", "corp.", "corp", "ltd", "company", "co.", "group", "plc"])
_NO_CORE = frozenset(fold_word(word) for word in CORPORATE | NAME_SUFFIXES)
_NO_ACRONYMS = frozenset(["us", "uk", "tv", "pm", "am", "it"])


@dataclass(eq=False, slots=True)
class Entity:
    """A person, body, item or description that may answer for claims. Grows while the article is read."""

    kind: str  # person, org, place, unknown, described, group, document, handle
    label: str  # the fullest form so far
    first: int  # offset of the first mention
    key: tuple[str, ...] = ()
    gender: str | None = None
    names: list[Name] = field(default_factory=list)
    nouns: set[str] = field(default_factory=set)  # head nouns that describe it
    mentions: list[Span] = field(default_factory=list)  # as a source of claims
    claims: list[int] = field(default_factory=list)
    host: Entity | None = None  # the body whose spokesperson it is
    placed: bool = False  # the text says "in" or "at" it, as of a place

    @property
    def is_person(self) -> bool:
        """Whether it is one human being."""
        return self.kind in ("person", "described", "handle")


class Roster:
    """The entities that the text names, found by offset or by form."""

    def __init__(self, text: str, names: Sequence[Name]) -> None:
        self.names = sorted(names, key=lambda name: name.start)
        self._starts = [name.start for name in self.names]
        self.entities: list[Entity] = []
        self._by_key: dict[tuple[str, ...], Entity] = {}
        self._acronyms: dict[str, Entity] = {}
        self._by_last: dict[str, list[Entity]] = {}
        self._by_word: dict[str, list[Entity]] = {}
        self._entity: dict[int, Entity] = {}
        self._link_full(text)
        self._link_short(text)

    def within(self, start: int, end: int) -> list[Name]:
        """The names that begin in `[start, end)`."""
        return self.names[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def around(self, start: int, end: int) -> Name | None:
        """The name, or its title, that holds all of `[start, end)`: a source span may be part of a name."""
        index = bisect_right(self._starts, start)
        for name in self.names[max(0, index - 1) : index + 1]:
            if name.full_start <= start and end <= name.end:
                return name
        return None

    def at(self, name: Name) -> Entity:
        """The entity that a name of this roster belongs to."""
        return self._entity[name.start]

    def bodies_with(self, word: str) -> list[Entity]:
        """The bodies whose name holds a word."""
        return [entity for entity in self._by_word.get(word, ()) if entity.kind == "org"]

    def is_adjective(self, name: Name) -> bool:
        """Whether a word is one of nationality or party, and nobody's surname."""
        return name.kind == "adjective" and self.at(name).kind == "adjective"

    def country_of(self, name: Name) -> Entity | None:
        """The country that a capital speaks for, where the article names it (codebook row 19)."""
        country = CAPITALS.get(name.keys[0]) if len(name.keys) == 1 and self.at(name).kind == "place" else None
        return self._by_key.get((country,)) if country is not None else None

    def after(self, offset: int, limit: int) -> list[Name]:
        """The first `limit` names that begin at or after an offset, nearest first."""
        index = bisect_left(self._starts, offset)
        return self.names[index : index + limit]

    def before(self, offset: int, limit: int) -> list[Name]:
        """The last `limit` names that begin before an offset, nearest first."""
        index = bisect_right(self._starts, offset - 1)
        return self.names[max(0, index - limit) : index][::-1]

    def _link_full(self, text: str) -> None:
        longest_first = sorted(self.names, key=lambda name: (-len(name.words), name.start))
        for name in longest_first:
            keys = _core(name.keys)
            if len(keys) < 2:
                continue
            entity = self._by_key.get(keys) or self._find_longer(name, keys)
            if entity is None:
                entity = self._add(name, keys)
                if name.kind in ("org", "unknown"):
                    self._add_acronym(entity, name)
            self._by_key.setdefault(keys, entity)
            self._attach(text, entity, name)
            _read_roles(text, name, entity)
            bracketed = _BRACKETED.match(text, name.end)
            if bracketed is not None and entity.kind != "person":
                self._acronyms[fold_word(bracketed.group(1))] = entity

    def _find_longer(self, name: Name, keys: tuple[str, ...]) -> Entity | None:
        """An entity of the same first and last word, or of the same initial: Ola M. Brandt, O. Brandt."""
        for entity in self._by_last.get(keys[-1], [])[:50]:
            theirs = entity.key
            if entity.kind == "org" or name.kind == "org":
                continue
            if (
                (len(theirs) > 1 and theirs[0] == keys[0])
                or (len(theirs) > len(keys) and theirs[-len(keys) :] == keys)
                or (1 in (len(theirs[0]), len(keys[0])) and theirs[0][0] == keys[0][0])
            ):
                return entity
        return None

    def _add_acronym(self, entity: Entity, name: Name) -> None:
        words = [part for word in name.words for part in word.split("-") if part[:1].isupper()]
        placeless = words[1:] if name.words[0].lower() in PLACES else words
        for form in (words, placeless):
            cut = "and" in name.words or form[-1].lower() in _ENDINGS if form else False
            letters = "".join(word[0] for word in (form[:-1] if cut else form)).casefold()
            for kept in {letters, "".join(word[0] for word in form).casefold()}:
                if len(kept) >= 2 and kept not in _NO_ACRONYMS:
                    self._acronyms.setdefault(kept, entity)

    def _add(self, name: Name, keys: tuple[str, ...]) -> Entity:
        entity = Entity(name.kind, name.shown, name.start, keys)
        self.entities.append(entity)
        self._by_key[keys] = entity
        self._by_last.setdefault(keys[-1], []).append(entity)
        for key in keys:
            self._by_word.setdefault(key, []).append(entity)
        return entity

    def _attach(self, text: str, entity: Entity, name: Name) -> None:
        self._entity[name.start] = entity
        entity.names.append(name)
        entity.first = min(entity.first, name.start)
        entity.nouns.update(name.title)
        entity.placed = entity.placed or _PLACED.search(text, max(0, name.full_start - 14), name.full_start) is not None
        entity.gender = entity.gender or name.gender
        if entity.kind == "unknown" and name.kind != "unknown":
            entity.kind = name.kind
        shown = name.shown
        if len(name.words) > len(entity.label.split()) or (
            entity.label.isupper() and shown.casefold() == entity.label.casefold()
        ):
            entity.label = shown

    def _link_short(self, text: str) -> None:
        """Give each one-word name the entity last named so before it, else the first named so after it."""
        latest: dict[str, Entity] = {}
        for name in self.names:
            if name.start in self._entity:
                entity = self._entity[name.start]
                latest[entity.key[-1]] = entity
                continue
            keys = _core(name.keys)
            entity = self._pick_short(name, keys[-1], latest) or self._add(name, keys)
            self._attach(text, entity, name)

    def _pick_short(self, name: Name, key: str, latest: dict[str, Entity]) -> Entity | None:
        exact = self._acronyms.get(key.replace("&", "")) if sum(char.isupper() for char in name.words[0]) > 1 else None
        exact = exact or self._by_key.get((key,))
        people = [
            entity
            for entity in self._by_last.get(key, ())
            if entity.kind in ("person", "unknown") and len(entity.key) > 1
        ]
        if name.kind == "adjective":
            people = [entity for entity in people if entity.kind == "person"]
        fitting = [entity for entity in people if not _clash(entity.gender, name.gender)]
        if fitting:
            return latest[key] if latest.get(key) in fitting else min(fitting, key=lambda entity: entity.first)
        if exact is not None or name.kind == "adjective":
            return exact
        for entity in self._by_word.get(key, ()):
            opens = entity.kind == "org" and entity.key[0] == key and key not in PLACES
            if opens and (_is_tail(entity.key[1:]) or (name.kind != "place" and len(name.words) == 1)):
                return entity
        if name.kind in ("place", "org"):
            return None
        given = [entity for entity in self._by_word.get(key, ()) if entity.kind == "person"]
        given.sort(key=lambda entity: (key != entity.key[0], entity.first))
        return given[0] if given else None


def _read_roles(text: str, name: Name, entity: Entity) -> None:
    """Head nouns of the description around a name, and whether they make it a person: "engineer Ola Brandt", "Ola
    Brandt, 34,"."""
    before = _LOWER_BEFORE.search(text, max(0, name.full_start - 24), name.full_start)
    nouns = {before.group(1)} if before is not None and before.group(1) in PERSON_NOUNS | SPOKES_NOUNS else set()
    after = _APPOSITION.match(text, name.end)
    human = bool(nouns)
    if after is not None:
        human = human or bool(after.group("age") or after.group("who"))
        role = [word.lower() for word in re.findall(r"[\w-]+", after.group("role") or "")]
        stop = next(
            (
                i
                for i, word in enumerate(role)
                if word in ("of", "for", "at", "in", "from", "who", "with", "and", "said", "says")
            ),
            len(role),
        )
        found = {word for word in role[:stop] if word in PERSON_NOUNS | SPOKES_NOUNS}
        human = human or bool(found)
        nouns |= found
    if human and entity.kind in ("unknown", "person"):
        entity.kind = "person"
        entity.nouns |= nouns
        entity.gender = entity.gender or ("m" if nouns & MASCULINE_NOUNS else "f" if nouns & FEMININE_NOUNS else None)


def _core(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name that identify: no corporate ending, no Jr."""
    kept = list(keys[1:] if len(keys) > 2 and keys[0] in ("us", "uk") and set(keys) & ORG_WORDS else keys)
    kept[0] = (
        re.sub(r"(?<=\w)com$", "", kept[0])
        if kept[0].endswith("com") and len(kept[0]) > 6 and len(kept) > 1
        else kept[0]
    )
    while len(kept) > 1 and kept[-1] in _NO_CORE:
        kept.pop()
    return tuple(kept)


def _is_tail(keys: tuple[str, ...]) -> bool:
    return bool(keys) and all(key in ORG_WORDS for key in keys)


def _clash(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def build_roster(text: str, sentences: Iterable[Sentence]) -> Roster:
    """Read the names of all sentences. Headlines in title case add no names of their own: all is capitals."""
    names: list[Name] = []
    loose: list[Name] = []
    for sentence in sentences:
        found = find_names(text, sentence.start, sentence.end)
        (
            loose if _is_title_case(text[sentence.start : sentence.end]) and sentence.zone != "boilerplate" else names
        ).extend(found)
    known = {key for name in names for key in name.keys}
    names += [name for name in loose if set(name.keys) <= known or (len(name.words) <= 3 and name.kind == "person")]
    names = _join_defined(text, names)
    lower = _lower_words(text)
    names = [
        name
        for name in names
        if not (_is_common(name) or (name.words[-1].isupper() and _DATELINE.match(text, name.end)))
    ]
    whole = [name for name in names if len(name.words) > 1]
    last = {name.words[-1] for name in whole}
    first = {name.words[0] for name in whole if name.kind in ("person", "org")}
    names += _find_surnames(text, names)
    names = [
        name
        for name in names
        if len(name.words) > 1
        or name.title
        or name.words[0] in last | first
        or name.words[0].lower() not in lower
        or any(char.isupper() for char in name.words[0][1:])
    ]
    return Roster(text, names)


def _find_surnames(text: str, names: Sequence[Name]) -> list[Name]:
    """Surnames that are words for an office or a body, which alone are no names: "King" for Ida King."""
    people = {name.words[-1] for name in names if len(name.words) > 1 and name.kind in ("person", "unknown")}
    places = {name.end for name in names}
    found = []
    for word in people:
        if not is_bare_role(word):
            continue
        for match in re.finditer(rf"(?<![\w’'-]){re.escape(word)}(?![\w-]| [A-Z])", text):
            if match.end() not in places and not _ARTICLE.search(text, max(0, match.start() - 8), match.start()):
                start, end = match.span()
                found.append(Name(start, end, (word,), (), "unknown", start, is_possessive(text, end), word))
    return found


def _join_defined(text: str, names: list[Name]) -> list[Name]:
    """Names with those that an acronym in brackets spells out made whole: "Quay and Border Protection (QBP)"."""
    joined: list[Name] = []
    for match in _DEFINED.finditer(text):
        start = _spelled_from(text, match)
        if start is None:
            continue
        inside = [name for name in names if start - 30 < name.full_start and name.end <= match.start()]
        covering = [name for name in inside if name.end > start]
        if any(name.kind == "person" for name in covering) or len(covering) < 2:
            continue
        start = min(start, covering[0].start)
        words = tuple(word.text for word in scan_words(text, start, match.start()))
        shown = " ".join(text[start : match.start()].split())
        whole = Name(start, match.start(), words, (), "org", start, False, shown)
        names = [name for name in names if name.end <= start or name.start >= whole.end]
        joined.append(whole)
    return names + joined


def _spelled_from(text: str, match: re.Match[str]) -> int | None:
    """Where the words begin whose initials a bracketed acronym is; None where it is none."""
    letters = [char for char in match.group(1) if char.isupper()]
    words = list(scan_words(text, max(0, match.start() - 120), match.start()))
    at = len(words) - 1
    for letter in reversed(letters):
        while at >= 0 and words[at].text in _SMALL and words[at].text[0] != letter.lower():
            at -= 1
        if at < 0 or words[at].text[0].upper() != letter or "\n" in text[words[at].start : match.start()]:
            return None
        at -= 1
    return words[at + 1].start if len(letters) > 1 and words[at + 1].text[0].isupper() else None


def _is_common(name: Name) -> bool:
    """Whether a single capitalised word is a common noun that opens a sentence: "Neighbours", "Documents"."""
    word = name.words[0].lower()
    return len(name.words) == 1 and not name.title and word in _COMMON_NOUNS


def _lower_words(text: str) -> set[str]:
    """Words that the article also writes small: at the start of a sentence their capital means nothing."""
    return set(re.findall(r"(?<![\w.'’-])[a-zß-ÿ][a-zß-ÿ]+(?![\w'’-])", text))


def _is_title_case(text: str) -> bool:
    words = re.findall(r"[^\W\d_]{4,}", text)
    if re.search(r"[.!?][”\"’'»]?\s*$", text):
        return False
    return len(words) >= 4 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def is_media(words: Sequence[str]) -> bool:
    """Whether a name is that of a news organisation."""
    lowers = [word.lower().strip(".") for word in words]
    return (
        bool(set(lowers) & MEDIA_NAMES)
        or (len(lowers) > 1 and lowers[-1] in MEDIA_WORDS)
        or lowers[:1] == ["associated"]
    )
