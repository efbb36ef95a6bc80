"""Which sentences to label next, pure: uncertain, of rare classes, and unlike each other.

Uncertainty is that of margin sampling (Scheffer, Decomain and Wrobel 2001): one less the lead of the likeliest label. It is
weighted by how rare the labels are that the sentence may have (inverse square root of their expected share), and among the best,
each further sentence loses what it has in common with those chosen before (maximal marginal relevance, Carbonell and Goldstein
1998).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.choose.candidates import Candidate
from annotator.labels import LABELS

SHORTLIST = 5  # times as many sentences as asked for are compared with each other
LIKENESS = 0.5  # part of the score that a sentence loses which is the same as a chosen one

Embed = Callable[[Sequence[str]], np.ndarray]  # texts -> unit vectors (n, D)


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen sentence and why."""

    candidate: Candidate
    score: float
    why: str


def choose_sentences(candidates: Sequence[Candidate], count: int, embed: Embed | None = None) -> list[Choice]:
    """The `count` most useful of the candidates, the best first; all, where there are no more. Deterministic.

    `embed` gives the vectors by which sentences are told to be alike; without it only the same words count as alike.
    """
    if not candidates or count <= 0:
        return []
    scores = score_candidates(candidates)
    order = np.lexsort((np.arange(len(scores)), -scores))[: SHORTLIST * count]
    shortlist = [candidates[i] for i in order]
    vectors = embed([item.text for item in shortlist]) if embed else _one_hot([item.text for item in shortlist])
    chosen: list[Choice] = []
    nearest = np.zeros(len(shortlist))  # likeness to the nearest chosen one
    left = np.ones(len(shortlist), dtype=bool)
    for _ in range(min(count, len(shortlist))):
        worth = np.where(left, scores[order] * (1 - LIKENESS * nearest), -np.inf)
        best = int(worth.argmax())
        left[best] = False
        # Rounded, so that the last bits of a product, which depend on the threads, decide nothing.
        nearest = np.maximum(nearest, np.clip(vectors @ vectors[best], 0, 1).round(2))
        chosen.append(Choice(shortlist[best], round(float(worth[best]), 4), _say_why(shortlist[best])))
    return chosen


def score_candidates(candidates: Sequence[Candidate]) -> np.ndarray:
    """(n,) uncertainty times the mean weight of the labels that a sentence may have."""
    shares = np.asarray([item.probabilities for item in candidates])  # (n, labels)
    ordered = np.sort(shares, axis=1)
    uncertainty = 1 - (ordered[:, -1] - ordered[:, -2])
    weights = 1 / np.sqrt(np.maximum(shares.mean(axis=0), 1e-3))
    balance = shares @ (weights / weights.mean())
    return uncertainty * balance


def _one_hot(texts: Sequence[str]) -> np.ndarray:
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    vectors = np.zeros((len(texts), len(places)))
    vectors[range(len(texts)), [places[text] for text in texts]] = 1
    return vectors


def _say_why(item: Candidate) -> str:
    first, second = sorted(range(len(LABELS)), key=lambda i: -item.probabilities[i])[:2]
    shares = (f"{LABELS[i].replace('_', ' ')} {item.probabilities[i]:.2f}" for i in (first, second))
    return " or ".join(shares)
