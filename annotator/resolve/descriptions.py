"""Who a description stands for: "the official", "the company", "the report", "the Norland president" (rows 22-27)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.resolve.items import Items
from annotator.resolve.keys import name_key
from annotator.resolve.lexicon import (
    BARE_BODIES,
    COMMON_STARTS,
    COMPANY_NOUNS,
    FEMININE_NOUNS,
    ITEM_FAMILIES,
    MASCULINE_NOUNS,
    OFFICE_WORDS,
    OFFICIAL_BODIES,
    SELF_NAMED,
    SPOKES_NOUNS,
    STUDY_AUTHORS,
    TITLES,
    UNIQUE_ROLES,
)
from annotator.resolve.mentions import Mention, noun_class
from annotator.resolve.names import Name, fold_word
from annotator.resolve.pronouns import choose_antecedent
from annotator.resolve.roster import Entity, Roster, is_media

if TYPE_CHECKING:
    from annotator.resolve.link import Linker

_FIRST_WORD = re.compile(r"[A-Za-z]+(?= )")
_POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they"}
_OF_BODY = re.compile(
    r"\b(?:for|of|by|at|from|within|with) (?P<body>the (?P<noun>company|firm|agency|ministry|department|group|union|club|party"
    r"|university|bank|airline|charity|museum|paper|newspaper))$"
)
_AGED = re.compile(r"\b\d{1,3}-year-old\b")
_APPOSED = re.compile(r"\b[Tt]he (?:[\w-]+ ){0,3}?(?P<noun>[\w-]+), (?=[^\W\d_a-z])")
_STATEMENT = re.compile(
    r"(?:an?|the|its|one) (?:[a-z]+ )?statement (?:issued |released |made )?(?:from|by|of) .+|.+[’'s] (?:[a-z]+ )?statement",
    re.IGNORECASE | re.DOTALL,
)
_MEDIA_REPORTS = frozenset(["report", "reports", "article", "story", "post", "website", "dispatch"])
_MEDIA_ITEMS = frozenset(["newspaper", "paper", "magazine", "network", "broadcaster", "outlet", "tabloid"])
_QUALIFIED = re.compile(r"(?P<who>(?:(?:U\.S\.|U\.K\.|[A-Z][\w’'-]{1,20}|federal|state) ){1,2})$")
_STUDIES = next(family for family in ITEM_FAMILIES if "study" in family)
_OPENING = 500  # characters
REACH = 60  # names, claims or descriptions looked back at
STEM = 4  # letters that a country and its adjective share: Norland, Norlandish


class Descriptions:
    """The described sources of one article so far, and the rules that link a new description to an entity."""

    def __init__(self, linker: Linker) -> None:
        self.linker = linker
        self.roster = linker.roster
        self.by_words: dict[str, Entity] = {}
        self.by_noun: dict[str, list[Entity]] = {}
        self.apposed = _find_apposed(linker.text, linker.roster)
        self.profiles: dict[int, frozenset[str]] = {}
        self.items = Items(linker.text)
        self.fuller: dict[str, str | None] = {}

    def link(self, index: int, mention: Mention) -> Entity:
        """The entity of a description; a new one where the article tells of no other."""
        mention = self._spell_out(index, mention)
        speaker = self._speaker_of(index, mention)
        if speaker is not None:
            return speaker
        if mention.definite:
            found = self._link_definite(index, mention)
        elif mention.determiner is None and not mention.modifiers and mention.owner is None:
            found = (
                self._same_noun(mention)
                or self._only_body(mention)
                or self._study_of(mention)
                or self._link_later(mention)
            )
        elif mention.noun in OFFICIAL_BODIES and mention.determiner is None:
            found = self._widen_bare(mention)
        elif mention.determiner is None and mention.owner is not None and not mention.plural:
            found = self._named_by_role(mention)
        else:
            found = self._link_later(mention)
        kind = noun_class(mention.noun) or ("group" if mention.plural else "described")
        return found or self.describe(mention, kind)

    def _speaker_of(self, index: int, mention: Mention) -> Entity | None:
        """Who speaks by a statement, or the outlet by its report: "a statement from Norlink", "the Gazette's report"."""
        noun, owner = mention.noun or "", mention.owner
        if noun in _MEDIA_REPORTS and owner is not None and is_media(owner.words):
            return self.roster.at(owner)
        if noun != "statement":
            return None
        if mention.definite and owner is None and not mention.modifiers:
            return self._stated_before(index)
        if _STATEMENT.fullmatch(mention.text) is None:
            return None
        body = _OF_BODY.search(mention.text)
        if body is not None:
            return self._body_in_play(index, body.group("noun"))
        if owner is not None and not self.roster.is_adjective(owner):
            return self.roster.at(owner)
        return None

    def _stated_before(self, index: int) -> Entity | None:
        """Who made the statement that was spoken of last."""
        linker = self.linker
        for other in reversed(linker.history[-REACH:]):
            start, end = linker.layout.bounds(linker.claims[other].sentence_ids)
            if linker.entities[other] is not None and " statement" in linker.text[start:end]:
                return linker.entities[other]
        return None

    def describe(self, mention: Mention, kind: str) -> Entity:
        """The entity of these words; the same words mean the same entity."""
        key = name_key(mention.shown) or mention.shown
        entity = self.by_words.get(key)
        if entity is None:
            kind = "described" if kind == "person" else kind
            nouns = {mention.noun} if mention.noun else set()
            label = self._fuller_form(mention) or mention.shown
            entity = Entity(kind, label, mention.span.start, (key,), nouns=nouns)
            entity.gender = "m" if mention.noun in MASCULINE_NOUNS else "f" if mention.noun in FEMININE_NOUNS else None
            if mention.noun in SPOKES_NOUNS:
                entity.host = self.roster.at(mention.owner) if mention.owner is not None else self._host(mention)
            self.by_words[key] = entity
            if mention.noun:
                self.by_noun.setdefault(_singular(mention.noun), []).append(entity)
        return entity

    def _spell_out(self, index: int, mention: Mention) -> Mention:
        """The mention with names for "his" and "the company": "Ola Brandt's spokesman"."""
        text, start, end = self.linker.text, mention.span.start, mention.span.end
        parts: list[tuple[int, int, str]] = []
        first = _FIRST_WORD.match(mention.text)
        if first is not None and first.group().lower() in _POSSESSIVES:
            owner = choose_antecedent(self.linker, index, _POSSESSIVES[first.group().lower()])
            if owner is not None and owner.kind in ("person", "org", "unknown"):
                parts.insert(0, (start, start + first.end(), f"{owner.label}'s"))
        body = _OF_BODY.search(mention.text)
        if body is not None:
            found = self._body_in_play(index, body.group("noun"))
            if found is not None:
                parts.append((start + body.start("body"), start + body.end("body"), found.label))
        if not parts:
            return mention
        shown, at = "", start
        for begin, stop, label in sorted(parts):
            if begin >= at:
                shown += text[at:begin] + label
                at = stop
        mention = replace(mention, full=" ".join((shown + text[at:end]).split()))
        self.linker.mentions[index] = mention
        return mention

    def _fuller_form(self, mention: Mention) -> str | None:
        """The one fuller form of a bare body in the article: "Tarn police" for "police"; None where there are two."""
        if mention.owner is not None or mention.noun is None:
            return None
        if noun_class(mention.noun) == "document" and not mention.noun.endswith("s"):
            return self.items.find_fuller(mention.noun)
        if mention.noun not in BARE_BODIES:
            return None
        phrase = " ".join((*mention.modifiers, mention.noun))
        if phrase not in self.fuller:
            forms: dict[str, str] = {}
            text = self.linker.text
            for match in re.finditer(rf"\b{re.escape(phrase)}\b", text, re.IGNORECASE):
                before = _QUALIFIED.search(text, max(0, match.start() - 60), match.start())
                if before is not None and not COMMON_STARTS & set(before.group("who").lower().split()):
                    form = before.group("who") + match.group()
                    forms.setdefault(form.casefold(), form)
            self.fuller[phrase] = next(iter(forms.values())) if len(forms) == 1 else None
        return self.fuller[phrase]

    def _link_definite(self, index: int, mention: Mention) -> Entity | None:
        noun = mention.noun or ""
        kind = noun_class(noun)
        if _AGED.search(mention.text):
            return choose_antecedent(self.linker, index)
        if mention.owner is not None:
            return self._named_by_role(mention)
        same = self._same_noun(mention)
        if same is not None:
            return same
        if noun in STUDY_AUTHORS and (study := self._study_of(mention)) is not None:
            return study
        if kind == "org" and mention.modifiers and (body := self._body_named_by(mention)) is not None:
            return body
        if kind == "org" and (not mention.modifiers or noun in COMPANY_NOUNS):
            body = self._body_in_play(index, noun)
            if body is not None and body.kind == "unknown":
                body.kind = "org"  # the text calls it a body
            return body
        if kind == "document":
            return self._document_in_play()
        if kind in ("person", "group"):
            named = self._named_by_role(mention)
            if named is not None:
                return named
            if mention.determiner in _POSSESSIVES:
                return None  # "his lawyer" is somebody else
            if noun in OFFICIAL_BODIES:
                return self._only_body(mention)
            if (noun not in UNIQUE_ROLES and kind == "person") or not mention.modifiers:
                return choose_antecedent(self.linker, index)
        return None

    def _same_noun(self, mention: Mention) -> Entity | None:
        """An earlier description with the same head noun whose modifiers do not contradict."""
        wanted = set(mention.modifiers)
        for entity in reversed(self.by_noun.get(_singular(mention.noun or ""), [])[-REACH:]):
            words = set(re.findall(r"[\w'’-]+", entity.label.lower()))
            plural = (mention.noun or "").endswith("s") == (max(entity.nouns, default="").endswith("s"))
            if entity.claims and wanted <= words and plural:
                return entity
        return None

    def _only_body(self, mention: Mention) -> Entity | None:
        """The one body of the article whose name holds a bare noun: "police" for the Tarn Police Department."""
        return self._body_named_by(mention) if mention.noun in OFFICIAL_BODIES else None

    def _body_named_by(self, mention: Mention) -> Entity | None:
        """The one body whose name holds all words of a description: "the utilities commission"."""
        words = {fold_word(word) for word in (*mention.modifiers, mention.noun or "")}
        bodies = [
            entity for entity in self.roster.bodies_with(fold_word(mention.noun or "")) if words <= set(entity.key)
        ]
        return bodies[0] if len(bodies) == 1 else None

    def _widen_bare(self, mention: Mention) -> Entity | None:
        """The bare "police" said before, which "Tarn police" now tells more of."""
        earlier = self.by_noun.get(_singular(mention.noun or ""), [])
        if len(earlier) != 1 or len(earlier[0].label.split()) > 1:
            return None
        self.by_words[name_key(mention.text)] = earlier[0]
        earlier[0].label = mention.text.strip()
        return earlier[0]

    def _named_by_role(self, mention: Mention) -> Entity | None:
        """A named person whose title or apposition holds the head noun: "Senator Roca" ... "the senator".

        Words that tell offices apart must agree: "the foreign minister" is no prime minister. So must the body or
        country: "the Norland president" is one whose description speaks of Norland.
        """
        noun = mention.noun or ""
        office = set(mention.modifiers) & OFFICE_WORDS
        names = self.roster.before(mention.span.start, REACH) + self.roster.after(mention.span.end, REACH)
        for name in names:
            entity = self.roster.at(name)
            if noun not in entity.nouns or entity.kind not in ("person", "unknown"):
                continue
            if office == entity.nouns & OFFICE_WORDS and (
                mention.owner is None or mention.owner.possessive or self._belongs(entity, mention.owner)
            ):
                return entity
        return None

    def _belongs(self, entity: Entity, owner: Name) -> bool:
        """Whether a word of the owner, or its adjective, stands near a name of the entity."""
        profile = self.profiles.get(id(entity))
        if profile is None:
            text = self.linker.text
            near = " ".join(text[max(0, n.full_start - 40) : n.end + 80] for n in entity.names[:6])
            profile = frozenset(fold_word(word)[:STEM] for word in re.findall(r"[^\W\d_]{2,}", near))
            self.profiles[id(entity)] = profile
        return any(key[:STEM] in profile for key in owner.keys)

    def _link_later(self, mention: Mention) -> Entity | None:
        """Who an indefinite description turns out to be: "A negotiator ..." and later "The negotiator, Ines Roca,"; in the
        opening lines also the only person of the article whose title it is: "Harbour minister ...", "Minister Ines Roca"."""
        if mention.plural or mention.determiner not in ("a", "an", "one", None):
            return None
        if mention.span.start < _OPENING and mention.noun in TITLES:
            titled = {
                id(e): e
                for e in map(self.roster.at, self.roster.names)
                if mention.noun in e.nouns and e.kind == "person"
            }
            if len(titled) == 1:
                return next(iter(titled.values()))
        if mention.determiner is None or mention.owner is not None:
            return None
        for start, entity in self.apposed.get(mention.noun or "", ()):
            if start > mention.span.start:
                return entity
        return None

    def _body_in_play(self, index: int, noun: str) -> Entity | None:
        """The body that "the company", "the ministry" means: its name holds the noun, else the last in play."""
        linker = self.linker
        recent = self.roster.before(linker.place(index), REACH)
        for name in recent:
            entity = self.roster.at(name)
            if entity.kind != "person" and any(noun in key.split("-") for key in entity.key):
                return entity
        if noun in SELF_NAMED:
            return None
        media = noun in _MEDIA_ITEMS
        for other in reversed(linker.history[-REACH:]):
            entity = linker.entities[other]
            if entity is not None and _may_be_body(entity) and is_media(entity.label.split()) == media:
                return entity
            if entity is not None and entity.host is not None and entity.host.kind in ("org", "unknown"):
                return entity.host
        for name in recent:
            entity = self.roster.at(name)
            if entity.kind == "org" and is_media(name.words) == media:
                return entity
        for name in recent[:8]:
            entity = self.roster.at(name)
            if entity.kind == "unknown" and len(entity.key) == 1:
                return entity
        return None

    def _host(self, mention: Mention) -> Entity | None:
        """The body that an unattached spokesman speaks for: the last linked or named (row 24)."""
        for other in reversed(self.linker.history[-12:]):
            entity = self.linker.entities[other]
            if entity is not None and entity.kind == "org":
                return entity
        named = (self.roster.at(name) for name in self.roster.before(mention.span.start, 12))
        return next((entity for entity in named if _may_be_body(entity)), None)

    def _study_of(self, mention: Mention) -> Entity | None:
        """The study whose authors speak: the document in play, for "researchers" one with an issuer; else one that the article
        tells of elsewhere."""
        if mention.noun not in STUDY_AUTHORS or (mention.noun == "scientists" and not mention.definite):
            return None
        study = self._document_in_play()
        if study is not None and (mention.definite or study.nouns & _STUDIES):
            return study
        label = self.items.find_fuller("study")
        if label is None:
            return None
        told = (entity for noun in _STUDIES for entity in self.by_noun.get(noun, ()))
        found = next((entity for entity in told if entity.label == label), None)
        if found is None:
            found = Entity("document", label, mention.span.start, (name_key(label),), nouns={"study"})
            self.by_noun.setdefault("study", []).append(found)
        return found

    def _document_in_play(self) -> Entity | None:
        for other in reversed(self.linker.history[-12:]):
            entity = self.linker.entities[other]
            if entity is not None and entity.kind == "document":
                return entity
        return None


def _find_apposed(text: str, roster: Roster) -> dict[str, list[tuple[int, Entity]]]:
    """Names in apposition to a definite description, by its head noun: "The negotiator, Ines Roca,"."""
    found: dict[str, list[tuple[int, Entity]]] = {}
    for match in _APPOSED.finditer(text):
        names = roster.within(match.end(), match.end() + 1)
        if names and len(names[0].words) > 1:
            found.setdefault(match.group("noun").lower(), []).append((match.start(), roster.at(names[0])))
    return found


def _may_be_body(entity: Entity) -> bool:
    return entity.kind == "org" or (entity.kind == "unknown" and entity.gender is None and not entity.nouns)


def _singular(noun: str) -> str:
    if noun == "people":
        return "person"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
