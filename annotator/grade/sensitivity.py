"""Does a band hang on one number of the rubric? (rubric R1: ship a sensitivity check)"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from annotator.grade.rubric import Rubric, vary_weights

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class BandChange:
    """A weight (`table.key`) which, moved by `change`, gives another band."""

    weight: str
    change: int
    band: str


def band_sensitivity(find_band: Callable[[Rubric], str], rubric: Rubric) -> tuple[BandChange, ...]:
    """Every single weight or cap that changes a band when it moves by one; empty where the band stands.

    `find_band` gives the band under a rubric, of a source or of an article::

        band_sensitivity(lambda other: grade_source(source, other).band, rubric)
        band_sensitivity(lambda other: profile_article(sentences, claims, sources, other).band, rubric)
    """
    band = find_band(rubric)
    tried = ((weight, change, find_band(moved)) for weight, change, moved in vary_weights(rubric))
    return tuple(BandChange(*item) for item in tried if item[2] != band)


def describe_sensitivity(changes: Sequence[BandChange]) -> str:
    """What `band_sensitivity` found, on one line."""
    if not changes:
        return "the band stands if any one weight or cap moves by 1"
    named = ", ".join(f"{item.weight} {item.change:+d} ({item.band})" for item in changes[:_SHOWN])
    more = f", and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
    return f"the band hangs on single weights: {named}{more}"
