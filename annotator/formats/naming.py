"""Labels as people write them -> the labels of `annotator.labels`, or the one that was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from annotator.labels import LABELS, SPAN_ROLES

KNOWN = (*LABELS, *SPAN_ROLES)
LIKENESS = 0.8  # ratio of difflib: above it, a misspelling
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORTEST = 3


def suggest_name(name: str, known: Sequence[str] = KNOWN) -> str | None:
    """The known name that was probably meant, None where none or several come into question.

    `Attributed claim` -> attributed_claim, `anon` -> anonymous_source_claim, `direct-qoute` -> direct_quote; `claim` -> None.
    """
    plain = re.sub(r"\W+", "_", _CAMEL.sub("_", name)).strip("_").casefold()
    if plain in known:
        return plain
    if len(plain) >= _SHORTEST:
        begun = [item for item in known if any(word.startswith(plain) for word in (item, *item.split("_")))]
        if len(begun) == 1:
            return begun[0]
    close = difflib.get_close_matches(plain, known, 1, LIKENESS)
    return close[0] if close else None


def rank_label(label: str) -> int:
    """The place of a sentence label in the codebook's order of precedence; a label of the user's stands above all."""
    return LABELS.index(label) if label in LABELS else len(LABELS)


def is_role(label: str | None) -> bool:
    """Whether a label as written means source, cue or content."""
    return label is not None and (suggest_name(label) or label) in SPAN_ROLES
