"""Shares with intervals, and how evenly counts are spread. No dependency for a few lines of arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt
from statistics import NormalDist

from annotator.records import Share


def wilson_interval(k: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Score interval of a proportion of k in n > 0 (E. B. Wilson, JASA 22, 1927, 209-212; no continuity correction)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, shrink = k / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z / shrink * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def make_share(k: float, n: int, confidence: float = 0.95, interval_from: int = 5) -> Share:
    """k of n; the value is None where n is 0, the interval None where n is below `interval_from` (rubric R3)."""
    if n == 0:
        return Share(k, n, None)
    if n < interval_from:
        return Share(k, n, k / n)
    low, high = wilson_interval(k, n, confidence)
    return Share(k, n, k / n, low, high)


def find_concentration(counts: Sequence[int]) -> float | None:
    """Herfindahl-Hirschman index of positive counts, 1/m to 1; None without any (rubric R3)."""
    total = sum(counts)
    return sum(count * count for count in counts) / (total * total) if counts else None


def find_evenness(counts: Sequence[int]) -> float | None:
    """Shannon entropy of positive counts over its maximum, 0 to 1; None for one count or none (rubric R3)."""
    if len(counts) < 2:
        return None
    total = sum(counts)
    entropy = -sum(count / total * log(count / total) for count in counts)
    return min(1.0, entropy / log(len(counts)))
