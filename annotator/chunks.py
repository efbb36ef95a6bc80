"""A stream of articles -> chunks that go through the network together. Where a chunk ends depends on the stream alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from annotator.records import Article, Failure

In = TypeVar("In")
Out = TypeVar("Out")
AT_A_TIME = 2  # while the network scores one chunk, the rest of the pipeline works on another
_CHUNK_CHARACTERS = 50_000  # bounds the memory, and what is lost when a run is stopped
_CHUNK_ARTICLES = 16


def chunk_articles(items: Iterable[Article | Failure]) -> Iterator[list[Article | Failure]]:
    """Lists of articles, and of the failures between them, of about equal size."""
    chunk: list[Article | Failure] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.text) if isinstance(item, Article) else 0
        if size >= _CHUNK_CHARACTERS or len(chunk) >= _CHUNK_ARTICLES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def map_ahead(function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """What the function makes of each item, in order; two are at work at a time, in threads."""
    waiting: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="annotate") as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) == AT_A_TIME:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
