"""Who says so, and how well can a reader check it? See README.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotator.errors import AnnotatorError
from annotator.records import Annotation, Article, Failure

if TYPE_CHECKING:
    from annotator.pipeline import Annotator

__all__ = ["Annotation", "Annotator", "AnnotatorError", "Article", "Failure"]


def __getattr__(name: str) -> Any:
    """The pipeline needs numpy, which `annotator --help` does not."""
    if name == "Annotator":
        from annotator.pipeline import Annotator

        return Annotator
    raise AttributeError(f"module 'annotator' has no attribute {name!r}")
