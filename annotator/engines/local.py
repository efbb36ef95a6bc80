"""Engines of one machine: this process, or several."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from annotator.ahead import AT_A_TIME, do_now
from annotator.engines.protocol import Loading, annotate_chunk, lost_worker
from annotator.predict import count_threads

if TYPE_CHECKING:
    from annotator.engines.protocol import Chunk, Results
    from annotator.pipeline import Annotator


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
        return self._pool.submit(annotate_chunk, self._annotator, chunk)

    def work(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Do it at once: threads share the interpreter, so that another would gain nothing."""
        return do_now(function, *arguments)


class ProcessEngine:
    """Worker processes, each with a model of its own and its share of the cores."""

    def __init__(self, workers: int, loading: Loading) -> None:
        self.ahead = 2 * workers
        self._loading = replace(loading, threads=loading.threads or max(1, count_threads() // workers))
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
        if isinstance(error, BrokenExecutor):
            raise lost_worker() from error

    def processes(self) -> list[int]:
        """The process ids of the workers that have begun."""
        return list(self._pool._processes or ())

    def submit(self, chunk: Chunk) -> Future[Results]:
        """Hand a chunk to the next free worker. Raises BrokenExecutor where a worker has died."""
        return self._pool.submit(_annotate, self._loading, chunk)

    def work(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Hand it to the next free worker. Raises as `submit` does."""
        return self._pool.submit(function, *arguments)


def _prepare_worker() -> None:
    """Leave Ctrl-C to the parent, and end when it is gone: a killed parent can tell its workers nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _annotate(loading: Loading, chunk: Chunk) -> Results:
    return annotate_chunk(_load_annotator(loading), chunk)


@cache
def _load_annotator(loading: Loading) -> Annotator:
    return loading.load()
