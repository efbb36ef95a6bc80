"""What an engine is, and what its workers load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from annotator.config import Precision
from annotator.errors import AnnotatorError
from annotator.write import make_entries

if TYPE_CHECKING:
    from annotator.pipeline import Annotator
    from annotator.records import Article, Failure
    from annotator.write import Entry

    Chunk = Sequence[Article | Failure]
    Results = list[Entry | Failure]


class Engine(Protocol):
    """Annotates chunks and makes them ready to be written; `ahead` of them are worth having under way at a time. A context
    manager."""

    ahead: int

    def submit(self, chunk: Chunk) -> Future[Results]:
        """Begin a chunk; its results are in the order of its articles. A worker that is lost is a BrokenExecutor."""
        ...

    def work(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin any function that needs no model, such as extracting the article of a page."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *about: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Loading:
    """How an annotator is loaded; see `Annotator.load`."""

    model: Path | None = None
    rubric: Path | None = None
    threads: int | None = None
    precision: str = Precision.auto

    def load(self) -> Annotator:
        """Load it. Raises as `Annotator.load` does."""
        from annotator.pipeline import Annotator

        return Annotator.load(self.model, rubric=self.rubric, threads=self.threads, precision=self.precision)


def annotate_chunk(annotator: Annotator, chunk: Chunk) -> Results:
    """What a worker does with a chunk."""
    return make_entries(annotator.annotate_chunk(chunk))


def lost_worker() -> AnnotatorError:
    """What to say when a worker is gone."""
    return AnnotatorError(
        "a worker process died (killed, or out of memory); what was finished is kept: go on with --resume, "
        "and with fewer --workers if memory is short"
    )
