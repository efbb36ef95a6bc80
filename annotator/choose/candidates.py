"""The sentences of annotated articles that a coder could be asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.labels import LABELS

SHORTEST = 3  # words; less is a heading or a torn line


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence: its article, its place among the sentences there, and the model's probability of each of LABELS."""

    article: str
    sentence: int
    text: str
    probabilities: tuple[float, ...]

    @property
    def margin(self) -> float:
        """How far the likeliest label is ahead of the next, 0 to 1."""
        first, second = sorted(self.probabilities, reverse=True)[:2]
        return first - second


def list_candidates(record: Mapping[str, Any], known: Collection[str] = frozenset()) -> Iterator[Candidate]:
    """The candidates of one line of annotations.jsonl: no boilerplate, not too short, not in `known` (`fold`)."""
    text = record["article"]["text"]
    for position, sentence in enumerate(record["sentences"]):
        words = text[sentence["start"] : sentence["end"]]
        if sentence["zone"] != "boilerplate" and len(words.split()) >= SHORTEST and fold(words) not in known:
            shares = tuple(float(sentence["probabilities"].get(label, 0.0)) for label in LABELS)
            yield Candidate(record["article"]["id"], position, words, shares)


def fold(words: str) -> str:
    """The form in which sentences are told to be the same: no case, white space made single."""
    return " ".join(words.casefold().split())
