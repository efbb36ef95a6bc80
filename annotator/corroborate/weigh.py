"""What a group of like claims rests on: independent sources, copies, relays, support (rubric R2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from annotator.corroborate.statements import Statement
from annotator.grade import is_anonymous
from annotator.grade.independence import bound_independent_sources
from annotator.records import Source
from annotator.resolve import name_key

COPY_SHARE = 0.7  # of the pairs of neighbouring words that two texts have: from here on one is a copy
COPY_WORDS = 6  # shorter texts are alike by chance
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Member:
    """One claim of a group. `similarity` is to the middle claim, `relays` the outlet of the group that it draws on."""

    statement: Statement
    similarity: float
    verbatim_copy: bool
    relays: str | None


@dataclass(frozen=True, slots=True)
class SharedClaim:
    """Claims of several articles that say the same. `independent` are the least and the most sources it can rest on."""

    medoid: Statement
    members: tuple[Member, ...]
    outlets: tuple[str, ...]
    articles: int
    independent: tuple[int, int]
    anonymous_only: bool
    relayed: bool
    support: str


def weigh_group(medoid: Statement, statements: Sequence[Statement], similarities: Sequence[float]) -> SharedClaim:
    """Say what `statements`, of which `medoid` is one, rest on.

    One source are: one person or body in several articles, people of the same name or surname, and near-verbatim
    copies (wire text), whoever is named in them. Not independent of what it draws on is a source that relays another
    outlet of the group. Of the others, `bound_independent_sources` merges what shares a body and unnamed ones that
    could be another (rubric R3): the lower bound. The upper bound keeps them apart and leaves out outlets that only
    repeat another's report.
    """
    copies = _find_copies(statements)
    relays = [_find_relayed(statement, statements) for statement in statements]
    members = tuple(
        Member(statement, similarity, any(copies[i]), relays[i])
        for i, (statement, similarity) in enumerate(zip(statements, similarities, strict=True))
    )
    origins = _find_origins(members, copies)
    own = [source for source, relayed in origins if not relayed]
    sources = [source for source, _ in origins]
    reports = [source for source, relayed in origins if relayed and source.type == "media_outlet"]
    high = bound_independent_sources([source for source in sources if source not in reports] or sources[:1])[1]
    low = bound_independent_sources(own or sources[:1])[0]
    return SharedClaim(
        medoid,
        members,
        tuple(sorted(set().union(*(statement.outlets for statement in statements)))),
        len({statement.article_id for statement in statements}),
        (low, high),
        bool(sources) and all(map(is_anonymous, sources)),
        any(relays) or any(source.relay_depth for source in sources),
        find_support(sources, low, high),
    )


def find_support(sources: Sequence[Source], low: int, high: int) -> str:
    """Rubric R2 for a claim that several articles carry.

    Corroborated asks for two sources that are independent by the lower bound, one of them not anonymous; several
    anonymous ones for two that are stated and may be two. Hearsay states nobody.
    """
    if not sources:
        return "unresolved"
    if not all(map(is_anonymous, sources)):
        return "corroborated" if low >= 2 else "single_identified"
    stated = any(source.type != "unspecified" for source in sources)
    return "multi_anonymous" if high >= 2 and stated else "single_anonymous"


def _find_origins(members: Sequence[Member], copies: Sequence[Sequence[bool]]) -> list[tuple[Source, bool]]:
    """The sources of a group, one person or body or copied text once, each with whether it only relays.

    Stands for its origin: the first that is not anonymous, of a member that does not relay where there is one.
    """
    waiting = [i for i, member in enumerate(members) if member.statement.source]
    origins = []
    while waiting:
        reached = [waiting.pop(0)]
        for i in reached:  # grows while it is walked
            same = [j for j in waiting if copies[i][j] or _share_source(members[i].statement, members[j].statement)]
            reached += same
            waiting = [j for j in waiting if j not in same]
        best = min(
            (members[i] for i in reached),
            key=lambda member: (bool(member.relays), is_anonymous(member.statement.source)),
        )
        origins.append((best.statement.source, bool(best.relays)))
    return origins


def _share_source(first: Statement, second: Statement) -> bool:
    """Whether two claims are, or could by name be, of one person or body."""
    if first.identity == second.identity:
        return True
    if is_anonymous(first.source) or is_anonymous(second.source) or not (first.source.name and second.source.name):
        return False
    keys = name_key(first.source.name), name_key(second.source.name)
    if first.source.type == second.source.type == "named_person":
        return keys[0] == keys[1] or any(one == other.split(" ")[-1] for one, other in (keys, keys[::-1]))
    return keys[0] == keys[1]


def _find_copies(statements: Sequence[Statement]) -> list[list[bool]]:
    """For each pair of claims of different articles whether they are the same words, but for small changes."""
    words = [[word.lower() for word in _WORD.findall(statement.text)] for statement in statements]
    pairs = [set(pairwise(row)) for row in words]

    def is_copy(i: int, j: int) -> bool:
        if statements[i].article_id == statements[j].article_id or min(len(words[i]), len(words[j])) < COPY_WORDS:
            return False
        return len(pairs[i] & pairs[j]) >= COPY_SHARE * len(pairs[i] | pairs[j])

    return [[is_copy(i, j) for j in range(len(statements))] for i in range(len(statements))]


def _find_relayed(statement: Statement, statements: Sequence[Statement]) -> str | None:
    """The outlet of another claim that this one draws on: it is named as source, or as the one who passed it on."""
    source = statement.source
    if source is None:
        return None
    names = [source.name] if source.type == "media_outlet" else []
    names += [source.relayed_by.value] if source.relayed_by else []
    keys = {name_key(name) for name in names if name}
    others = sorted(set().union(*(other.outlets for other in statements)) - statement.outlets)
    return next((outlet for outlet in others if name_key(outlet) in keys), None)
