"""Who annotates the chunks of a run: this process or several. Engines schedule; they know neither files nor results."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from annotator.chunks import AT_A_TIME
from annotator.config import Precision
from annotator.errors import AnnotatorError
from annotator.predict import count_threads

if TYPE_CHECKING:
    from annotator.pipeline import Annotator
    from annotator.records import Annotation, Article, Failure

    Chunk = Sequence[Article | Failure]
    Results = list[Annotation | Failure]


class Engine(Protocol):
    """Annotates chunks; `ahead` of them are worth having under way at a time. A context manager."""

    ahead: int

    def submit(self, chunk: Chunk) -> Future[Results]:
        """Begin a chunk; its results are in the order of its articles."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *about: object) -> None: ...


class LocalEngine:
    """The model of this process; while it scores one chunk, the rest of the pipeline works on another."""

    ahead = AT_A_TIME

    def __init__(self, annotator: Annotator) -> None:
        self._annotator = annotator
        self._pool = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="annotate")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def submit(self, chunk: Chunk) -> Future[Results]:
        """Begin a chunk in a thread."""
        return self._pool.submit(self._annotator.annotate_chunk, chunk)


class ProcessEngine:
    """Worker processes, each with a model of its own and its share of the cores."""

    def __init__(
        self,
        workers: int,
        model: Path | None,
        rubric: Path | None,
        threads: int | None = None,
        precision: str = Precision.auto,
    ) -> None:
        self.ahead = 2 * workers
        self._load = (model, rubric, threads or max(1, count_threads() // workers), precision)
        self._pool = ProcessPoolExecutor(workers, get_context("spawn"), _prepare_worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:  # nobody waits for what they are at
            for worker in active_children():
                worker.terminate()
        self._pool.shutdown(cancel_futures=True)

    def processes(self) -> list[int]:
        """The process ids of the workers that have begun."""
        return list(self._pool._processes or ())

    def submit(self, chunk: Chunk) -> Future[Results]:
        """Hand a chunk to the next free worker. Raises AnnotatorError where a worker has died."""
        try:
            return self._pool.submit(_annotate, self._load, chunk)
        except BrokenExecutor as error:
            raise lost_worker() from error


def lost_worker() -> AnnotatorError:
    """What to say when a worker process is gone."""
    return AnnotatorError(
        "a worker process died (killed, or out of memory); what was finished is kept: go on with --resume, "
        "and with fewer --workers if memory is short"
    )


def _prepare_worker() -> None:
    """Leave Ctrl-C to the parent, and end when it is gone: a killed parent can tell its workers nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _annotate(load: tuple[Path | None, Path | None, int, str], chunk: Chunk) -> Results:
    return _load_annotator(*load).annotate_chunk(chunk)


@cache
def _load_annotator(model: Path | None, rubric: Path | None, threads: int, precision: str) -> Annotator:
    from annotator.pipeline import Annotator

    return Annotator.load(model, rubric=rubric, threads=threads, precision=precision)
