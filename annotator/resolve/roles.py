"""Role and affiliation of a source, from the words before its name, in apposition to it, or in its description."""

from __future__ import annotations

import re

from annotator.records import Attribute, Span
from annotator.resolve.lexicon import (
    GENERIC_PLURALS,
    GROUP_PLURALS,
    HONORIFICS,
    NUMBER_WORDS,
    ORG_NOUNS,
    PERSON_NOUNS,
    PRONOUNS,
    SPOKES_NOUNS,
    TITLES,
)
from annotator.resolve.mentions import Mention, is_agent
from annotator.resolve.names import Name, is_adjective, is_capitalised, scan_words
from annotator.resolve.roster import Entity, Roster

_APPOSED = re.compile(
    r"(?: \([^)]{1,20}\))?, (?:aged )?(?:\d{1,3}, )?(?P<role>(?:(?:an?|the|who (?:is|was|heads|leads"
    r"|runs|serves as|works as))\s)?[^,.;:—–“”\"\n()]{3,110})(?=[,.;:—–“”\"\n()]|$)"
)
_BELONGS = re.compile(
    r" (?:of|from|at|with) (?P<body>(?:the )?[A-Z][\w&.’'-]{0,40}"
    r"(?: (?:(?:of|for|and|&|of the|for the) )?[A-Z][\w&.’'-]{0,40}){0,7})"
)
_FUNCTION_AFTER = re.compile(
    r"(?: \([^)]{1,20}\))?, (?:(?:an?|the|one of(?: the)?|part of(?: the)?) (?P<kind>[^,.;:—–“”\"\n()]{3,110})"
    r"|(?:that|which) (?P<does>(?:runs?|ran|operates?|represents?|owns?|makes?|manages?|oversees?|provides?|supports?|tracks?"
    r"|regulates?|monitors?|organi[sz]es?|publishes|campaigns?|advocates?|lobbies|funds?|enforces?|builds?|sells?)\b"
    r"[^,.;:—–“”\"\n()]{3,80}))(?=[,.;:—–“”\"\n()]|$)"
)
_BODY_ENDINGS = (
    "maker", "giant", "group", "firm", "network", "alliance", "consortium", "collective", "arm", "unit", "division", "subsidiary",
    "consultancy", "union", "tank", "lobby", "initiative", "project", "programme", "program", "platform", "nonprofit",
)  # fmt: skip
_NOT_ROLE = re.compile(
    r"(?:who|which|said|says|told|but|and|while|when|where|as|if|because|according|speaking|including"
    r"|on|in|at|after|before|with|he|she|they|it|that|however|too|adding|citing)\b",
    re.IGNORECASE,
)
# A description before a name: "The board's chief executive, Ola Brandt", "said its secretary, Ines Roca".
_APPOSED_BEFORE = re.compile(
    r"(?:^|(?<=[\s“\"]))(?:[\w&.-]{1,30}[’']s? |(?:[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur|[Aa]n?|[Aa]nother|[Oo]ne) )"
    r"(?P<role>(?:[A-Z][a-z]+ (?=[a-z]))?[a-z](?:(?![’']s )[\w’' -]){2,80}), $"
)
_POSSESSED = re.compile(r"(?P<body>(?:[Tt]he (?:[\w&.-]+ ){0,3})?[\w&.-]+(?: [A-Z][\w&.-]+){0,4})[’']s? $")
_ACTS = frozenset(
    (
        "thought",
        "felt",
        "knew",
        "put",
        "took",
        "gave",
        "saw",
        "left",
        "came",
        "went",
        "made",
        "got",
        "met",
        "led",
        "found",
        "held",
        "kept",
        "told",
    )
)
_VERB = re.compile(r"\b(?:said|says|told|was|were|is|are|had|has|have|will|would|added|wrote|warned|called)\b")
_IMPLIES_BODY = re.compile(
    r"\b(?:ministers?|attorneys? general|senators?|sen\.|rep\.|secretary|governors?|gov\.|mayors?|president"
    r"|prime minister|premier|chancellor|mps?|congress(?:man|woman)|"
    r"ambassadors?|sheriff|district attorney|police chief|secretary of \w+|foreign secretary"
    r"|home secretary|councill?ors?|lawmakers?|king|queen|pope|(?:chief )?justices?)\b",
    re.IGNORECASE,
)
_BODY_AFTER = re.compile(r"\b(?:of|at|for|with|from|in)\s(?P<body>(?:the )?(?:[A-Z][^,;]*|[\w' ’-]*\b(?:department"
r"|ministry|university|company|agency|union|institute|hospital|police|council|court|office|firm|board|committee|commission|party|club|panel"
r"|group)\b[^,;]*))")  # fmt: skip
_RANKS = frozenset(
    [
        "vice",
        "deputy",
        "senior",
        "chief",
        "former",
        "acting",
        "assistant",
        "prime",
        "foreign",
        "interior",
        "finance",
        "economy",
        "health",
    ]
)
_NO_BODIES = PERSON_NOUNS | TITLES | SPOKES_NOUNS | GROUP_PLURALS | GENERIC_PLURALS | _RANKS
_STOP_BEFORE = frozenset(
    [
        "the",
        "a",
        "an",
        "his",
        "her",
        "their",
        "its",
        "our",
        "my",
        "your",
        "said",
        "says",
        "told",
        "and",
        "or",
        "but",
        "of",
        "for",
        "by",
        "from",
        "with",
        "to",
        "in",
        "on",
        "at",
        "as",
        "that",
        "when",
        "while",
        "if",
        "after",
        "before",
        "since",
        "until",
        "although",
        "though",
        "because",
        "where",
        "which",
        "who",
        "against",
        "than",
        "then",
        "not",
        "also",
        "under",
        "over",
        "about",
        "between",
        "during",
    ]
)


