"""How far the reading of a run is, so that it can be said how long the rest takes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Thread

from annotator.read.files import STDIN, Input, list_inputs


class Meter:
    """Counts bytes of the inputs, as they lie there. How many there are in all is found out beside the run."""

    def __init__(self, paths: Iterable[str | Path]) -> None:
        self._paths = [str(path) for path in paths]
        self._total: int | None = None
        self._passed = self._within = 0
        self._thread = Thread(target=self._count, name="count", daemon=True)
        if self._paths and STDIN not in self._paths:
            self._thread.start()

    @property
    def share(self) -> float | None:
        """The part that has been read, None where it is not known (yet)."""
        return min(1.0, (self._passed + self._within) / self._total) if self._total else None

    def move(self, item: Input, share: float) -> None:
        """So much of an input has been read."""
        self._within = round(item.size * share)

    def end(self, item: Input) -> None:
        """An input has been read."""
        self._passed += item.size
        self._within = 0

    def _count(self) -> None:
        self._total = sum(item.size for item in list_inputs(self._paths) if isinstance(item, Input))
