"""Which runtime a model gets on this machine, and in what precision."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.config import Precision
from annotator.errors import CheckpointError
from annotator.export import find_graph, make_cached_graph, make_graph
from annotator.predict import GraphPredictor, TorchPredictor

if TYPE_CHECKING:
    from annotator.checkpoint import ModelFolder
    from annotator.predict import Predictor

_GPU = (Path("/dev/nvidiactl"), Path("/dev/dxg"), Path("/dev/kfd"))  # NVIDIA, NVIDIA under WSL, AMD


def load_predictor(
    model: ModelFolder,
    precision: str = Precision.auto,
    threads: int | None = None,
    report: Callable[[str], None] | None = None,
) -> Predictor:
    """The fastest runtime within bounds: a GPU in bfloat16, else ONNX Runtime, in 8 bits where the model bears it. An encoder
    that cannot be exported runs in torch.

    The ONNX file is made on first use; `report` is told, as that takes some seconds. Raises CheckpointError where the weights
    cannot be loaded, or where 8 bits are asked for and are out of bounds.
    """
    if precision == Precision.int8:
        return _load_graph(model, precision, threads, report)
    if has_gpu():
        return _load_torch(model, None)
    if precision == Precision.auto:
        try:
            return _load_graph(model, Precision.int8, threads, report)
        except CheckpointError:
            pass  # float says what is wrong, if it is the weights
    try:
        return _load_graph(model, Precision.float, threads, report)
    except CheckpointError as error:
        if report:
            report(f"{error}; running in torch, which takes longer")
        return _load_torch(model, threads)


def has_gpu() -> bool:
    """Whether torch can use a GPU; asked only where there is a device, as loading torch takes seconds."""
    if not any(device.exists() for device in _GPU):
        return False
    import torch

    return torch.cuda.is_available()


def _load_torch(model: ModelFolder, threads: int | None) -> Predictor:
    import torch

    from annotator.checkpoint import load_checkpoint

    if threads:
        torch.set_num_threads(threads)
    checkpoint = load_checkpoint(model.path)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return TorchPredictor(checkpoint.network.to(device), checkpoint.tokenizer.pad_token_id or 0)


def _load_graph(
    model: ModelFolder, precision: str, threads: int | None, report: Callable[[str], None] | None
) -> Predictor:
    path = find_graph(model, precision)
    if path is None:
        if report:
            report(f"preparing the model for this machine ({precision}): some seconds, this once")
        try:
            path = make_cached_graph(model, precision)
        except OSError:  # nowhere to keep it
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"{precision}.onnx"
                make_graph(model, precision, path)
                return GraphPredictor(path, model.info.sha256, threads)
    return GraphPredictor(path, model.info.sha256, threads)
