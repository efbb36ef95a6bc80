"""One model for all requests: one at a time works, a few wait, the rest are told to come back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from annotator.errors import AnnotatorError
from annotator.pipeline import Annotator
from annotator.records import Annotation, Article, Failure


class Busy(Exception):
    """As many requests are waiting as may."""


class Desk:
    """Annotates in a thread of its own, so that the server goes on answering. At most `waiting` requests stand in line."""

    def __init__(self, annotator: Annotator, waiting: int) -> None:
        self._annotator = annotator
        self._most = waiting + 1
        self.present = 0  # requests at work and in line
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="annotate")

    @property
    def model(self) -> dict[str, str]:
        """Name, version and hash of the model."""
        return self._annotator.info.to_dict()

    async def annotate(self, articles: Sequence[Article | Failure]) -> list[dict[str, Any]]:
        """A record of each article, or `{"failure": ...}`, in their order. Raises Busy at once where the line is full."""
        if self.present >= self._most:
            raise Busy
        self.present += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, articles)
        finally:
            self.present -= 1

    def close(self) -> None:
        """Wait for what is at work."""
        self._pool.shutdown()

    def _run(self, articles: Sequence[Article | Failure]) -> list[dict[str, Any]]:
        try:
            results = list(self._annotator.annotate_many(articles))
        except AnnotatorError as error:
            results = [
                Failure(item.id if isinstance(item, Article) else item.path, "annotate", str(error))
                for item in articles
            ]
        return [item.to_dict() if isinstance(item, Annotation) else {"failure": item.to_dict()} for item in results]
