"""Role of a source, from the words before its name, in apposition to it, or in its description."""

from __future__ import annotations

import re

from annotator.records import Attribute, Span
from annotator.resolve.lexicon import (
    HONORIFICS,
    NUMBER_WORDS,
    ORG_NOUNS,
    PERSON_NOUNS,
    PRONOUNS,
    SPOKES_NOUNS,
    TITLES,
)
from annotator.resolve.mentions import Mention, is_agent
from annotator.resolve.names import Name, is_capitalised, scan_words
from annotator.resolve.roster import Entity

_APPOSED = re.compile(
    r"(?: \([^)]{1,20}\))?, (?:aged )?(?:\d{1,3}, )?(?P<role>(?:(?:an?|the|who (?:is|was|heads|leads"
    r"|runs|serves as|works as))\s)?[^,.;:—–“”\"\n()]{3,110})(?=[,.;:—–“”\"\n()]|$)"
)
_FUNCTION_AFTER = re.compile(
    r"(?: \([^)]{1,20}\))?, (?:(?:an?|the|one of(?: the)?|part of(?: the)?) "
    r"(?P<kind>[^,.;:—–“”\"\n()]{3,110}?(?= (?:that|which|who) |[,.;:—–“”\"\n()]|$))"
    r"|(?:that|which) (?P<does>(?:runs?|ran|operates?|represents?|owns?|makes?|manages?|oversees?|provides?|supports?|tracks?"
    r"|regulates?|monitors?|organi[sz]es?|publishes|campaigns?|advocates?|lobbies|funds?|enforces?|builds?|sells?)\b"
    r"[^,.;:—–“”\"\n()]{3,80})(?=[,.;:—–“”\"\n()]|$))"
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
VERB = re.compile(r"\b(?:said|says|told|was|were|is|are|had|has|have|will|would|added|wrote|warned|called)\b")
_OFFICE_OF = re.compile(
    r"(?P<role>(?:[A-Z][\w.-]{0,20} ){0,3}(?:Secretary|Minister|Director|Commissioner|Speaker|Chancellor|Chief|Attorney|Leader)"
    r" of (?:the )?[A-Z][\w-]{1,30}(?: (?:and )?[A-Z][\w-]{1,30}){0,2}) $"
)
STOP_BEFORE = frozenset(
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
        "whether",
    ]
)


def find_role(text: str, entity: Entity, mentions: list[Mention]) -> Attribute | None:
    """The first description of what a source does: its own words, or those around one of its names."""
    for mention in mentions:
        if mention.form == "description" and not entity.names:
            return _described_role(text, mention)
    best: Attribute | None = None
    for name in entity.names[:40]:
        for find in (_role_after, _office_before, _role_before, _role_apposed):
            role = find(text, name)
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
            if gap != " " or word.lower in STOP_BEFORE or len(kept) >= 5 or VERB.fullmatch(word.text):
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
    role = match.group("role").strip().removeprefix("also ")
    head = re.sub(
        r"^(?:an?|the|who (?:is|was|heads|leads|runs|serves as|works as)(?: also)?(?: (?:an?|the))?)\s", "", role
    )
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
    verb = VERB.search(head)
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
        if gap not in (" ", "'s ", "’s ") or lower in STOP_BEFORE or len(kept) >= 8:
            break
        if not kept and not (
            is_capitalised(word) or lower in HONORIFICS or _is_position(lower) or _names_trade(word.text)
        ):
            break
        if kept and not is_capitalised(word) and VERB.fullmatch(word.text):
            break
        kept.append(word)
        start = word.start
    kept.reverse()
    while kept and kept[0].lower in HONORIFICS:
        kept = kept[1:]
    while kept and kept[-1].lower in HONORIFICS:
        kept.pop()
    if not any(_is_position(word.lower) for word in kept) and not (kept and _names_trade(kept[-1].text)):
        return None
    span = Span(kept[0].start, kept[-1].end)
    return Attribute(text[span.start : span.end], span)


def _office_before(text: str, name: Name) -> Attribute | None:
    """An office with "of" before a name: "Secretary of State Ines Roca"."""
    start = max(0, name.start - 90)
    match = _OFFICE_OF.search(text[start : name.start])
    if match is None:
        return None
    return Attribute(match.group("role"), Span(start + match.start("role"), start + match.end("role")))


def _is_position(word: str) -> bool:
    """Whether a word says what somebody does, also the first part of "editor-in-chief" and the last of "co-founder"."""
    parts = {word, word.split("-")[0], word.rsplit("-", 1)[-1]}
    return bool(parts & (PERSON_NOUNS | SPOKES_NOUNS | (TITLES - HONORIFICS)))


def _names_trade(word: str) -> bool:
    """Whether a small word of no list is one for a trade by its ending: geologist, welder."""
    return len(word) > 4 and word.islower() and is_agent(word)


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
        words[0].lower in STOP_BEFORE
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
