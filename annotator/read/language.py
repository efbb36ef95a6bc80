"""Is this text in a language that the model knows?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from annotator.errors import InputError

MIN_WORDS = 20  # a shorter text says too little
SAMPLE_CHARACTERS = 20_000
MIN_PROBABILITY = 0.5


def check_language(text: str, languages: Sequence[str]) -> str | None:
    """The language of a text (ISO 639-1), None where it is too short or the detector is unsure.

    Raises InputError for a text that is, likelier than not, in a language outside `languages`.
    A short text in Latin letters passes; one in another script is judged at any length.
    """
    sample = text[:SAMPLE_CHARACTERS]
    if len(sample.split(None, MIN_WORDS)) <= MIN_WORDS and _mostly_latin(sample):
        return None
    language, probability = _load_detector().classify(sample)
    if probability < MIN_PROBABILITY:
        return None
    if language not in languages:
        expected = " or ".join(languages)
        raise InputError(f"language is {language}, expected {expected}; set languages to let it through")
    return language


def _mostly_latin(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return 2 * sum(character < "\u0250" for character in letters) >= len(letters)


@cache
def _load_detector():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
