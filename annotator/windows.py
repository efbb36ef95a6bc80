"""The arrays that travel between the stages: windows (`encode` -> `predict`) and scores (`predict` -> `decode`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Window:
    """Part of an article as the network sees it. T tokens, S markers of the sentences that are labelled here.

    `token_ids` (T,); `offsets` (T, 2) characters of each token, (0, 0) at markers; `markers` (S,) positions among the tokens;
    `sentence_ids` (S,) which sentence each marker opens (a sentence longer than a window has a marker in each of its pieces);
    `labelled` (T,) true for the tokens, markers excluded, that belong to a labelled sentence.
    """

    token_ids: np.ndarray
    offsets: np.ndarray
    markers: np.ndarray
    sentence_ids: np.ndarray
    labelled: np.ndarray

    def __len__(self) -> int:
        return len(self.token_ids)


@dataclass(frozen=True, slots=True)
class Scores:
    """Logits of one window of T tokens and S markers: speech (S, 3), anonymous (S,), tags (T, role, O/B/I),
    types (T, 13), anonymity (T, 6), pointer (S, T); own (S, 1 + n) of a model with n labels of a user."""

    speech: np.ndarray
    anonymous: np.ndarray
    tags: np.ndarray
    types: np.ndarray
    anonymity: np.ndarray
    pointer: np.ndarray
    own: np.ndarray | None = None
