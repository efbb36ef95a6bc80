"""Temperatures of scores and labels and the bias of narration, fitted on articles that were not trained on."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from annotator.decode.reading import read_scores
from annotator.encode import Encoder
from annotator.evaluation import annotate_gold
from annotator.evaluation.align import align_sentences
from annotator.labelled import LabelledArticle
from annotator.labels import ANONYMOUS, LABELS, NARRATION
from annotator.pipeline import Annotator
from annotator.predict import Predictor
from annotator.records import Annotation
from annotator.training.targets import IGNORE, gold_sentences, speech_target

_TEMPERATURES = np.geomspace(0.5, 4.0, 64)
_LEAST_SHARE = 1e-4  # probabilities are rounded to this
_BIASES = np.linspace(-1.0, 1.0, 41)
NEUTRAL: Mapping[str, float] = MappingProxyType({"speech": 1.0, "narration": 0.0, "anonymous": 1.0})
# On 200 sentences the fit made the probabilities worse than the base's values (log loss .480 for .466), on 6,700 better (.463).
LEAST = 1000


def fit_calibration(
    articles: Sequence[LabelledArticle],
    encoder: Encoder,
    predictor: Predictor,
    before: Mapping[str, float] = NEUTRAL,
    least: int = LEAST,
) -> dict[str, float]:
    """What gives the validation labels the highest likelihood (Guo et al. 2017, temperature scaling).

    `narration` is added to the score of "nobody else speaks": augmentation makes claims commoner in training than they are.
    With less than `least` labels to fit a value on, that of `before` stays.
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
    values = {**NEUTRAL, **before}
    if len(spoken) >= least:
        logits, target = np.array(speech), np.array(spoken)
        values["speech"], values["narration"] = min(
            itertools.product(_TEMPERATURES, _BIASES), key=lambda pair: _speech_loss(_shift(logits, *pair), target)
        )
    if len(unnamed) >= least:
        values["anonymous"] = min(_TEMPERATURES, key=lambda t: _binary_loss(np.array(anonymous) / t, np.array(unnamed)))
    return {name: round(float(value), 3) for name, value in values.items()}


def fit_confidence(annotator: Annotator, articles: Sequence[LabelledArticle]) -> float | None:
    """The temperature of the final labels at which a model is on average as sure of them as they are right; None where too few
    are labelled. That of `annotator` has to be 1.

    These are not the likeliest labels alone: `resolve` decides who is anonymous over the whole article, which no fit of the
    scores sees.
    """
    if sum(sentence.label is not None for gold in articles for sentence in gold.sentences) < LEAST:
        return None
    shares, right = [], []
    for gold, result in zip(articles, annotate_gold(annotator, articles), strict=True):
        found = align_sentences(
            [s.span for s in gold.sentences], result.sentences if isinstance(result, Annotation) else ()
        )
        for sentence, partner in zip(gold.sentences, found, strict=True):
            if sentence.label and partner:
                chances = partner.probabilities
                shares.append([chances[partner.label], *(chances[label] for label in LABELS if label != partner.label)])
                right.append(partner.label == sentence.label)
    logits = np.log(np.maximum(np.array(shares), _LEAST_SHARE))
    accuracy = float(np.mean(right))
    return round(float(min(_TEMPERATURES, key=lambda t: abs(_mean_confidence(logits / t) - accuracy))), 3)


def _mean_confidence(logits: np.ndarray) -> float:
    return float(np.exp(logits[:, 0] - np.logaddexp.reduce(logits, axis=-1)).mean())


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
