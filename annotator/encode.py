"""Sentences -> windows of token ids with their places in the text. Shared by training and inference; knows no files.

A window packs consecutive sentences of one article up to the token limit. Every sentence is opened by a marker token, on
which its label is read: the tokenizer's CLS token where the sentence opens a paragraph, its SEP token elsewhere. A little of
the sentences before and after stands in a window as context that is not labelled there. Tokens come from one pass over the
whole text, so that a token is the same wherever the windows are cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.config import WindowConfig
from annotator.records import Sentence
from annotator.tokens import Tokenizer
from annotator.windows import Window


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one too long for a window: tokens `[start, end)` of the article."""

    sentence: int
    start: int
    end: int
    marker: int

    @property
    def size(self) -> int:
        return self.end - self.start + 1


class Encoder:
    """Cuts articles into windows with one tokenizer and one window size."""

    def __init__(self, tokenizer: Tokenizer, config: WindowConfig) -> None:
        self.tokenizer = tokenizer
        self.config = config
        inner = config.tokens - config.left_tokens - config.right_tokens
        self._piece_limit = max(8, inner - 1)

    def encode_articles(self, articles: Sequence[tuple[str, Sequence[Sentence]]]) -> list[list[Window]]:
        """Windows of each (text, sentences); the tokenizer works on all texts in one call."""
        tokens = self.tokenizer.encode([text for text, _ in articles])
        return [
            list(self._cut(sentences, np.asarray(ids, dtype=np.int64), _trim_offsets(text, offsets)))
            for (text, sentences), (ids, offsets) in zip(articles, tokens, strict=True)
        ]

    def _cut(self, sentences: Sequence[Sentence], ids: np.ndarray, offsets: np.ndarray) -> Iterator[Window]:
        pieces = list(self._pieces(sentences, offsets))
        capacity = self._piece_limit + 1
        total = sum(piece.size for piece in pieces)
        # Windows of about equal size: the last one would otherwise see little of its neighbours.
        windows = max(1, -(-total // capacity))
        limit = min(capacity, total // windows + self.config.slack)
        first = 0
        while first < len(pieces):
            last, size = first, 0
            while last < len(pieces) and (last == first or size + pieces[last].size <= limit):
                size += pieces[last].size
                last += 1
            yield self._window(pieces, first, last, ids, offsets)
            first = last

    def _pieces(self, sentences: Sequence[Sentence], offsets: np.ndarray) -> Iterator[_Piece]:
        starts = offsets[:, 0] if len(offsets) else np.zeros(0, dtype=np.int64)
        for sentence in sentences:
            first, end = (int(i) for i in np.searchsorted(starts, (sentence.start, sentence.end)))
            marker = self.tokenizer.paragraph_marker if sentence.opens_paragraph else self.tokenizer.sentence_marker
            yield _Piece(sentence.id, first, min(end, first + self._piece_limit), marker)
            for start in range(first + self._piece_limit, end, self._piece_limit):
                yield _Piece(sentence.id, start, min(end, start + self._piece_limit), self.tokenizer.sentence_marker)

    def _window(self, pieces: Sequence[_Piece], first: int, last: int, ids: np.ndarray, offsets: np.ndarray) -> Window:
        left = _context(
            reversed(pieces[max(0, first - self.config.left_sentences) : first]), self.config.left_tokens, True
        )
        right = _context(pieces[last : last + self.config.right_sentences], self.config.right_tokens, False)
        parts = [*reversed(left), *pieces[first:last], *right]
        token_ids, places, markers, labelled, at = [], [], [], [], 0
        for number, piece in enumerate(parts):
            inner = len(left) <= number < len(left) + last - first
            if inner:
                markers.append(at)
            token_ids += [[piece.marker], ids[piece.start : piece.end]]
            places += [np.zeros((1, 2), dtype=np.int64), offsets[piece.start : piece.end]]
            labelled += [[False], np.full(piece.end - piece.start, inner)]
            at += piece.size
        return Window(
            np.concatenate(token_ids).astype(np.int64),
            np.concatenate(places),
            np.asarray(markers, dtype=np.int64),
            np.asarray([piece.sentence for piece in pieces[first:last]], dtype=np.int64),
            np.concatenate(labelled).astype(bool),
        )


def _context(pieces, budget: int, keep_end: bool) -> list[_Piece]:
    """The nearest pieces that fit the budget; the last one is cut to the side that faces the window."""
    kept = []
    for piece in pieces:
        if budget < 2:
            break
        if piece.size > budget:
            start = piece.end - budget + 1 if keep_end else piece.start
            piece = _Piece(piece.sentence, start, start + budget - 1, piece.marker)
        kept.append(piece)
        budget -= piece.size
    return kept


def _trim_offsets(text: str, offsets: Sequence[tuple[int, int]]) -> np.ndarray:
    """Offsets (T, 2) without the leading spaces that byte-level tokenizers count as part of a token."""
    places = np.asarray(offsets, dtype=np.int64).reshape(-1, 2)
    for i, (start, end) in enumerate(offsets):
        while start < end and text[start].isspace():
            start += 1
        places[i, 0] = start
    return places
