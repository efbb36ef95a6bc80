"""The canonical name of a source: the fullest form in the article (codebook 2.2, Q3)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotator.labels import ANONYMOUS_TYPES
from annotator.resolve.mentions import Mention
from annotator.resolve.roster import Entity

_OWNER = re.compile(
    r"(?P<owner>[A-Z][\w.&-]{0,30}(?: [A-Z][\w.&-]{0,30}){0,3}(?: (?:parliament|government|state))?[’']s?) $"
)


def choose_name(entity: Entity, kind: str, mentions: Sequence[Mention], text: str) -> str:
    """The name of a source whose type is settled.

    A named body takes its possessor along ("Norland's Supreme Court"), a person known by a first name alone the
    description that makes him tell-apart-able, an unnamed source the fullest of its descriptions.
    """
    if entity.names:
        if kind in ANONYMOUS_TYPES:
            return _longest([mention.text for mention in mentions if mention.form == "name"]) or entity.label
        return entity.label if entity.kind == "person" else _with_owner(entity, text)
    return _fullest(entity, mentions)


def _with_owner(entity: Entity, text: str) -> str:
    for name in entity.names:
        if name.shown == entity.label:
            start = name.full_start
            if not {"'", "’"} & set(text[max(0, start - 3) : start]):
                continue
            match = _OWNER.search(text, max(0, start - 64), start)
            if match is not None:
                return f"{match.group('owner')} {name.shown}"
    return entity.label


def _fullest(entity: Entity, mentions: Sequence[Mention]) -> str:
    """The description with most words of those that are no pronouns; the first of equals."""
    shown = [mention for mention in mentions if mention.form == "description"]
    if not shown:
        return entity.label
    best = max(shown, key=lambda mention: (mention.owner is not None, len(mention.modifiers), -mention.span.start))
    return entity.label if len(entity.label.split()) > len(best.shown.split()) else best.shown


def _longest(texts: Sequence[str]) -> str | None:
    return max((text.strip() for text in texts), key=len, default=None)
