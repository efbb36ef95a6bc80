"""A stream of articles -> chunks that go through the network together. Where a chunk ends depends on the stream alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotator.records import Article, Failure

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
