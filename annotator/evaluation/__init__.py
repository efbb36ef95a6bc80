"""Scores of a model on labelled articles."""
