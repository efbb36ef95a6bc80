"""Which texts say the same thing: near in meaning (vectors), and no fact that speaks against it (facts).

How near is near enough depends on the encoder, so the threshold is fitted for each on the tuning half of a small
labelled set that ships with the package; scripts/measure_corroboration.py reports the other half.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from annotator.corroborate.embed import TextEncoder
from annotator.corroborate.facts import STEM, Facts, find_conflict, read_facts

PAIRS = Path(__file__).parent.parent / "data" / "corroboration_pairs.jsonl"
NEIGHBOURS = 50  # pairs kept for each text, the nearest first
BLOCK_CELLS = 1 << 24  # products held at a time: 64 MB of float32
LONG_WORD = 4  # letters; shorter words are shared by texts that have nothing to do with each other
SAME = 1 - 1e-5  # the cosine of a text with itself, but for rounding
TAIL, CHANCE = 0.95, 1e-5  # see find_chance_level
BETA = 0.5  # a wrong match costs more than a missed one: precision counts twice as much as recall


@dataclass(frozen=True, slots=True)
class Match:
    """Two texts, by their place, and the cosine of their vectors."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two invented claims and whether they say the same; `kind` says in what they differ."""

    id: str
    kind: str
    same: bool
    a: str
    b: str

    @property
    def tuning(self) -> bool:
        """Whether the pair belongs to the tuning half: by the hash of its first text, so that a text is in one half."""
        return hashlib.sha256(self.a.encode()).digest()[-1] % 2 == 0


def load_pairs() -> list[LabelledPair]:
    """The labelled set of the package."""
    return [LabelledPair(**json.loads(line)) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


def score_pairs(encoder: TextEncoder, pairs: Sequence[LabelledPair]) -> tuple[np.ndarray, np.ndarray]:
    """Cosine of each pair (n,), and whether the rules find no conflict in it (n,) bool."""
    vectors = encoder.embed([pair.a for pair in pairs] + [pair.b for pair in pairs])
    cosines = (vectors[: len(pairs)] * vectors[len(pairs) :]).sum(axis=1)
    agree = [find_conflict(read_facts(pair.a), read_facts(pair.b)) is None for pair in pairs]
    return cosines, np.asarray(agree)


@dataclass(frozen=True, slots=True)
class Fit:
    """The cosine from which two claims are called the same, and the share of alike pairs it finds where it was fitted."""

    threshold: float
    recall: float


def fit_threshold(encoder: TextEncoder) -> Fit:
    """The cosine from which two claims are called the same, fitted on the tuning half.

    It is where F of BETA is highest with the rules applied, and not below `find_chance_level`: unrelated claims are few in the
    labelled set, but nearly all that a folder holds. An encoder for which that level is above half of the alike pairs is bad for
    this whatever one does; there the half decides.
    """
    pairs = [pair for pair in load_pairs() if pair.tuning]
    cosines, agree = score_pairs(encoder, pairs)
    same = np.asarray([pair.same for pair in pairs])
    unrelated = score_unrelated(encoder, pairs)
    chance = min(find_chance_level(unrelated), float(np.median(cosines[same])))
    floor = min(SAME, max(chance, float(np.nextafter(unrelated.max(), np.float32(2)))))
    ordered = np.unique(cosines)
    cuts = [floor, *(cut for cut in ((ordered[:-1] + ordered[1:]) / 2).tolist() if floor < cut < SAME)]
    threshold = max(cuts, key=lambda cut: (measure_fit(agree & (cosines >= cut), same), cut))
    return Fit(threshold, float((agree & same & (cosines >= threshold)).sum() / same.sum()))


def find_chance_level(cosines: np.ndarray) -> float:
    """The cosine that one of 1 / CHANCE pairs of unrelated texts would pass, from those of a few thousand.

    Peaks over a threshold (Pickands 1975): beyond the quantile TAIL they are taken to fall off exponentially.
    """
    start = float(np.quantile(cosines, TAIL))
    beyond = cosines[cosines > start] - start
    scale = float(beyond.mean()) if len(beyond) else 0.0
    return min(1.0, start + scale * float(np.log((1 - TAIL) / CHANCE)))


def score_unrelated(encoder: TextEncoder, pairs: Sequence[LabelledPair]) -> np.ndarray:
    """Cosines of all texts of different pairs that have no word in common (its first letters) and no conflict."""
    texts = [pair.a for pair in pairs] + [pair.b for pair in pairs]
    vectors, facts = encoder.embed(texts), [read_facts(text) for text in texts]
    stems = [{word[:STEM] for word in item.words if len(word) >= LONG_WORD} for item in facts]
    return np.asarray(
        [
            vectors[i] @ vectors[j]
            for i, j in combinations(range(len(texts)), 2)
            if j - i != len(pairs) and not stems[i] & stems[j] and find_conflict(facts[i], facts[j]) is None
        ]
    )


def measure_fit(found: np.ndarray, same: np.ndarray) -> float:
    """F of BETA of what was found against what is the same; 0 where nothing is right."""
    right = float((found & same).sum())
    return (1 + BETA**2) * right / (found.sum() + BETA**2 * same.sum()) if right else 0.0


def match_texts(
    vectors: np.ndarray,  # (n, H), unit length
    owners: np.ndarray,  # (n,) the article of each text, as a number
    facts: Sequence[Facts],
    threshold: float,
    progress: Callable[[int], None] | None = None,
) -> list[Match]:
    """Pairs of texts of different owners that are at least `threshold` near and without conflict, each once."""
    return [
        match
        for match in find_neighbours(vectors, owners, threshold, progress)
        if find_conflict(facts[match.first], facts[match.second]) is None
    ]


def find_neighbours(
    vectors: np.ndarray,  # (n, H)
    owners: np.ndarray,  # (n,)
    floor: float,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Match]:
    """Pairs of different owners with a product of at least `floor`, among the NEIGHBOURS nearest of either; each once.

    Rows are multiplied in blocks, so memory stays flat: for 100,000 texts 160 rows at a time. `progress` is called with
    the number of rows done.
    """
    total = len(vectors)
    rows = max(1, BLOCK_CELLS // max(1, total))
    seen: set[tuple[int, int]] = set()
    for start in range(0, total, rows):
        products = vectors[start : start + rows] @ vectors.T
        near = products >= floor
        near &= owners[start : start + rows, None] != owners[None, :]
        for row in np.flatnonzero(near.any(axis=1)):
            others = np.flatnonzero(near[row])
            nearest = others[np.argsort(-products[row, others], kind="stable")[:NEIGHBOURS]]
            for other in nearest.tolist():
                pair = (min(start + int(row), other), max(start + int(row), other))
                if pair not in seen:
                    seen.add(pair)
                    yield Match(*pair, float(products[row, other]))
        if progress:
            progress(min(total, start + rows))
