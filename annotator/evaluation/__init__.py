"""Scores of a model on labelled articles."""

from annotator.evaluation.check_set import load_check_set
from annotator.evaluation.compare import Comparison, compare_annotations
from annotator.evaluation.evaluate import annotate_gold, evaluate_annotations, evaluate_model
from annotator.evaluation.report import Report

__all__ = [
    "Comparison",
    "Report",
    "annotate_gold",
    "compare_annotations",
    "evaluate_annotations",
    "evaluate_model",
    "load_check_set",
]
