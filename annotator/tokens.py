"""The tokenizer of a model, by the `tokenizers` library alone: annotating loads no transformers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.errors import CheckpointError

if TYPE_CHECKING:
    from tokenizers import Tokenizer as Backend
    from transformers import PreTrainedTokenizerFast

TOKENIZER = "tokenizer.json"
_SETTINGS = "tokenizer_config.json"


@dataclass(frozen=True)
class Tokenizer:
    """Text -> token ids with their places; and the ids of the two markers that open a sentence (see `encode`)."""

    backend: Backend
    paragraph_marker: int
    sentence_marker: int

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast) -> Tokenizer:
        """That of a tokenizer of transformers."""
        marks = {f"{name}_token": getattr(tokenizer, f"{name}_token") for name in ("cls", "bos", "sep", "eos")}
        return cls._build(tokenizer.backend_tokenizer, marks)

    @classmethod
    def read(cls, folder: Path) -> Tokenizer:
        """That of a model folder. Raises CheckpointError where it cannot be read."""
        from tokenizers import Tokenizer as Backend

        try:
            backend = Backend.from_str((folder / TOKENIZER).read_text(encoding="utf-8"))
            return cls._build(backend, json.loads((folder / _SETTINGS).read_text(encoding="utf-8")))
        except Exception as error:  # tokenizers raises bare Exception
            raise CheckpointError(
                f"{folder}: the tokenizer cannot be loaded ({error}); train or copy the model again"
            ) from error

    @classmethod
    def _build(cls, backend: Backend, settings: Mapping[str, Any]) -> Tokenizer:
        backend.no_truncation()
        backend.no_padding()
        marks = (_find_mark(backend, settings, *names) for names in (("cls", "bos"), ("sep", "eos")))
        return cls(backend, *marks)

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
        """Ids and character offsets of each text, without special tokens."""
        for encoding in self.backend.encode_batch(list(texts), add_special_tokens=False):
            yield encoding.ids, encoding.offsets


def _find_mark(backend: Backend, settings: Mapping[str, Any], *names: str) -> int:
    """Id of the first of these special tokens that the tokenizer has."""
    for name in names:
        token = settings.get(f"{name}_token")
        content = token.get("content") if isinstance(token, Mapping) else token
        found = backend.token_to_id(content) if content else None
        if found is not None:
            return found
    raise CheckpointError(f"the tokenizer has no {' or '.join(names)} token; use another base")
