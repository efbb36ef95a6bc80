"""Temperatures of the speech and anonymity scores, and the bias of narration, fitted on articles that were not trained on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from annotator.decode.reading import read_scores
from annotator.encode import Encoder
from annotator.labelled import LabelledArticle
from annotator.labels import ANONYMOUS, NARRATION
from annotator.predict import Predictor
from annotator.training.targets import IGNORE, gold_sentences, speech_target

_TEMPERATURES = np.geomspace(0.5, 4.0, 64)
_BIASES = np.linspace(-1.0, 1.0, 41)


def fit_calibration(articles: Sequence[LabelledArticle], encoder: Encoder, predictor: Predictor) -> dict[str, float]:
    """What gives the validation labels the highest likelihood (Guo et al. 2017, temperature scaling).

    `narration` is added to the score of "nobody else speaks": augmentation makes claims commoner in training than they are.
    """
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
    logits, target = np.array(speech), np.array(spoken)
    temperature, bias = min(
        itertools.product(_TEMPERATURES, _BIASES), key=lambda pair: _speech_loss(_shift(logits, *pair), target)
    )
    cooling = min(_TEMPERATURES, key=lambda t: _binary_loss(np.array(anonymous) / t, np.array(unnamed)))
    values = {"speech": temperature, "narration": bias, "anonymous": cooling}
    return {name: round(float(value), 3) for name, value in values.items()}


def _shift(logits: np.ndarray, temperature: float, bias: float) -> np.ndarray:
    return logits / temperature + np.array([bias, 0.0, 0.0])


def _speech_loss(logits: np.ndarray, target: np.ndarray) -> float:
    """Negative log-likelihood; for a claim of unknown wording, of paraphrase and verbatim together."""
    shares = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
    some = np.logaddexp(shares[:, 1], shares[:, 2])
    picked = np.where(target >= 0, np.take_along_axis(shares, np.maximum(target, 0)[:, None], 1)[:, 0], some)
    return -float(picked.mean())


def _binary_loss(logits: np.ndarray, target: np.ndarray) -> float:
    return float(np.logaddexp(0, np.where(target, -logits, logits)).mean())