def find_role(text: str, entity: Entity, mentions: list[Mention]) -> Attribute | None:
    """The first description of what a source does: its own words, or those around one of its names."""
    for mention in mentions:
        if mention.form == "description" and not entity.names:
            return _described_role(text, mention)
    best: Attribute | None = None
    for name in entity.names[:40]:
        for role in (_role_after(text, name), _role_before(text, name), _role_apposed(text, name)):
            if role is not None and (best is None or len(role.value.split()) > len(best.value.split()) > 0):
                best = role
        if best is not None and len(best.value.split()) >= 3:
            break
    if best is None:
        for mention in mentions:
            if mention.form == "description" and mention.noun in PERSON_NOUNS | SPOKES_NOUNS:
                return _described_role(text, mention)
    return best


def find_function(text: str, entity: Entity) -> Attribute | None:
    """What kind of body it is, in words beside its name: "Tarn Watch, a river charity", "the port operator Norlink"."""
    for name in entity.names[:40]:
        match = _FUNCTION_AFTER.match(text, name.end)
        if match is not None and (match.group("does") or _is_body(match.group("kind"))):
            start, end = match.span("does" if match.group("does") else "kind")
            return Attribute(text[start:end].rstrip(), Span(start, start + len(text[start:end].rstrip())))
        kept: list = []
        for word in reversed(list(scan_words(text, max(0, name.full_start - 90), name.full_start))):
            gap = text[word.end : kept[-1].start if kept else name.full_start]
            if gap != " " or word.lower in _STOP_BEFORE or len(kept) >= 5 or _VERB.fullmatch(word.text):
                break
            if not kept and not _is_body(word.lower):
                break
            kept.append(word)
        if kept:
            span = Span(kept[-1].start, kept[0].end)
            return Attribute(text[span.start : span.end], span)
    return None


def _is_body(words: str) -> bool:
    """Whether the head of a phrase, singular, is a kind of body: "river charity", "nation's largest bank"."""
    head = (
        re.split(r" (?:of|for|that|which|who|based|in|at|with|from|to|and|on)\b", words)[0].rsplit(" ", 1)[-1].lower()
    )
    return head in ORG_NOUNS or head.endswith(_BODY_ENDINGS)


def _role_after(text: str, name: Name) -> Attribute | None:
    match = _APPOSED.match(text, name.end)
    if match is None:
        return None
    role = match.group("role").strip()
    head = re.sub(r"^(?:an?|the|who (?:is|was|heads|leads|runs|serves as|works as))\s", "", role)
    words = {word.lower() for word in re.findall(r"[\w-]+", head)}
    singular = {word[:-1] for word in words if word.endswith("s")}
    first = head.split(" ")[0].lower()
    told = bool((words | singular) & (PERSON_NOUNS | SPOKES_NOUNS | TITLES | {"resident"}))
    if head == role:  # no article: a bare noun, or a verb that only looks like one
        told = (
            (told or (len(words) <= 3 and any(map(is_agent, words))))
            and first not in _ACTS
            and not first.endswith("ed")
        )
    else:
        told = told or role.startswith(("a ", "an "))
    if _NOT_ROLE.match(head) or not told:
        return None
    head = re.split(r"\s(?:who|which|that|and (?:said|says))\b", head)[0]
    verb = _VERB.search(head)
    head = head[: verb.start()].rstrip() if verb else head
    start = match.start("role") + match.group("role").find(head)
    return Attribute(head, Span(start, start + len(head))) if head else None


def _role_apposed(text: str, name: Name) -> Attribute | None:
    """The description that a name is in apposition to: "the leader of the council, Ines Roca"."""
    match = _APPOSED_BEFORE.search(text[max(0, name.full_start - 130) : name.full_start])
    if match is None:
        return None
    role = match.group("role")
    head = re.split(r" (?:of|for|at|in|from|to|with|on|who|and) ", role)[0].split(" ")[-1].lower()
    if head not in PERSON_NOUNS | SPOKES_NOUNS | TITLES and not is_agent(head):
        return None
    start = max(0, name.full_start - 130) + match.start("role")
    return Attribute(role, Span(start, start + len(role)))


