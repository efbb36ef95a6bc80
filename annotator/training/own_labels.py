"""`--labels`: what a user's words mean in our labels, and which labels the user adds beside them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotator.errors import ConfigError
from annotator.formats.naming import KNOWN, suggest_name
from annotator.labels import LABELS

_LIKENESS = 0.9  # ratio of difflib from which two labels of a user are taken for one that is misspelt
_MOST, _LONGEST = 50, 60


@dataclass(frozen=True, slots=True)
class UserLabels:
    """`names` says what each word of a user stands for; `own` are the labels of the user's that are none of ours."""

    names: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()


def parse_labels(texts: Sequence[str]) -> UserLabels:
    """Read `word=label,word=label,own,...`.

    `claim=attributed_claim` reads the word `claim` in the data as our label; a word alone is a label of the user's own. Raises
    ConfigError for a label that is not known, and for an own label that is nearly one of ours or another of the user's.
    """
    names: dict[str, str] = {}
    for entry in (part.strip() for text in texts for part in text.split(",")):
        word, equals, label = (part.strip() for part in entry.partition("="))
        if not word or (equals and not label):
            raise ConfigError(f"--labels {entry!r}: give words, or word=label, with commas between them")
        if word in names:
            raise ConfigError(f"--labels: {word!r} is given twice")
        names[word] = _check_known(word, label) if equals else _check_own(word)
    own = tuple(word for word, label in names.items() if label == word and word not in LABELS)
    _check_apart(own)
    return UserLabels(names, own)


def _check_known(word: str, label: str) -> str:
    if label not in LABELS:
        meant = suggest_name(label, LABELS)
        hint = f"did you mean {meant}?" if meant else f"the labels are {', '.join(LABELS)}"
        raise ConfigError(f"--labels {word}={label}: {label!r} is no label of ours; {hint}")
    if word in KNOWN and word != label:
        raise ConfigError(
            f"--labels {word}={label}: {word} is a label itself, with another meaning; rename it in the data"
        )
    return label


def _check_own(word: str) -> str:
    if word in LABELS:
        return word
    meant = suggest_name(word)
    if meant in LABELS:
        raise ConfigError(
            f"--labels {word}: is nearly our label {meant}; write {word}={meant} if it means the same, else give it a name that "
            "cannot be mistaken"
        )
    if meant:
        raise ConfigError(f"--labels {word}: is nearly {meant}, which is a span and no label of sentences; rename it")
    if len(word) > _LONGEST or not word.isprintable():
        raise ConfigError(f"--labels {word!r:.80}: give a name of at most {_LONGEST} characters that can be printed")
    return word


def _check_apart(own: Sequence[str]) -> None:
    if len(own) > _MOST:
        raise ConfigError(f"--labels: {len(own)} labels of your own; at most {_MOST} can be learnt")
    plain = [re.sub(r"[\W_]+", " ", word).strip().casefold() for word in own]
    for second in range(len(own)):
        for first in range(second):
            matcher = difflib.SequenceMatcher(None, plain[first], plain[second])
            if plain[first] == plain[second] or matcher.ratio() >= _LIKENESS:
                raise ConfigError(
                    f"--labels: {own[first]!r} and {own[second]!r} are nearly the same; keep one, or rename it"
                )
