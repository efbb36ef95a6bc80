"""Matching pairs -> groups in which every member matches the middle one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from annotator.corroborate.match import Match


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that say the same, by their place. `medoid` is the one nearest to the others, which all match it."""

    medoid: int
    members: tuple[int, ...]  # ascending, the medoid included
    similarities: tuple[float, ...]  # of each member to the medoid, 1 for the medoid itself


def group_matches(matches: Sequence[Match]) -> list[Group]:
    """Groups of two or more, largest first; no text is in two groups.

    Chains ("a matches b, b matches c", while a and c say different things) are cut: in each set of connected texts the
    one with the highest sum of similarities becomes the medoid and takes those that match it; what is left is
    connected and split again.
    """
    edges: dict[int, dict[int, float]] = defaultdict(dict)
    for match in matches:
        edges[match.first][match.second] = match.similarity
        edges[match.second][match.first] = match.similarity
    groups: list[Group] = []
    waiting = _connect(set(edges), edges)
    while waiting:
        texts = waiting.pop()
        if len(texts) < 2:
            continue
        weights = {text: sum(value for other, value in edges[text].items() if other in texts) for text in texts}
        medoid = max(texts, key=lambda text: (weights[text], -text))
        members = sorted({medoid, *(other for other in edges[medoid] if other in texts)})
        groups.append(Group(medoid, tuple(members), tuple(edges[medoid].get(text, 1.0) for text in members)))
        waiting += _connect(texts - set(members), edges)
    return sorted(groups, key=lambda group: (-len(group.members), group.members))


def _connect(texts: set[int], edges: dict[int, dict[int, float]]) -> list[set[int]]:
    """The sets of texts that are connected by edges among themselves (union-find)."""
    parents = {text: text for text in texts}

    def find_root(text: int) -> int:
        while parents[text] != text:
            parents[text] = parents[parents[text]]
            text = parents[text]
        return text

    for text in texts:
        for other in edges[text]:
            if other in parents:
                parents[find_root(text)] = find_root(other)
    sets: dict[int, set[int]] = defaultdict(set)
    for text in texts:
        sets[find_root(text)].add(text)
    return list(sets.values())
