"""Chance-corrected agreement on nominal values, from coincidence matrices, pure.

Krippendorff's alpha: 1 - (observed / expected disagreement), from the coincidences of all pairs of values within a unit, each
unit of m values weighted by 1 / (m - 1) (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability). Units with one value
are left out.
Cohen's kappa: 1 - (1 - p_o) / (1 - p_e), chance from each coder's own shares (Cohen 1960). Agreement by class: 2a / (2a + b), the
share of all choices of a class that the other coder shares (specific agreement, Spitzer and Fleiss 1974).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

Values = Sequence[Hashable | None]  # of one unit, one for each coder; None where a coder gave none


def count_coincidences(units: Sequence[Values], classes: Sequence[Hashable]) -> np.ndarray:
    """(classes, classes) coincidences, symmetric: each pair of values of a unit counts 1 / (m - 1) both ways."""
    places = {value: place for place, value in enumerate(classes)}
    table = np.zeros((len(classes), len(classes)))
    for values in units:
        counts = np.zeros(len(classes))
        for value in values:
            if value is not None:
                counts[places[value]] += 1
        total = counts.sum()
        if total >= 2:
            table += (np.outer(counts, counts) - np.diag(counts)) / (total - 1)
    return table


def measure_alpha(table: np.ndarray) -> np.ndarray:
    """Nominal alpha of (..., classes, classes) coincidences; nan where nothing varies or nothing was coded twice."""
    margins = table.sum(axis=-1)
    total = margins.sum(axis=-1)
    observed = total - np.trace(table, axis1=-2, axis2=-1)
    expected = total**2 - (margins**2).sum(axis=-1)
    shape = np.full(np.shape(total), np.nan)
    # (n - 1) * sum of o_ck / sum of n_c n_k, over c != k
    return 1 - (total - 1) * np.divide(observed, expected, out=shape, where=expected > 0)


def measure_kappa(table: np.ndarray) -> np.ndarray:
    """Cohen's kappa of a (..., classes, classes) table, rows the first coder; nan where chance explains all."""
    total = table.sum(axis=(-2, -1))
    share = np.divide(
        table, total[..., None, None], out=np.zeros_like(table, dtype=float), where=total[..., None, None] > 0
    )
    agreed = np.trace(share, axis1=-2, axis2=-1)
    chance = (share.sum(axis=-1) * share.sum(axis=-2)).sum(axis=-1)
    return np.divide(
        agreed - chance, 1 - chance, out=np.full(np.shape(total), np.nan), where=(chance < 1) & (total > 0)
    )


def measure_specific(table: np.ndarray) -> np.ndarray:
    """(..., classes) agreement by class of coincidences: its diagonal over its margin; nan where a class was never chosen."""
    margins = table.sum(axis=-1)
    agreed = np.diagonal(table, axis1=-2, axis2=-1)
    return np.divide(agreed, margins, out=np.full(margins.shape, np.nan), where=margins > 0)