def _role_before(text: str, name: Name) -> Attribute | None:
    """Title and description that stand before a name: "Norlink dam engineer Ola Brandt"."""
    words = list(scan_words(text, max(0, name.start - 90), name.start))
    start = name.start
    kept = []
    for word in reversed(words):
        gap = text[word.end : start]
        lower = word.lower
        if gap not in (" ", "'s ", "’s ") or lower in _STOP_BEFORE or len(kept) >= 8:
            break
        if not kept and not (is_capitalised(word) or lower in HONORIFICS or _is_position(lower)):
            break
        if kept and not is_capitalised(word) and _VERB.fullmatch(word.text):
            break
        kept.append(word)
        start = word.start
    kept.reverse()
    while kept and kept[0].lower in HONORIFICS:
        kept = kept[1:]
    if not any(_is_position(word.lower) for word in kept):
        return None
    span = Span(kept[0].start, kept[-1].end)
    return Attribute(text[span.start : span.end], span)


def _is_position(word: str) -> bool:
    """Whether a word says what somebody does, also the first part of "editor-in-chief" and the last of "co-founder"."""
    parts = {word, word.split("-")[0], word.rsplit("-", 1)[-1]}
    return bool(parts & (PERSON_NOUNS | SPOKES_NOUNS | (TITLES - HONORIFICS)))


def _described_role(text: str, mention: Mention) -> Attribute | None:
    """The description itself without its number or article, where its noun says what somebody does."""
    noun = mention.noun or ""
    if noun in PRONOUNS or noun in (
        "people",
        "person",
        "source",
        "sources",
        "man",
        "woman",
        "men",
        "women",
        "some",
        "many",
        "others",
        "residents",
    ):
        return None
    words = list(scan_words(text, mention.span.start, mention.span.end))
    while words and (
        words[0].lower in _STOP_BEFORE
        or words[0].lower in NUMBER_WORDS
        or words[0].lower in ("some", "several", "this", "these")
    ):
        words = words[1:]
    if (
        not words
        or words[0].lower in PRONOUNS
        or (noun in ("officials", "official", "critics", "experts") and len(words) == 1 and noun == "critics")
    ):
        return None
    span = Span(words[0].start, _end_of_role(text, mention, words[0].start))
    return Attribute(text[span.start : span.end], span)


def _end_of_role(text: str, mention: Mention, start: int) -> int:
    match = re.search(r",|\b(?:who|which|speaking|familiar|that)\b", text[start : mention.span.end])
    shown = text[start : start + match.start()] if match else text[start : mention.span.end]
    return start + len(shown.rstrip())


def find_affiliation(
    text: str, entity: Entity, mentions: list[Mention], role: Attribute | None, roster: Roster
) -> Attribute | None:
    """The body a source belongs to, or the issuer of an item."""
    for name in entity.names[:40] if entity.kind == "person" else ():
        match = _BELONGS.match(text, name.end)
        if match is not None:
            return Attribute(match.group("body"), Span(*match.span("body")))
    for mention in mentions:
        if mention.owner is not None and (
            mention.form == "description" or mention.owner.kind in ("org", "unknown", "place")
        ):
            owner = roster.at(mention.owner)
            if (
                owner is not entity
                and mention.owner.start < mention.span.end
                and (owner.kind != "person" or mention.form == "description")
            ):
                return Attribute(mention.owner.shown, mention.owner.span)
    if role is None or role.span is None:
        return _body_in_modifiers(text, mentions)
    inside = [
        name
        for name in roster.within(role.span.start, role.span.end)
        if name.kind != "person" and roster.at(name) is not entity and not is_adjective(name.words[-1])
    ]
    if inside:
        return Attribute(inside[0].shown, inside[0].span)
    match = _BODY_AFTER.search(role.value)
    if match is not None:
        start = role.span.start + match.start("body")
        return Attribute(match.group("body"), Span(start, start + len(match.group("body"))))
    before = _body_before_title(role) or _possessor(text, role)
    if before is not None:
        return before
    match = _IMPLIES_BODY.search(role.value)
    if match is not None:
        return role
    return _body_in_modifiers(text, mentions)


def _possessor(text: str, role: Attribute) -> Attribute | None:
    """Whose a role is: "The board" of "The board's chief executive"."""
    start = max(0, role.span.start - 80)
    match = _POSSESSED.search(text[start : role.span.start])
    if match is None:
        return None
    return Attribute(match.group("body"), Span(start + match.start("body"), start + match.end("body")))


def _body_before_title(role: Attribute) -> Attribute | None:
    """The capitalised words before a title: "NASA" of "NASA Administrator", "Quay Board" of "Quay Board chief"."""
    kept = []
    for word in scan_words(role.value):
        if not is_capitalised(word) or word.lower in _NO_BODIES or is_adjective(word.text):
            break
        kept.append(word)
    if not kept:
        return None
    value = role.value[: kept[-1].end]
    return Attribute(value, Span(role.span.start, role.span.start + kept[-1].end))


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
