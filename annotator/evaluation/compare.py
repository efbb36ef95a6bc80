"""Two models on the same articles: the difference of each figure by a paired bootstrap, and what it lets one say.

Both are scored on the same resamples of articles, so that what is hard for both does not hide a difference (Efron and Tibshirani
1993, chapter 16; Berg-Kirkpatrick, Burkett and Klein 2012 for its use in language processing).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.evaluation.evaluate import count_confusions
from annotator.evaluation.metrics import Estimate, draw_weights, make_estimate, measure_f1
from annotator.labelled import LabelledArticle
from annotator.labels import LABELS
from annotator.records import Annotation, Failure

BETTER, WORSE, UNCLEAR = "better", "worse", "cannot be told"
FIGURES = ("macro_f1", "accuracy", *LABELS)


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both models with 95% intervals, and the second less the first; `support` counts gold sentences."""

    figure: str
    first: Estimate
    second: Estimate
    difference: Estimate
    support: int

    @property
    def verdict(self) -> str:
        """Whether the second is better or worse: only where the interval of the difference leaves 0 out."""
        if self.difference.low is None or self.difference.high is None:
            return UNCLEAR
        return BETTER if self.difference.low > 0 else WORSE if self.difference.high < 0 else UNCLEAR

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        return {
            "first": self.first.to_dict(),
            "second": self.second.to_dict(),
            "difference": self.difference.to_dict(),
            "verdict": self.verdict,
            "support": self.support,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on `articles` articles with `sentences` labelled sentences: macro-F1, accuracy and F1 of each label."""

    articles: int
    sentences: int
    rows: tuple[Difference, ...]

    @property
    def macro_f1(self) -> Difference:
        """The figure by which the models are told apart in words."""
        return self.rows[0]

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        figures = {row.figure: row.to_dict() for row in self.rows}
        return {"articles": self.articles, "sentences": self.sentences, "figures": figures}


def compare_annotations(
    gold: Sequence[LabelledArticle],
    first: Iterable[Annotation | Failure],
    second: Iterable[Annotation | Failure],
) -> Comparison:
    """Compare the labels of two models with the gold ones, one annotation an article of each, in the order of `gold`.

    Raises InputError as `evaluate_annotations` does.
    """
    return compare_confusions(count_confusions(gold, first), count_confusions(gold, second))


def compare_confusions(first: np.ndarray, second: np.ndarray) -> Comparison:
    """The same from confusion matrices, (articles, labels, labels + 1), rows gold (`count_confusions`)."""
    weights = draw_weights(len(first))
    plain = [_list_figures(each.sum(axis=0)) for each in (first, second)]  # each (figures,)
    drawn = [_list_figures(np.tensordot(weights, each, axes=1)) for each in (first, second)]  # (resamples, figures)
    support = first.sum(axis=(0, 2))
    total = int(support.sum())
    rows = tuple(
        Difference(
            name,
            make_estimate(plain[0][i], drawn[0][:, i]),
            make_estimate(plain[1][i], drawn[1][:, i]),
            make_estimate(plain[1][i] - plain[0][i], drawn[1][:, i] - drawn[0][:, i]),
            total if name not in LABELS else int(support[LABELS.index(name)]),
        )
        for i, name in enumerate(FIGURES)
    )
    return Comparison(len(first), total, rows)


def _list_figures(confusion: np.ndarray) -> np.ndarray:
    """(..., labels, labels + 1) -> (..., figures), in the order of FIGURES."""
    size = len(LABELS)
    hits = confusion[..., range(size), range(size)]
    gold, predicted = confusion.sum(axis=-1), confusion[..., :size].sum(axis=-2)
    each, macro = measure_f1(hits, predicted, gold)
    total = gold.sum(axis=-1)
    accuracy = np.divide(hits.sum(axis=-1), total, out=np.full(total.shape, np.nan), where=total > 0)
    return np.concatenate([macro[..., None], accuracy[..., None], each], axis=-1)
