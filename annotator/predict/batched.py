"""torch: batches of windows, padded to one length. For GPUs, for training, and for encoders that cannot be exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from annotator.windows import Scores, Window

if TYPE_CHECKING:
    from annotator.network import AnnotatorNetwork

# Windows are padded to a multiple of this: torch keeps a compiled kernel for every shape that it has met, which without it took
# another 450 MiB over 300 articles.
_STEP = 32


def has_fast_bf16() -> bool:
    """Whether this machine multiplies bfloat16 in hardware: a GPU of the last years, a CPU with AVX-512 BF16."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported()
    supported: Callable[[], bool] | None = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(supported and supported())


class TorchPredictor:
    """Inference with torch, in bfloat16 where that is fast; batches hold windows of like length up to a budget of tokens."""

    def __init__(
        self, network: AnnotatorNetwork, pad_id: int, token_budget: int = 3072, bf16: bool | None = None
    ) -> None:
        import torch

        fast = has_fast_bf16() if bf16 is None else bf16
        self.precision = "bfloat16" if fast else "float"
        self._network = network.eval().to(torch.bfloat16 if fast else torch.float32)
        self._pad_id = pad_id
        self._budget = token_budget
        self._most = int(network.config.windows.get("tokens", 0))  # an encoder may have positions for no more

    def predict(self, windows: Sequence[Window]) -> list[Scores]:
        """Scores of each window, in the order given."""
        scores: list[Scores | None] = [None] * len(windows)
        for batch in plan_batches([self._pad_length(len(window)) for window in windows], self._budget):
            for index, score in zip(batch, self._run([windows[i] for i in batch]), strict=True):
                scores[index] = score
        return [score for score in scores if score is not None]

    def _pad_length(self, tokens: int) -> int:
        return min(-(-tokens // _STEP) * _STEP, max(tokens, self._most))

    def _run(self, batch: Sequence[Window]) -> Iterator[Scores]:
        import torch

        size = self._pad_length(max(len(window) for window in batch))
        marks = max(len(window.markers) for window in batch)
        ids = np.full((len(batch), size), self._pad_id, dtype=np.int64)
        markers = np.zeros((len(batch), marks), dtype=np.int64)
        for i, window in enumerate(batch):
            ids[i, : len(window)] = window.token_ids
            markers[i, : len(window.markers)] = window.markers
        lengths = torch.tensor([len(window) for window in batch])
        mask = (torch.arange(size) < lengths.unsqueeze(1)).long()
        device = self._network.device
        with torch.inference_mode():
            output = self._network(
                torch.from_numpy(ids).to(device), mask.to(device), torch.from_numpy(markers).to(device)
            )
        heads = {name: value.float().cpu().numpy() for name, value in output.items()}
        for i, window in enumerate(batch):
            tokens, sentences = len(window), len(window.markers)
            yield Scores(
                heads["speech"][i, :sentences],
                heads["anonymous"][i, :sentences],
                heads["tags"][i, :tokens],
                heads["types"][i, :tokens],
                heads["anonymity"][i, :tokens],
                heads["pointer"][i, :sentences, :tokens],
                heads["own"][i, :sentences] if "own" in heads else None,
            )


def plan_batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices of windows in batches, longest first, each of at most `budget` tokens with its padding."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
