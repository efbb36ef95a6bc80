"""ONNX Runtime: each thread takes a window at a time, so nothing is padded and no score depends on batch or threads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from annotator.errors import CheckpointError
from annotator.windows import Scores, Window

FORMAT = 4  # of the ONNX files
# Adding and normalising in one operator takes longer than in two (measured: 27 to 30 thousand tokens/s).
_LEFT_OUT = ["SkipLayerNormFusion"]


class GraphPredictor:
    """Inference with a file of `annotator export` on `threads` threads, by default one for each core of this process."""

    def __init__(self, path: Path, weights: str, threads: int | None = None) -> None:
        """Raises CheckpointError where the file cannot be loaded or was not made of the weights with this SHA-256."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors
        try:
            self._session = onnxruntime.InferenceSession(
                path, options, providers=["CPUExecutionProvider"], disabled_optimizers=_LEFT_OUT
            )
        except Exception as error:  # ONNX Runtime has no common class for its errors
            raise CheckpointError(f"{path}: cannot be loaded ({error}); make it again: annotator export") from error
        about = self._session.get_modelmeta().custom_metadata_map
        if (about.get("format"), about.get("weights")) != (str(FORMAT), weights):
            raise CheckpointError(f"{path}: was made of other weights; make it again: annotator export")
        self.precision = about.get("precision", "float")
        self._names = [output.name for output in self._session.get_outputs()]
        self._pool = ThreadPoolExecutor(threads or count_threads(), thread_name_prefix="predict")

    def predict(self, windows: Sequence[Window]) -> list[Scores]:
        """Scores of each window, in the order given."""
        order = sorted(range(len(windows)), key=lambda i: -len(windows[i]))
        found = dict(zip(order, self._pool.map(self._run, (windows[i] for i in order)), strict=True))
        return [found[i] for i in range(len(windows))]

    def _run(self, window: Window) -> Scores:
        outputs = self._session.run(None, {"input_ids": window.token_ids[None], "markers": window.markers[None]})
        return Scores(**{name: output[0] for name, output in zip(self._names, outputs, strict=True)})


def count_threads() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
