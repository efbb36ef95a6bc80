"""The figures of one evaluation: what they are and how they are written as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.evaluation.graded import GradeScores
from annotator.evaluation.metrics import NO_PREDICTION, Estimate, LabelScores, ReliabilityBin, Score
from annotator.evaluation.sources import SourceScores
from annotator.labels import LABELS
from annotator.records import Failure


@dataclass(frozen=True, slots=True)
class SpanScores:
    """The measures of `spans.MEASURES` for one role, and the mean Jaccard index."""

    measures: dict[str, Score]
    jaccard: Estimate

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        return {name: score.to_dict() for name, score in self.measures.items()} | {"jaccard": self.jaccard.to_dict()}


@dataclass(frozen=True, slots=True)
class GroupScore:
    """Macro-F1 (over the labels that occur) and accuracy of the articles of one outlet, beat, collection or length."""

    articles: int
    sentences: int
    macro_f1: float | None
    accuracy: float | None

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        return {
            "articles": self.articles,
            "sentences": self.sentences,
            "macro_f1": self.macro_f1,
            "accuracy": self.accuracy,
        }


@dataclass(frozen=True, slots=True)
class WrongLabel:
    """A gold sentence with a wrong label, in its context. For the reader only: it holds text of the gold file."""

    article: str
    gold: str
    predicted: str | None
    confidence: float | None
    before: str
    sentence: str
    after: str


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one evaluation. `spans`, `tuples` and `sources` are None where gold says nothing of them."""

    articles: int
    sentences: int
    skipped: int  # gold sentences without a label
    failures: tuple[Failure, ...]
    boundaries: Estimate  # share of gold sentences whose start and end the segmenter reproduces
    labels: LabelScores
    calibration_error: dict[int, float | None]  # bins -> expected calibration error
    reliability: tuple[ReliabilityBin, ...]  # ten bins
    review_share: Estimate  # sentences marked needs_review
    accuracy_in_review: Estimate
    accuracy_outside_review: Estimate
    spans: dict[str, SpanScores] | None
    tuples: dict[str, Score] | None
    sources: SourceScores | None
    groups: dict[str, dict[str, GroupScore]]
    errors: tuple[WrongLabel, ...] = ()  # most confident first; not part of to_dict
    grades: GradeScores | None = None  # where graded sources were given

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values. The errors are left out: they quote the gold file, and the figures ship."""
        return {
            "articles": self.articles,
            "sentences": self.sentences,
            "skipped_sentences": self.skipped,
            "failures": len(self.failures),
            "boundaries_exact": self.boundaries.to_dict(),
            "labels": {label: score.to_dict() for label, score in self.labels.labels.items()},
            "macro_f1": self.labels.macro_f1.to_dict(),
            "accuracy": self.labels.accuracy.to_dict(),
            "confusion": {
                "rows": list(LABELS),
                "columns": [*LABELS, NO_PREDICTION],
                "counts": [list(row) for row in self.labels.confusion],
            },
            "calibration_error": {str(bins): value for bins, value in self.calibration_error.items()},
            "reliability": [
                {"sentences": item.sentences, "confidence": item.confidence, "accuracy": item.accuracy}
                for item in self.reliability
            ],
            "needs_review": {
                "share": self.review_share.to_dict(),
                "accuracy_inside": self.accuracy_in_review.to_dict(),
                "accuracy_outside": self.accuracy_outside_review.to_dict(),
            },
            "spans": self.spans and {role: scores.to_dict() for role, scores in self.spans.items()},
            "tuples": self.tuples and {name: score.to_dict() for name, score in self.tuples.items()},
            "sources": self.sources and self.sources.to_dict(),
            "grades": self.grades and self.grades.to_dict(),
            "groups": {
                key: {name: score.to_dict() for name, score in scores.items()} for key, scores in self.groups.items()
            },
        }


def name_files(paths: Sequence[Path]) -> dict[str, Path]:
    """Gold files by their name in reports: folder and name, since many are called `dev.jsonl`; else the whole path."""
    short = [f"{path.resolve().parent.name}/{path.name}" for path in paths]
    return {name if short.count(name) == 1 else str(path): path for name, path in zip(short, paths, strict=True)}


def write_figures(reports: dict[str, Report], path: Path) -> None:
    """Write `{gold file: figures}` as JSON, by way of a temporary name."""
    figures = {name: report.to_dict() for name, report in reports.items()}
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(figures, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    partial.replace(path)
