"""Texts -> unit vectors whose dot product says how close they are in meaning. Knows nothing of claims.

An encoder of sentences is wanted, and training for labels spoils one for this (scripts/measure_corroboration.py). What it
was is still in its layers: the bundled model has a linear map from the means of all of them to the vectors of the encoder
that it was made from, fitted by least squares (scripts/fit_similarity.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from annotator.checkpoint import find_model, load_checkpoint
from annotator.errors import CheckpointError
from annotator.predict import plan_batches

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

SIMILARITY = "similarity.safetensors"  # in a model folder: weight (layers * H, D) and bias (D,)
# They say who speaks, not what is said, and move a vector more than a word does.
_QUOTE_MARKS = str.maketrans(dict.fromkeys('“”„‟«»"', ""))
MAX_TOKENS = 128  # a claim is a clause or two; what is longer is cut
TOKEN_BUDGET = 4096  # padded tokens in a batch


@dataclass(frozen=True, slots=True)
class SimilarityMap:
    """An affine map from the means of all layers of an encoder to vectors of likeness."""

    weight: np.ndarray  # (layers * H, D)
    bias: np.ndarray  # (D,)

    def apply(self, means: np.ndarray) -> np.ndarray:
        """(n, layers * H) -> (n, D)."""
        return means @ self.weight + self.bias


class TextEncoder:
    """The means of the token vectors of an encoder: of its last layer, or with a map of all layers, mapped."""

    def __init__(
        self, encoder: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, likeness: SimilarityMap | None = None
    ) -> None:
        self._encoder = encoder.eval()
        self._tokenizer = tokenizer
        self._map = likeness

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Unit vectors (n, D), float32, in the order of `texts`; zero for a text without a token. Quote marks are ignored.

        `progress` is called with the number done so far.
        """
        means = self.average(texts, every_layer=self._map is not None, progress=progress)
        vectors = self._map.apply(means) if self._map else means
        sizes = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(
            vectors, sizes, out=np.zeros_like(vectors), where=means.any(axis=1, keepdims=True) & (sizes > 0)
        )

    def average(
        self, texts: Sequence[str], *, every_layer: bool = False, progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Mean of the token vectors of the last layer (n, H), or of each layer, side by side (n, layers * H); float32."""
        bare = [text.translate(_QUOTE_MARKS) for text in texts]
        ids = self._tokenizer(bare, truncation=True, max_length=MAX_TOKENS, verbose=False)["input_ids"] if bare else []
        config = self._encoder.config
        width = config.hidden_size * (config.num_hidden_layers + 1 if every_layer else 1)
        means = np.zeros((len(texts), width), dtype=np.float32)
        done = 0
        for batch in plan_batches([len(row) for row in ids], TOKEN_BUDGET):
            means[batch] = self._run([ids[i] for i in batch], every_layer)
            done += len(batch)
            if progress:
                progress(done)
        return means

    def _run(self, rows: list[list[int]], every_layer: bool) -> np.ndarray:
        import torch

        size = max(len(row) for row in rows)
        padded = torch.full((len(rows), size), self._tokenizer.pad_token_id or 0)
        for i, row in enumerate(rows):
            padded[i, : len(row)] = torch.tensor(row)
        lengths = torch.tensor([len(row) for row in rows])
        mask = torch.arange(size) < lengths.unsqueeze(1)  # (B, T)
        weights = mask.unsqueeze(-1).float()
        with torch.inference_mode():
            output = self._encoder(input_ids=padded, attention_mask=mask.long(), output_hidden_states=every_layer)
            layers = output.hidden_states if every_layer else (output.last_hidden_state,)  # each (B, T, H)
            count = weights.sum(1).clamp(min=1)  # a text of nothing but what the tokenizer drops: zero
            return torch.cat([(layer.float() * weights).sum(1) / count for layer in layers], -1).numpy()


def load_encoder(folder: Path | str | None = None) -> TextEncoder:
    """The encoder of a model folder, with its map if it has one, or a plain Hugging Face encoder folder; by default that of
    the bundled model.

    Loads offline, from safetensors only. Raises CheckpointError where the folder holds neither.
    """
    folder = find_model(folder)
    if not _is_plain_encoder(folder):
        checkpoint = load_checkpoint(folder)
        return TextEncoder(checkpoint.network.encoder, checkpoint.tokenizer, _load_map(folder / SIMILARITY))
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModel, AutoTokenizer

    try:
        encoder = AutoModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True, use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"{folder}: cannot be loaded as an encoder ({error}); name another folder") from error
    return TextEncoder(encoder, tokenizer)


def _load_map(path: Path) -> SimilarityMap | None:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not path.is_file():
        return None
    try:
        tensors = load_file(path)
        return SimilarityMap(tensors["weight"].astype(np.float32), tensors["bias"].astype(np.float32))
    except (OSError, KeyError, SafetensorError) as error:
        raise CheckpointError(f"{path}: cannot be read ({error}); delete it or copy the model again") from error


def _is_plain_encoder(folder: Path) -> bool:
    """Whether the folder's config.json is not one of `annotator train`; a broken one is left to `load_checkpoint`."""
    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and "format_version" not in settings and "model_type" in settings
