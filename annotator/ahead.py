"""Work that is begun before anybody waits for it, answered in its order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")
AT_A_TIME = 2  # while the network scores one chunk, the rest of the pipeline works on another
Work = Callable[..., Future[Any]]  # begins a function with its arguments


def keep_order(items: Iterable[In], ahead: int, is_done: Callable[[In], bool]) -> Iterator[In]:
    """The items in their order, each as soon as it is done, or once `ahead` more have been begun.

    Where taking items ends in an error, those before it are given first.
    """
    waiting: deque[In] = deque()
    try:
        for item in items:
            waiting.append(item)
            while waiting and (len(waiting) > ahead or is_done(waiting[0])):
                yield waiting.popleft()
    except Exception:
        yield from waiting
        raise
    yield from waiting


def map_ahead(function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
    """What the function makes of each item, in order; two are at work at a time, in threads."""
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="annotate") as pool:
        begun = (pool.submit(function, item) for item in items)
        for answer in keep_order(begun, AT_A_TIME - 1, Future.done):
            yield answer.result()


def do_now(function: Callable[..., Out], *arguments: Any) -> Future[Out]:
    """Do it here, at once; the answer is there already."""
    answer: Future[Out] = Future()
    try:
        answer.set_result(function(*arguments))
    except Exception as error:
        answer.set_exception(error)
    return answer
