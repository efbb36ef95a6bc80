"""Figures from counts, pure: shares, precision / recall / F1, confusion and calibration, with bootstrap intervals.

Every figure is a function of counts summed over articles, so that resampling articles is one matrix product: `weights`
holds how often each article (column) stands in each resample (row), and `weights @ counts` the sums of all resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.labels import LABELS

RESAMPLES = 1000
NO_PREDICTION = "none"  # last column of a confusion matrix: no predicted sentence covers the gold sentence


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% bootstrap interval over articles; None where it is undefined (nothing to count)."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, float | None]:
        """The figures as JSON values."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 with the number of gold items (`support`) and of predicted items."""

    precision: Estimate
    recall: Estimate
    f1: Estimate
    support: int
    predicted: int

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        figures = {"precision": self.precision.to_dict(), "recall": self.recall.to_dict(), "f1": self.f1.to_dict()}
        return figures | {"support": self.support, "predicted": self.predicted}


@dataclass(frozen=True, slots=True)
class LabelScores:
    """What a confusion matrix says: scores per label, macro-F1 over the labels that occur, accuracy."""

    labels: dict[str, Score]
    macro_f1: Estimate
    accuracy: Estimate
    confusion: tuple[tuple[int, ...], ...]  # rows gold (LABELS), columns predicted (LABELS, then none)


def draw_weights(articles: int, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Counts of each article in each bootstrap resample, shape (resamples, articles); rows sum to `articles`."""
    if articles == 0:
        return np.zeros((resamples, 0))
    generator = np.random.default_rng(seed)
    return generator.multinomial(articles, np.full(articles, 1 / articles), size=resamples).astype(float)


def estimate_share(hits: Sequence[float], totals: Sequence[float], weights: np.ndarray) -> Estimate:
    """The share of hits, from hits and totals per article."""
    hits, totals = np.asarray(hits, float), np.asarray(totals, float)
    return make_estimate(_divide(hits.sum(), totals.sum()), _divide(weights @ hits, weights @ totals))


def score_counts(
    hits: Sequence[float],
    predicted: Sequence[float],
    gold: Sequence[float],
    weights: np.ndarray,
    gold_hits: Sequence[float] | None = None,
) -> Score:
    """Micro precision, recall and F1 from counts per article.

    `hits` counts the predicted items that are right; `gold_hits` the gold items that are found, where these differ.
    """
    hits, predicted, gold = (np.asarray(item, float) for item in (hits, predicted, gold))
    found = hits if gold_hits is None else np.asarray(gold_hits, float)
    plain = _score_sums(hits.sum(), found.sum(), predicted.sum(), gold.sum())
    drawn = _score_sums(weights @ hits, weights @ found, weights @ predicted, weights @ gold)
    figures = [make_estimate(value, sample) for value, sample in zip(plain, drawn, strict=True)]
    return Score(*figures, support=int(gold.sum()), predicted=int(predicted.sum()))


def score_confusions(confusions: np.ndarray, weights: np.ndarray) -> LabelScores:
    """Label scores from one confusion matrix per article: shape (articles, labels, labels + 1), rows gold."""
    size = len(LABELS)
    square = confusions[:, :, :size]
    hits = square[:, range(size), range(size)].astype(float)  # (articles, labels)
    gold, predicted = confusions.sum(axis=2).astype(float), square.sum(axis=1).astype(float)
    labels = {label: score_counts(hits[:, i], predicted[:, i], gold[:, i], weights) for i, label in enumerate(LABELS)}
    macro = make_estimate(
        measure_f1(hits.sum(axis=0), predicted.sum(axis=0), gold.sum(axis=0))[1],
        measure_f1(weights @ hits, weights @ predicted, weights @ gold)[1],
    )
    accuracy = estimate_share(hits.sum(axis=1), gold.sum(axis=1), weights)
    table = tuple(tuple(int(cell) for cell in row) for row in confusions.sum(axis=0))
    return LabelScores(labels, macro, accuracy, table)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The sentences whose confidence lies in one of the equal bins of 0 to 1: their number, mean confidence and accuracy."""

    sentences: int
    confidence: float
    accuracy: float


def list_reliability(confidences: Sequence[float], right: Sequence[bool], bins: int) -> tuple[ReliabilityBin, ...]:
    """The bins of a reliability diagram, empty ones with zeros."""
    confidences, right = np.asarray(confidences, float), np.asarray(right, float)
    places = np.clip((confidences * bins).astype(int), 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    sums = [np.bincount(places, weights=values, minlength=bins) for values in (confidences, right)]
    return tuple(
        ReliabilityBin(int(n), float(c) / max(1, int(n)), float(r) / max(1, int(n)))
        for n, c, r in zip(counts, *sums, strict=True)
    )


def measure_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int) -> float | None:
    """Expected calibration error: the gap between confidence and accuracy in equal-width bins, weighted by size."""
    if not len(confidences):
        return None
    confidences, right = np.asarray(confidences, float), np.asarray(right, float)
    places = np.clip((confidences * bins).astype(int), 0, bins - 1)
    gaps = np.bincount(places, weights=confidences - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidences))


def _score_sums(hits, found, predicted, gold) -> tuple[Any, Any, Any]:
    precision, recall = _divide(hits, predicted), _divide(found, gold)
    # Where one side is empty and the other is not, the other figure is 0 and so is F1; where both are, F1 is undefined.
    p, r = np.nan_to_num(precision), np.nan_to_num(recall)
    f1 = np.where(np.asarray(predicted) + np.asarray(gold) > 0, np.nan_to_num(_divide(2 * p * r, p + r)), np.nan)
    return precision, recall, f1


def measure_f1(hits: np.ndarray, predicted: np.ndarray, gold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """F1 of each label (..., labels) and macro-F1 (...,); labels with neither gold nor predicted items are nan and left out."""
    f1 = _divide(2 * hits, predicted + gold)
    return f1, _divide(np.nansum(f1, axis=-1), (~np.isnan(f1)).sum(axis=-1))


def _divide(top, bottom) -> np.ndarray:
    top, bottom = np.broadcast_arrays(np.asarray(top, float), np.asarray(bottom, float))
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)


def make_estimate(value, samples: np.ndarray) -> Estimate:
    """A figure and the middle 95% of its resamples; undefined resamples are left out."""
    if np.isnan(value):
        return Estimate(None)
    samples = samples[~np.isnan(samples)]
    if not len(samples):
        return Estimate(float(value))
    low, high = np.percentile(samples, (2.5, 97.5))
    return Estimate(float(value), float(low), float(high))
