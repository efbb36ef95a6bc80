"""Scores of a model on labelled articles."""

from annotator.evaluation.evaluate import evaluate_annotations, evaluate_model
from annotator.evaluation.report import Report

__all__ = ["Report", "evaluate_annotations", "evaluate_model"]
