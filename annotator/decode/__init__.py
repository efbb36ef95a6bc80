"""Scores -> calibrated speech, spans and claims; after `resolve`, the label of each sentence. Knows no files.

Article-wide anonymity is not decided here: a claim carries what the network says of its source, `resolve` decides once for
all mentions of a source, and `settle_labels` follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotator.decode.claims import ClaimBuilder
from annotator.decode.labels import REVIEW_THRESHOLD, add_own_labels, settle_labels, share_labels
from annotator.decode.reading import read_scores
from annotator.decode.spans import decode_spans
from annotator.labels import SPEECH
from annotator.records import Article, Claim, Quotation, Sentence
from annotator.windows import Scores, Window

__all__ = ["REVIEW_THRESHOLD", "Decoded", "add_own_labels", "decode_article", "settle_labels", "share_labels"]

_SETTLED = {
    "boilerplate": (1.0, 0.0, 0.0),
    "interview_question": (1.0, 0.0, 0.0),
    "interview_answer": (0.0, 0.0, 1.0),
}
_UNMARKED = 2.0  # taken from the verbatim score of a sentence without quotation marks


@dataclass(frozen=True, slots=True)
class Decoded:
    """Speech probabilities (n, 3) of n sentences, claims without sources, the attributions found in narration, and the
    probabilities `own` (n, 1 + k) of a model with k labels of a user."""

    speech: np.ndarray
    claims: tuple[Claim, ...]
    attitudes: tuple[Claim, ...]
    own: np.ndarray | None = None


def decode_article(
    article: Article,
    sentences: Sequence[Sentence],
    quotations: Sequence[Quotation],
    windows: Sequence[Window],
    scores: Sequence[Scores],
    calibration: dict[str, float],
) -> Decoded:
    """Decode one article. `calibration` holds what `training.calibrate` fitted.

    A sentence on which no quotation mark bears must be surer to be verbatim: only reprinted statements are (codebook 1.8).
    Where the codebook decides by place alone, so does this: boilerplate and an interviewer's questions are narration (Q0, row
    67), an answer in a transcript is verbatim (row 68).
    """
    if not sentences:
        return Decoded(np.zeros((0, 3)), (), ())
    reading = read_scores(article.text, len(sentences), windows, scores)
    bias = np.array([calibration.get("narration", 0.0), 0.0, 0.0])
    logits = reading.speech / calibration.get("speech", 1.0) + bias
    logits[_find_unmarked(sentences, quotations), SPEECH.index("verbatim")] -= _UNMARKED
    speech = _softmax(logits)
    for sentence in sentences:
        if sentence.zone in _SETTLED:
            speech[sentence.id] = _SETTLED[sentence.zone]
    builder = ClaimBuilder(article.text, sentences, speech, quotations, reading, calibration)
    claims, attitudes = builder.build(decode_spans(article.text, reading))
    return Decoded(speech, claims, attitudes, None if reading.own is None else _softmax(reading.own))


def _find_unmarked(sentences: Sequence[Sentence], quotations: Sequence[Quotation]) -> list[int]:
    """Ids of the sentences that share no character with a quotation."""
    found, upcoming = [], iter(quotations)
    quotation = next(upcoming, None)
    for sentence in sentences:
        while quotation and quotation.end <= sentence.start:
            quotation = next(upcoming, None)
        if quotation is None or quotation.start >= sentence.end:
            found.append(sentence.id)
    return found


def _softmax(logits: np.ndarray) -> np.ndarray:
    shares = np.exp(logits - logits.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)
