"""Temperatures of the speech and anonymity scores, fitted on validation articles that were not trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotator.decode.reading import read_scores
from annotator.encode import Encoder
from annotator.labelled import LabelledArticle
from annotator.labels import ANONYMOUS, NARRATION
from annotator.predict import Predictor
from annotator.training.targets import IGNORE, gold_sentences, speech_target

_GRID = np.geomspace(0.5, 4.0, 211)


def fit_calibration(articles: Sequence[LabelledArticle], encoder: Encoder, predictor: Predictor) -> dict[str, float]:
    """Temperatures that give the validation labels the highest likelihood (Guo et al. 2017, temperature scaling)."""
    speech, spoken, anonymous, unnamed = [], [], [], []
    for article in articles:
        windows = encoder.encode_articles([(article.text, gold_sentences(article))])[0]
        reading = read_scores(article.text, len(article.sentences), windows, predictor.predict(windows))
        for number, sentence in enumerate(article.sentences):
            target = speech_target(sentence)
            if target != IGNORE:
                speech.append(reading.speech[number])
                spoken.append(target)
            if sentence.label not in (None, NARRATION):
                anonymous.append(reading.anonymous[number])
                unnamed.append(sentence.label == ANONYMOUS)
    return {
        "speech": _fit(lambda t: _speech_loss(np.array(speech) / t, np.array(spoken))),
        "anonymous": _fit(lambda t: _binary_loss(np.array(anonymous) / t, np.array(unnamed))),
    }


def _fit(loss) -> float:
    return round(float(min(_GRID, key=loss)), 3)


def _speech_loss(logits: np.ndarray, target: np.ndarray) -> float:
    """Negative log-likelihood; for a claim of unknown wording, of paraphrase and verbatim together."""
    shares = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    some = np.logaddexp(shares[:, 1], shares[:, 2])
    picked = np.where(target >= 0, np.take_along_axis(shares, np.maximum(target, 0)[:, None], 1)[:, 0], some)
    return -float(picked.mean())


def _binary_loss(logits: np.ndarray, target: np.ndarray) -> float:
    return float(np.logaddexp(0, np.where(target, -logits, logits)).mean())
