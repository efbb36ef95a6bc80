"""Articles of the training data that also stand, whole or in large part, in the data that a model is scored on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from annotator.labelled import LabelledArticle

_WORDS = 8
_TWIN = 0.2
"""Share of an article's runs of eight words that may stand in a scored text; quotations and stock phrases stay well below."""
_WORD = re.compile(r"\w+")


def drop_twins(articles: Sequence[LabelledArticle], scored: Iterable[str]) -> tuple[list[LabelledArticle], list[str]]:
    """Split training articles into those to keep and the ids of those that are near-duplicates of a scored text."""
    known = {shingle for text in scored for shingle in _shingles(text)}
    kept, dropped = [], []
    for article in articles:
        own = _shingles(article.text)
        if own and len(own & known) > _TWIN * len(own):
            dropped.append(article.id)
        else:
            kept.append(article)
    return kept, dropped


def _shingles(text: str) -> set[int]:
    words = _WORD.findall(text.lower())
    return {hash(tuple(words[i : i + _WORDS])) for i in range(len(words) - _WORDS + 1)}
