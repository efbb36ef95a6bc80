"""Augmentation of training articles that keeps every label certain.

Each kind makes its own edits and moves sentences, sources and spans with them; a kind that is not sure does nothing.
The kinds run in a fixed order, so that the same seed gives the same article.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields

from annotator.errors import ConfigError
from annotator.labelled import LabelledArticle
from annotator.training.edits import Edit, apply_edits
from annotator.training.form import change_cues, change_layout, convert_quotes, move_attributions
from annotator.training.names import rename_people
from annotator.training.swap import anonymise_sources, identify_sources

__all__ = ["AugmentOptions", "Edit", "apply_edits", "augment_article"]


@dataclass(frozen=True, slots=True)
class AugmentOptions:
    """The probability, per article, that a kind is tried; 0 turns it off. Raises ConfigError outside 0-1."""

    anonymise: float = 0.5
    identify: float = 0.3
    rename: float = 0.5
    move: float = 0.15
    cues: float = 0.5
    quotes: float = 0.35
    layout: float = 0.2

    def __post_init__(self) -> None:
        for option in fields(self):
            value = getattr(self, option.name)
            if not 0 <= value <= 1:
                raise ConfigError(f"augmentation option {option.name}={value}: give a probability from 0 to 1")


_KINDS = {
    "anonymise": anonymise_sources,
    "identify": identify_sources,
    "rename": rename_people,
    "move": move_attributions,
    "cues": change_cues,
    "quotes": convert_quotes,
    "layout": change_layout,
}


def augment_article(
    article: LabelledArticle, rng: random.Random, options: AugmentOptions = AugmentOptions()
) -> LabelledArticle:
    """A changed copy of the article in which every label, source and span still holds; the id stays."""
    for kind, change in _KINDS.items():
        if rng.random() < getattr(options, kind):
            article = change(article, rng)
    return article
