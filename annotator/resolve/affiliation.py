"""Affiliation of a source: the body that it belongs to, in the words for its role, around its name or in its description."""

from __future__ import annotations

import re

from annotator.records import Attribute, Span
from annotator.resolve.lexicon import GENERIC_PLURALS, GROUP_PLURALS, ORG_NOUNS, PERSON_NOUNS, SPOKES_NOUNS, TITLES
from annotator.resolve.mentions import Mention
from annotator.resolve.names import Name, is_adjective, is_capitalised, scan_words
from annotator.resolve.roles import STOP_BEFORE, VERB
from annotator.resolve.roster import Entity, Roster

_PART = r"[A-Z](?:[\w&’'-]|\.(?=\w)){0,40}"
_BELONGS = re.compile(
    rf" (?:of|from|at|with) (?P<body>(?:the )?{_PART}(?: (?:(?:of|for|and|&|of the|for the) )?{_PART}){{0,7}})"
)
_POSSESSED = re.compile(r"(?P<body>(?:[Tt]he (?:[\w&.-]+ ){0,3})?[\w&.-]+(?: [A-Z][\w&.-]+){0,4})[’']s? $")
_IMPLIES_BODY = re.compile(
    r"\b(?:ministers?|attorneys? general|senators?|sen\.|rep\.|secretary|governors?|gov\.|mayors?|president"
    r"|prime minister|premier|chancellor|mps?|congress(?:man|woman)|"
    r"ambassadors?|sheriff|district attorney|police chief|secretary of \w+|foreign secretary"
    r"|home secretary|councill?ors?|lawmakers?|king|queen|pope|(?:chief )?justices?)(?!\w)",
    re.IGNORECASE,
)
_BODY_AFTER = re.compile(r"\b(?:of|at|for|with|from|in)\s(?P<body>(?:the )?(?:[A-Z][^,;]*|[\w' ’-]*\b(?:department"
r"|ministry|university|company|agency|union|institute|hospital|police|council|court|office|firm|board|committee|commission|party|club|panel"
r"|group)\b[^,;]*))")  # fmt: skip
_BODY_PREPOSITIONS = ("at", "for", "with", "of", "from", "in")
_NEXT_PHRASE = "|".join((*_BODY_PREPOSITIONS, "on", "and", "who", "based"))
_PORTFOLIOS = frozenset(["secretary", "minister"])
# An office that implies its body: what follows "of" is no body.
_STATE_OFFICE = re.compile(r"\b(?:secretary|minister|chancellor|attorney|speaker) of\b", re.IGNORECASE)
_RANKS = frozenset(("vice", "deputy", "senior", "chief", "former", "acting", "assistant", "prime"))
_FIELDS = frozenset(("foreign", "interior", "finance", "economy", "health"))
_NO_BODIES = PERSON_NOUNS | TITLES | SPOKES_NOUNS | GROUP_PLURALS | GENERIC_PLURALS | _RANKS | _FIELDS


def find_affiliation(
    text: str, entity: Entity, mentions: list[Mention], role: Attribute | None, roster: Roster
) -> Attribute | None:
    """The body a source belongs to, or the issuer of an item."""
    for name in entity.names[:40] if entity.kind == "person" else ():
        match = _BELONGS.match(text, name.end)
        if match is not None:
            return Attribute(match.group("body"), Span(*match.span("body")))
    inside = _name_in_role(role, entity, roster) if role is not None and role.span is not None else None
    if inside is not None:
        return Attribute(inside.shown, inside.span)
    for mention in mentions:
        if mention.owner is not None and (
            mention.form == "description" or mention.owner.kind in ("org", "unknown", "place")
        ):
            owner = roster.at(mention.owner)
            if (
                owner is not entity
                and (mention.form == "description" or _owns(text, mention))
                and mention.owner.start < mention.span.end
                and (owner.kind != "person" or mention.form == "description")
            ):
                return Attribute(mention.owner.shown, mention.owner.span)
    if role is None or role.span is None:
        return _body_in_modifiers(text, mentions)
    match = None if _STATE_OFFICE.search(role.value) else _BODY_AFTER.search(role.value)
    if match is not None:
        start = role.span.start + match.start("body")
        return Attribute(match.group("body"), Span(start, start + len(match.group("body"))))
    before = _body_before_title(role) or _possessor(text, role)
    if before is not None:
        return before
    match = _IMPLIES_BODY.search(role.value)
    if match is not None:
        return role
    return _body_before_noun(role) or _body_in_modifiers(text, mentions)


