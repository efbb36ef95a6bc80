"""Speech and anonymity -> the label of each sentence, calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from annotator.labels import ANONYMOUS, ATTRIBUTED, LABELS, NARRATION, QUOTE
from annotator.records import Claim, Sentence, Source

REVIEW_THRESHOLD = 0.7
"""Sentences whose label has less probability than this are marked `needs_review`."""


def share_labels(speech: np.ndarray, anonymous: float) -> dict[str, float]:
    """Probabilities of the four labels from those of speech (none, paraphrase, verbatim) and of an anonymous source."""
    none, paraphrase, verbatim = (float(value) for value in speech)
    values = {
        NARRATION: none,
        ATTRIBUTED: paraphrase * (1 - anonymous),
        QUOTE: verbatim * (1 - anonymous),
        ANONYMOUS: (paraphrase + verbatim) * anonymous,
    }
    return {label: values[label] for label in LABELS}


def settle_labels(
    sentences: Sequence[Sentence],
    speech: np.ndarray,  # (n, 3) calibrated probabilities
    claims: Sequence[Claim],
    sources: Sequence[Source],
    temperature: float = 1.0,
) -> tuple[Sentence, ...]:
    """Label every sentence from its speech and from the sources of its claims, as `resolve` left them.

    The questions of codebook 1.3 in their order: is content put on somebody else's account; is one of the sources
    anonymous (precedence); is it mainly verbatim. So the label always agrees with the claims. The confidence is the
    probability of that label; where another label is likelier the sentence is marked for review. `temperature` makes the
    probabilities of the four as sure as they are right (`training.calibrate`); the label is the same at any.
    """
    by_id = {source.id: source for source in sources}
    of_sentence: dict[int, list[Claim]] = {}
    for claim in claims:
        for number in claim.sentence_ids:
            of_sentence.setdefault(number, []).append(claim)
    return tuple(
        _settle(sentence, speech[sentence.id], of_sentence.get(sentence.id, []), by_id, temperature)
        for sentence in sentences
    )


def _settle(
    sentence: Sentence, speech: np.ndarray, claims: list[Claim], sources: dict[str, Source], temperature: float
) -> Sentence:
    found = [sources[claim.source_id] for claim in claims if claim.source_id in sources]
    anonymous = max((source.anonymous_probability for source in found), default=0.0)
    shares = soften_shares(share_labels(speech, anonymous), temperature)
    if not claims:
        label = NARRATION
    elif any(source.anonymous for source in found):
        label = ANONYMOUS
    else:
        label = QUOTE if speech[2] >= speech[1] else ATTRIBUTED
    rounded = _round_shares(shares)
    return replace(
        sentence,
        label=label,
        confidence=rounded[label],
        probabilities=rounded,
        needs_review=rounded[label] < REVIEW_THRESHOLD,
        claim_ids=tuple(claim.id for claim in claims),
    )


def soften_shares(shares: Mapping[str, float], temperature: float) -> dict[str, float]:
    """Probabilities at a temperature: each to the power 1 / T, and all made to sum to 1 again."""
    powers = {label: share ** (1 / temperature) for label, share in shares.items()}
    total = sum(powers.values())
    return {label: power / total for label, power in powers.items()}


def add_own_labels(sentences: Sequence[Sentence], own: np.ndarray, names: Sequence[str]) -> tuple[Sentence, ...]:
    """The sentences with the likeliest label of the user's, or with none; `own` (n, 1 + k) are probabilities, none first."""
    return tuple(
        replace(
            sentence,
            own_label=(None, *names)[int(shares.argmax())],
            own_confidence=round(float(shares.max()), 4),
        )
        for sentence, shares in zip(sentences, own, strict=True)
    )


def _round_shares(shares: dict[str, float]) -> dict[str, float]:
    """Four decimals: what is written does not depend on the last bits of a batch."""
    return {label: round(value, 4) for label, value in shares.items()}
