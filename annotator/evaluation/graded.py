"""Grades against sources that people graded by the rubric: T, band, role, affiliation and the reason for anonymity.

A gold source is linked to the predicted source that answers for most of its sentences; of equals to the one whose name fits,
then the first. Each predicted source is linked once, the pair with most sentences in common first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotator.errors import InputError
from annotator.evaluation.align import align_sentences
from annotator.evaluation.metrics import Estimate, draw_weights, estimate_share, make_estimate
from annotator.evaluation.names import match_names_loosely
from annotator.grade import load_rubric
from annotator.labelled import LabelledArticle
from annotator.labels import ANONYMOUS_TYPES
from annotator.records import Annotation, Failure, Source

_WORD = re.compile(r"[^\W_]{2,}")
_SMALL = frozenset(
    ("the", "of", "and", "for", "in", "at", "to", "an", "on", "its", "his", "her", "their", "who", "is", "was")
)


@dataclass(frozen=True, slots=True)
class GradedSource:
    """A source of a gold article: the positions of its sentences, its grade `T` and what the coders found of it."""

    names: tuple[str, ...]
    sentences: tuple[int, ...]
    type: str
    T: float | None
    role: str | None = None
    affiliation: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class GradeScores:
    """Figures over all articles. Shares of what was found count sources that were not linked as misses."""

    sources: int
    linked: Estimate
    spearman: Estimate  # of T, linked sources with a grade on both sides
    band_equal: Estimate  # the same sources
    role_found: Estimate  # of sources with a role: one that shares a word with it
    affiliation_found: Estimate
    reason_found: Estimate  # of claims of anonymous sources with a stated reason

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        names = ("linked", "spearman", "band_equal", "role_found", "affiliation_found", "reason_found")
        return {"sources": self.sources} | {name: getattr(self, name).to_dict() for name in names}


def read_graded(path: Path | str) -> dict[str, tuple[GradedSource, ...]]:
    """The graded sources of each article, by its id, from JSONL `{"id", "sources": [{"name", "sentences", "type", "T", ...}]}`.

    Raises InputError, with the line, for anything else.
    """
    found = {}
    with Path(path).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                found[str(row["id"])] = tuple(_parse_source(item) for item in row["sources"])
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{path}:{number}: no graded sources ({error!r}); expected id and sources") from error
    return found


def score_grades(
    gold: Sequence[LabelledArticle],
    results: Iterable[Annotation | Failure],
    graded: Mapping[str, Sequence[GradedSource]],
) -> GradeScores:
    """Compare the sources of annotations, one an article in the order of `gold`, with the graded ones."""
    counts, grades = [], []
    for article, result in zip(gold, results, strict=True):
        pairs = _link(article, result, graded.get(article.id, ())) if isinstance(result, Annotation) else []
        linked = {id(theirs): ours for theirs, ours in pairs}
        counts.append([_count(theirs, linked.get(id(theirs))) for theirs in graded.get(article.id, ())])
        grades.append(
            [
                (theirs.T, float(ours.grade.score))
                for theirs, ours in pairs
                if theirs.T is not None and ours.grade is not None and ours.grade.score is not None
            ]
        )
    weights = draw_weights(len(counts))

    def share(hit: int, total: int) -> Estimate:
        sums = np.array([np.sum(rows, axis=0) if rows else np.zeros(8) for rows in counts])
        return estimate_share(sums[:, hit], sums[:, total], weights)

    bands = [[_find_band(theirs) == _find_band(ours) for theirs, ours in rows] for rows in grades]
    return GradeScores(
        sum(map(len, counts)),
        share(1, 0),
        _estimate_spearman(grades, weights),
        estimate_share([sum(row) for row in bands], [len(row) for row in bands], weights),
        share(3, 2),
        share(5, 4),
        share(7, 6),
    )


def measure_spearman(pairs: Sequence[tuple[float, float]]) -> float:
    """Rank correlation: Pearson's of the ranks, ties with their mean rank (Spearman 1904); nan where a side does not vary."""
    if len(pairs) < 2:
        return float("nan")
    first, second = (_rank(np.asarray(side, float)) for side in zip(*pairs, strict=True))
    spread = first.std() * second.std()
    return float(((first - first.mean()) * (second - second.mean())).mean() / spread) if spread else float("nan")


def _parse_source(item: Mapping[str, Any]) -> GradedSource:
    return GradedSource(
        tuple(dict.fromkeys([*([item["name"]] if item["name"] else []), *(item.get("names") or ())])),
        tuple(item["sentences"]),
        item["type"],
        item.get("T"),
        item.get("role"),
        item.get("affiliation"),
        item.get("reason"),
    )


def _link(
    article: LabelledArticle, result: Annotation, graded: Sequence[GradedSource]
) -> list[tuple[GradedSource, Source]]:
    aligned = align_sentences([sentence.span for sentence in article.sentences], result.sentences)
    answered: dict[str, set[int]] = {}  # sentences by source
    for claim in result.claims:
        if claim.source_id is not None:
            answered.setdefault(claim.source_id, set()).update(claim.sentence_ids)
    pairs = []
    for theirs in graded:
        wanted = {aligned[i].id for i in theirs.sentences if i < len(aligned) and aligned[i] is not None}
        for order, ours in enumerate(result.sources):
            shared = len(wanted & answered.get(ours.id, set()))
            named = any(
                match_names_loosely(name, ours.name or "", theirs.type == "named_person") for name in theirs.names
            )
            if shared:
                pairs.append((-shared, not named, order, theirs, ours))
    pairs.sort(key=lambda pair: pair[:3])
    taken: set[int] = set()
    linked = []
    for *_, theirs, ours in pairs:
        if id(theirs) not in taken and id(ours) not in taken:
            taken |= {id(theirs), id(ours)}
            linked.append((theirs, ours))
    return linked


def _count(theirs: GradedSource, ours: Source | None) -> list[int]:
    """All, linked; with a role, found; with an affiliation, found; claims with a reason, found."""
    reason = theirs.reason if theirs.type in ANONYMOUS_TYPES else None
    found = [
        _shares_word(wanted, attribute and attribute.value)
        for wanted, attribute in (
            (theirs.role, ours and ours.role),
            (theirs.affiliation, ours and ours.affiliation),
            (reason, ours and ours.reason),
        )
    ]
    weight = len(theirs.sentences) if reason else 0
    stated = [theirs.role is not None, theirs.affiliation is not None]
    return [1, ours is not None, stated[0], found[0], stated[1], found[1], weight, weight * found[2]]


def _shares_word(wanted: str | None, found: str | None) -> bool:
    if not wanted or not found:
        return False
    one, other = (set(_WORD.findall(words.casefold())) - _SMALL for words in (wanted, found))
    return bool(one & other) or wanted.casefold().strip() == found.casefold().strip()


def _find_band(score: float) -> str:
    """The band of a grade, a half rounded up (rubric R3)."""
    return load_rubric().find_band(int(score + 0.5))


def _rank(values: np.ndarray) -> np.ndarray:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[places]


def _estimate_spearman(grades: Sequence[Sequence[tuple[float, float]]], weights: np.ndarray) -> Estimate:
    drawn = [
        measure_spearman([pair for row, times in zip(grades, draw, strict=True) for pair in list(row) * int(times)])
        for draw in weights
    ]
    return make_estimate(measure_spearman([pair for row in grades for pair in row]), np.asarray(drawn))
