"""Labelled articles -> a `datasets.Dataset` of windows with their targets, and the collator that pads a batch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from datasets import Dataset

from annotator.encode import Encoder
from annotator.labelled import LabelledArticle
from annotator.labels import SPAN_ROLES
from annotator.training.targets import IGNORE, build_targets, gold_sentences

Augment = Callable[[LabelledArticle, random.Random], LabelledArticle]
_CHUNK = 64  # articles that go through the tokenizer in one call
_STEP = 32  # batches are padded to a multiple: torch keeps kernels for every shape, which took gigabytes in a long run


def build_windows(articles: Iterable[LabelledArticle], encoder: Encoder, own_labels: Sequence[str] = ()) -> Dataset:
    """One row a window. Lists of lists are flattened where their shape follows from the other columns."""
    return Dataset.from_list(list(_rows(list(articles), encoder, own_labels)))


def _rows(articles: list[LabelledArticle], encoder: Encoder, own_labels: Sequence[str]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(articles), _CHUNK):
        chunk = articles[start : start + _CHUNK]
        encoded = encoder.encode_articles([(article.text, gold_sentences(article)) for article in chunk])
        for article, windows in zip(chunk, encoded, strict=True):
            for window in windows:
                targets = build_targets(article, window, own_labels)
                yield {
                    "article": article.id,
                    "length": len(window),
                    "input_ids": window.token_ids.astype(np.int32),
                    "markers": window.markers.astype(np.int32),
                    "speech": targets["speech"].astype(np.int8),
                    "anonymous": targets["anonymous"].astype(np.int8),
                    "own": targets["own"].astype(np.int8),
                    "tags": targets["tags"].astype(np.int8).ravel(),
                    "types": targets["types"].astype(np.int8),
                    "anonymity": targets["anonymity"].astype(np.int8),
                    "weights": targets["weights"],
                    "pointer_rows": np.array([row for row, _ in targets["pointer"]], dtype=np.int16),
                    "pointer_tokens": np.array([token for _, token in targets["pointer"]], dtype=np.int16),
                }


def collate_windows(rows: list[dict[str, Any]], pad_id: int) -> dict[str, Any]:
    """Pad B windows to T tokens and S markers; targets as `training.losses` takes them."""
    size = -(-max(len(row["input_ids"]) for row in rows) // _STEP) * _STEP
    marks = max(len(row["markers"]) for row in rows)

    def pad(key: str, length: int, fill: int, dtype: torch.dtype = torch.long) -> torch.Tensor:
        out = torch.full((len(rows), length), fill, dtype=dtype)
        for i, row in enumerate(rows):
            values = torch.tensor(row[key], dtype=dtype)
            out[i, : len(values)] = values
        return out

    roles = len(SPAN_ROLES)
    pointer = torch.zeros((len(rows), marks, size), dtype=torch.bool)
    for i, row in enumerate(rows):
        pointer[
            i, np.asarray(row["pointer_rows"], dtype=np.int64), np.asarray(row["pointer_tokens"], dtype=np.int64)
        ] = True
    markers = pad("markers", marks, 0)
    tokens = _reach([len(row["input_ids"]) for row in rows], size)
    return {
        "input_ids": pad("input_ids", size, pad_id),
        "attention_mask": tokens.long(),
        "markers": markers,
        "targets": {
            "tokens": tokens,
            "marked": _reach([len(row["markers"]) for row in rows], marks),
            "markers": markers,
            "speech": pad("speech", marks, IGNORE),
            "anonymous": pad("anonymous", marks, IGNORE),
            "own": pad("own", marks, IGNORE),
            "tags": pad("tags", size * roles, IGNORE).unflatten(1, (size, roles)),
            "types": pad("types", size, IGNORE),
            "anonymity": pad("anonymity", size, IGNORE),
            "weights": pad("weights", size, 0, torch.float32),
            "pointer": pointer,
        },
    }


def _reach(lengths: list[int], size: int) -> torch.Tensor:
    """(B, size), true as far as each row reaches."""
    return torch.arange(size) < torch.tensor(lengths).unsqueeze(1)
