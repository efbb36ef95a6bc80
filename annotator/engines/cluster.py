"""Workers on the machines of a Ray cluster, or in a Ray of this machine that ends with the run."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from annotator.engines.protocol import Loading, annotate_chunk, lost_worker
from annotator.errors import ConfigError
from annotator.predict import count_threads

if TYPE_CHECKING:
    from annotator.engines.protocol import Chunk, Results
    from annotator.pipeline import Annotator
    from annotator.records import ModelInfo

_TRIES = 3  # of a chunk whose worker dies: one that kills every worker must not do so for ever
_RUBRIC = "rubric.toml"
_SECONDS = {"reach": 10, "start": 600}


class RayEngine:
    """Ray actors, each with a model of its own. A worker that dies is started anew, and does again what it was at.

    `info` is the model of the run: the folder `model` is sent to the workers, whereas the bundled model is that of the package
    on their machine. `address` is one that `ray.init` takes; without it Ray is started here. A worker has one thread
    where `loading` does not say.
    """

    def __init__(
        self,
        workers: int,
        info: ModelInfo,
        loading: Loading,
        address: str | None = None,
    ) -> None:
        self.ahead = 2 * workers
        self._count = workers
        self._info = info
        model = loading.model and loading.model.resolve()  # its name goes along
        self._loading = replace(loading, model=model, threads=loading.threads or 1)
        self._address = address
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        """Start the workers. Raises ConfigError for a cluster that is not there, is too small, or has another model."""
        with ExitStack() as stack:
            self._connect(stack)
            self._start()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.clear()  # they end where nobody holds them
        self._stack.close()
        if isinstance(error, BrokenExecutor):
            raise lost_worker() from error

    def processes(self) -> list[int]:
        """The process ids of the workers, on their machines."""
        import ray

        return ray.get([worker.actor.process.remote() for worker in self._workers])

    def submit(self, chunk: Chunk) -> Future[Results]:
        """Hand a chunk to the worker with the least to do."""
        return self._begin("annotate", self._files, chunk)

    def work(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Hand it to the worker with the least to do."""
        return self._begin("call", function, arguments)

    def _begin(self, method: str, *arguments: Any) -> Future[Any]:
        worker = min(self._workers, key=_Worker.count_waiting)
        answer = _follow(getattr(worker.actor, method).remote(*arguments))
        worker.waiting.append(answer)
        return answer

    def _connect(self, stack: ExitStack) -> None:
        _check_address(self._address)
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would report home
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # and warn of what it will do one day
        import ray

        if not ray.is_initialized():
            here = {"address": "local", "num_cpus": max(self._cores(), count_threads()), "include_dashboard": False}
            place = {"address": self._address} if self._address else here
            try:
                ray.init(**place, log_to_driver=False, logging_level="error")
            except (ConnectionError, RuntimeError, ValueError) as error:
                raise ConfigError(
                    f"--ray-address {self._address}: no Ray cluster answers there ({error}); if it asks for a token, set "
                    "RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN or ~/.ray/auth_token"
                ) from error
            stack.callback(ray.shutdown)
        there = int(ray.cluster_resources().get("CPU", 0))
        if there < self._cores():
            raise ConfigError(
                f"--workers {self._count}: with {self._loading.threads} threads each they need {self._cores()} cores, and the "
                f"cluster has {there}; ask for fewer, or add machines first"
            )

    def _cores(self) -> int:
        return self._count * self._loading.threads

    def _start(self) -> None:
        import ray
        from ray.exceptions import GetTimeoutError, RayError

        make = ray.remote(num_cpus=self._loading.threads, max_restarts=-1, max_task_retries=_TRIES)(_Actor)
        # In a list it goes along as a reference, not as what it refers to.
        self._files = [ray.put(_pack(self._loading))]
        self._workers = [_Worker(make.remote(self._loading)) for _ in range(self._count)]
        try:
            found = ray.get(
                [worker.actor.describe.remote(self._files) for worker in self._workers], timeout=_SECONDS["start"]
            )
        except (GetTimeoutError, RayError) as error:
            raise ConfigError(
                f"the workers cannot start ({error}); they need this version of claim-annotator"
            ) from error
        if other := next((info for info in found if info != self._info), None):
            raise ConfigError(
                f"a machine of the cluster has model {other.name} {other.sha256[:12]}, this one {self._info.name} "
                f"{self._info.sha256[:12]}; install the same version of claim-annotator on all, or name a model folder"
            )


@dataclass
class _Worker:
    """An actor, and what it has been asked."""

    actor: Any
    waiting: list[Future[Any]] = field(default_factory=list)

    def count_waiting(self) -> int:
        self.waiting = [answer for answer in self.waiting if not answer.done()]
        return len(self.waiting)


class _Actor:
    """What runs on a machine of the cluster."""

    def __init__(self, loading: Loading) -> None:
        self._loading = loading
        self._annotator: Annotator | None = None

    def annotate(self, files: list[Any], chunk: Chunk) -> Results:
        return annotate_chunk(self._load(files), chunk)

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        return function(*arguments)

    def describe(self, files: list[Any]) -> ModelInfo:
        return self._load(files).info

    def process(self) -> int:
        return os.getpid()

    def _load(self, files: list[Any]) -> Annotator:
        """Loaded once; anew where Ray has started the worker anew."""
        import ray

        if self._annotator is None:
            with tempfile.TemporaryDirectory(prefix="annotator-") as folder:
                self._annotator = _unpack(ray.get(files[0]), Path(folder), self._loading).load()
        return self._annotator


def _pack(loading: Loading) -> dict[str, bytes]:
    """The files that a worker needs: their path in its folder, and their bytes."""
    files = {_RUBRIC: loading.rubric.read_bytes()} if loading.rubric else {}
    if loading.model:
        found = (path for path in loading.model.iterdir() if path.is_file())
        files |= {f"{loading.model.name}/{path.name}": path.read_bytes() for path in found}
    return files


def _unpack(files: Mapping[str, bytes], folder: Path, loading: Loading) -> Loading:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return replace(
        loading,
        model=folder / loading.model.name if loading.model else None,
        rubric=folder / _RUBRIC if loading.rubric else None,
    )


def _follow(reference: Any) -> Future[Any]:
    """A future with the answer of an actor, or the error that was raised there."""
    from ray.exceptions import RayActorError, RayTaskError

    answer: Future[Any] = Future()

    def pass_on(done: Future[Any]) -> None:
        error = done.exception()
        if error is None:
            answer.set_result(done.result())
        elif isinstance(error, RayActorError):
            answer.set_exception(BrokenExecutor(str(error)))
        else:
            answer.set_exception(error.cause if isinstance(error, RayTaskError) else error)

    reference.future().add_done_callback(pass_on)
    return answer


def _check_address(address: str | None) -> None:
    """Raise ConfigError where nothing listens: Ray would try for minutes, then end the process."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS["reach"]).close()
    except OSError as error:
        raise ConfigError(
            f"--ray-address {address}: nothing answers there ({error}); start Ray first: ray start --head"
        ) from error