def _owns(text: str, mention: Mention) -> bool:
    """Whether the other name of a phrase is a body of the first: "Norlink's Ola Brandt", "Ola Brandt, chief of Norlink"; not "Ola
    Brandt, who came to a Norlink shop"."""
    if mention.name is None or mention.owner.start < mention.name.start:
        return True
    between = text[mention.name.end : mention.owner.full_start]
    return VERB.search(between) is None and re.search(r"\b(?:who|which|whose)\b", between) is None


def _name_in_role(role: Attribute, entity: Entity, roster: Roster) -> Name | None:
    """The name of the body in the words for a role: behind "at" or "for" before one behind "of" ("head of Port Affairs at the
    Tarn Board"), the last of a phrase ("head of AI startup Norlink"), else a body before a place."""
    names = [
        name
        for name in roster.within(role.span.start, role.span.end)
        if name.kind != "person" and roster.at(name) is not entity and not is_adjective(name.words[-1])
    ]
    if names and names[0].possessive and names[0].full_start <= role.span.start + 4:
        return names[0]
    for preposition in _BODY_PREPOSITIONS if names else ():
        for match in re.finditer(rf"\b{preposition}\s(?P<phrase>.+?)(?=\s(?:{_NEXT_PHRASE})\s|$)", role.value):
            start, end = (role.span.start + place for place in match.span("phrase"))
            if behind := [name for name in names if start <= name.start < end]:
                return next((name for name in behind[:-1] if name.possessive), behind[-1])
    return next((name for name in names if roster.at(name).kind == "org"), names[0] if names else None)


def _possessor(text: str, role: Attribute) -> Attribute | None:
    """Whose a role is: "The board" of "The board's chief executive"."""
    start = max(0, role.span.start - 80)
    match = _POSSESSED.search(text[start : role.span.start])
    if match is None:
        return None
    return Attribute(match.group("body"), Span(start + match.start("body"), start + match.end("body")))


def _body_before_title(role: Attribute) -> Attribute | None:
    """The capitalised words before a title: "NASA" of "NASA Administrator", "Quay Board" of "Quay Board chief"; "Health" of
    "Health Secretary" is no body."""
    kept = []
    if role.value.rsplit(" ", 1)[-1].lower() in _PORTFOLIOS:
        return None
    for word in scan_words(role.value):
        if not is_capitalised(word) or word.lower in _NO_BODIES or is_adjective(word.text):
            break
        kept.append(word)
    if not kept:
        return None
    value = role.value[: kept[-1].end]
    return Attribute(value, Span(role.span.start, role.span.start + kept[-1].end))


def _body_before_noun(role: Attribute) -> Attribute | None:
    """A body in small letters before the head noun: "police" of "police spokesman", "company" of "company founder"."""
    words = list(scan_words(role.value))
    while words and words[0].lower in _RANKS:
        words = words[1:]
    for word in words[:-1]:
        if word.lower in ORG_NOUNS:
            start, end = words[0].start, word.end
            return Attribute(role.value[start:end], Span(role.span.start + start, role.span.start + end))
        if word.lower in STOP_BEFORE:
            break
    return None


def _body_in_modifiers(text: str, mentions: list[Mention]) -> Attribute | None:
    """ "port ministry officials": the body stands before the head noun."""
    for mention in mentions:
        if mention.form != "description" or not mention.modifiers:
            continue
        for i, word in enumerate(mention.modifiers):
            if word in ORG_NOUNS | {
                "defense",
                "defence",
                "intelligence",
                "health",
                "security",
                "enforcement",
                "industry",
                "administration",
            }:
                start = text.lower().find(mention.modifiers[0], mention.span.start, mention.span.end)
                phrase = (
                    re.match(r"[\w'’ -]*?\b" + re.escape(mention.modifiers[i]), text[start : mention.span.end])
                    if start >= 0
                    else None
                )
                if phrase is not None:
                    return Attribute(phrase.group(), Span(start, start + phrase.end()))
    return None
