"""What the pipeline needs of a runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from annotator.windows import Scores, Window


class Predictor(Protocol):
    """Scores windows. `precision` says in what numbers (float, bfloat16, int8): the same windows get other scores in others."""

    precision: str

    def predict(self, windows: Sequence[Window]) -> list[Scores]:
        """Scores of each window, in the order given."""
        ...
