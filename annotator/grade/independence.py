"""How many independent sources an article has: a lower and an upper bound (rubric R2, R3)."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.grade.points import is_anonymous
from annotator.labels import DOCUMENT_TYPES, PERSON_TYPES
from annotator.records import Source

_PEOPLE = PERSON_TYPES | {"unnamed_group", "generic_collective"}


def bound_independent_sources(sources: Sequence[Source]) -> tuple[int, int]:
    """Lowest and highest number of independent sources (rubric R3, `independent_sources`).

    High keeps every source and counts the people that the text numbers. Low merges sources that share a body: same
    affiliation, issuer or relay, where a body's own name counts as its affiliation. It then drops every unnamed source
    that could be one already counted: hearsay could be anybody, an unnamed item another item, unnamed people any people
    unless both affiliations are given and differ, or the voice of a body unless their own affiliation is another.
    """
    high = sum(max(1, source.count_stated or 1) for source in sources)
    named = [source for source in sources if _is_named(source)]
    groups: list[set[str]] = []
    for source in named:
        keys = _find_bodies(source) or {source.id}
        touching = [group for group in groups if group & keys]
        groups = [group for group in groups if not group & keys] + [keys.union(*touching)]
    kept = list(named)
    extra = 0
    for source in sources:
        if not _is_named(source) and not any(_could_be(source, other) for other in kept):
            kept.append(source)
            extra += 1
    return len(groups) + extra, high


def _is_named(source: Source) -> bool:
    return not is_anonymous(source) and source.type != "unidentified_document"


def _find_bodies(source: Source) -> set[str]:
    """The bodies a source speaks for or through, case-folded."""
    bodies = [attribute.value for attribute in (source.affiliation, source.relayed_by) if attribute]
    if source.type in ("named_organization", "media_outlet") and source.name:
        bodies.append(source.name)
    return {body.casefold().removeprefix("the ") for body in bodies}


def _could_be(unnamed: Source, other: Source) -> bool:
    """Whether an unnamed source could be, or speak for, another one."""
    if "unspecified" in (unnamed.type, other.type):
        return True
    own, others = _find_bodies(unnamed), _find_bodies(other)
    if own & others:
        return True
    if (unnamed.type in DOCUMENT_TYPES) != (other.type in DOCUMENT_TYPES):
        return False
    if unnamed.type in DOCUMENT_TYPES or (unnamed.type in _PEOPLE and other.type in _PEOPLE):
        return not (own and others)
    return not own
