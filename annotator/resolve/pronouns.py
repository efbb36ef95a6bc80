"""Pronouns and bare anaphors ("the man"): a score for every candidate in reach, the best one wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.records import Span
from annotator.resolve.lexicon import (
    FEMININE_NOUNS,
    MASCULINE_NOUNS,
    PLURAL_PRONOUNS,
    PRONOUNS,
    SINGULAR_PRONOUNS,
    THING_PRONOUNS,
)
from annotator.resolve.mentions import noun_class
from annotator.resolve.roster import Entity

if TYPE_CHECKING:
    from annotator.resolve.link import Linker

REACH = 40  # names looked at before the pronoun
DISTANCE = 1.0  # lost per sentence between
SUBJECT = 1.0
LAST_SPEAKER = 1.8
QUOTED = -2.5
POSSESSIVE = -0.7
SAME_GENDER = 0.6
OTHER_GENDER = -6.0
UNKNOWN_KIND = -0.8
PLACED = -2.5
ONE_WORD = -1.5
POINTED = 5.0
LINKED = 0.6
UNLIKE = 3.0  # lost where the model finds one of them anonymous and the other not


def choose_antecedent(linker: Linker, index: int, pronoun: str | None = None) -> Entity | None:
    """The entity that a pronoun or bare anaphor stands for; None where nothing fits.

    `pronoun` asks for that of a pronoun within the mention instead, such as the "his" of "his lawyer".
    """
    mention = linker.mentions[index]
    noun = pronoun or mention.noun or ""
    wanted, gender = _wanted(noun, mention.plural and pronoun is None)
    here = linker.layout.sentence_at(mention.span.start)
    scores: dict[int, float] = {}
    entities: dict[int, Entity] = {}

    bare = noun not in PRONOUNS

    def offer(entity: Entity | None, score: float) -> None:
        if entity is None or not _fits(entity, wanted):
            return
        if bare and wanted == "person" and entity.kind == "unknown" and len(entity.key) == 1 and not entity.gender:
            return  # "the mayor" is nobody of whom the article only gives one word
        score += _agree(entity, gender, wanted)
        if score > scores.get(id(entity), float("-inf")):
            scores[id(entity)] = score
            entities[id(entity)] = entity

    for rank, name in enumerate(linker.roster.before(mention.span.start, REACH)):
        entity = linker.roster.at(name)
        sentence = linker.layout.sentence_at(name.start)
        score = -DISTANCE * (here - sentence) - 0.02 * rank
        subject = linker.layout.subject(linker.roster, sentence)
        score += SUBJECT if subject is name else 0.0
        score += QUOTED if linker.layout.quoted(name.start) else 0.0
        score += POSSESSIVE if name.possessive else 0.0
        score += LINKED if entity.claims else 0.0
        offer(entity, score)
    for rank, other in enumerate(reversed(linker.history[-12:])):
        entity = linker.entities[other]
        sentence = linker.layout.sentence_at(linker.place(other))
        offer(entity, -DISTANCE * (here - sentence) + (LAST_SPEAKER if rank == 0 else 0.0) + LINKED + SUBJECT * 0.5)
    for span, share in _pointer(linker, index):
        entity = linker.entity_at(span, index)
        if entity is not None and _fits(entity, wanted):
            offer(entity, scores.get(id(entity), -3.0) + POINTED * share)
    if not scores:
        return None
    for key, entity in entities.items():
        scores[key] -= UNLIKE * linker.measure_unlikeness(index, entity)
    best = max(scores, key=lambda key: (scores[key], -entities[key].first))
    chosen = entities[best]
    if wanted == "person" and chosen.kind != "described":
        chosen.gender = chosen.gender or gender  # who was "he" once is no "she" later
    return chosen


def _pointer(linker: Linker, index: int) -> tuple[tuple[Span, float], ...]:
    scores = linker.claims[index].scores
    return scores.pointer if scores is not None else ()


def _wanted(noun: str, plural: bool) -> tuple[str, str | None]:
    """What a pronoun or noun may stand for (person, many, thing) and its gender."""
    if noun in SINGULAR_PRONOUNS:
        return "person", SINGULAR_PRONOUNS[noun]
    if noun in PLURAL_PRONOUNS:
        return "many", None
    if noun in THING_PRONOUNS or noun in ("which", "that"):
        return "thing", None
    if noun_class(noun) == "group" or plural:
        return "many", None
    gender = "m" if noun in MASCULINE_NOUNS else "f" if noun in FEMININE_NOUNS else None
    return "person", gender


def _fits(entity: Entity, wanted: str) -> bool:
    if wanted == "person":
        return entity.kind in ("person", "described", "unknown")
    if wanted == "thing":
        return entity.kind in ("org", "place", "document", "unknown")
    return entity.kind in ("group", "org", "place", "unknown", "document", "described")


def _agree(entity: Entity, gender: str | None, wanted: str) -> float:
    score = UNKNOWN_KIND if entity.kind in ("unknown", "place") and not entity.claims else 0.0
    if wanted == "person" and entity.kind == "unknown" and len(entity.key) == 1 and entity.gender is None:
        score += ONE_WORD if not entity.claims else ONE_WORD / 2
    if wanted in ("person", "many") and entity.placed and entity.kind != "person" and not entity.claims:
        score += PLACED
    if gender is not None and entity.gender is not None:
        score += SAME_GENDER if gender == entity.gender else OTHER_GENDER
    if wanted == "many" and entity.kind == "group":
        score += 2.0
    if wanted == "many" and entity.kind == "described":
        score -= 1.5
    if wanted == "many" and entity.kind == "place":
        score -= 0.5
    return score
