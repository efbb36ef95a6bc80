"""Source linking: whether the claims of a gold sentence resolve to its canonical source, and how that source is typed.

A gold claim is a sentence with a claim label; the prediction is any source of the claims of the predicted sentence that
covers most of it. A claim that was missed or left without a source counts as wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.evaluation.metrics import Estimate, Score, estimate_share, score_counts
from annotator.evaluation.names import PRONOUNS, match_names, match_names_loosely
from annotator.labelled import LabelledArticle, LabelledSentence
from annotator.labels import ANONYMOUS_TYPES, NARRATION
from annotator.records import Annotation, Sentence, Source

# How the gold sentence names its source: by a pronoun, not at all (inherited), or by words of its own.
FORMS = ("pronoun", "inherited", "explicit")


@dataclass(frozen=True, slots=True)
class SourceScores:
    """Linking by form of mention (and `all`), strict and lenient; typing and anonymity of the sources."""

    strict: dict[str, Estimate]
    lenient: dict[str, Estimate]
    claims: dict[str, int]
    linked: Estimate  # share of claims with any predicted source
    type_accuracy: Estimate  # claims without a predicted source count as wrong
    type_accuracy_linked: Estimate  # among claims with a predicted source
    anonymous: Score  # source anonymous or not, among claims with a predicted source
    anonymity_type_accuracy: Estimate  # among claims with a predicted source, where gold gives the type

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        forms = {
            form: {
                "strict": self.strict[form].to_dict(),
                "lenient": self.lenient[form].to_dict(),
                "claims": self.claims[form],
            }
            for form in self.claims
        }
        shares = ("linked", "type_accuracy", "type_accuracy_linked", "anonymity_type_accuracy")
        return {"canonical": forms, "anonymous": self.anonymous.to_dict()} | {
            name: getattr(self, name).to_dict() for name in shares
        }


def count_sources(gold: LabelledArticle, annotation: Annotation | None, aligned: Sequence[Sentence | None]) -> Counter:
    """Counts of one article for `score_sources`; without an annotation every claim is missed."""
    sources = {source.id: source for source in annotation.sources} if annotation else {}
    by_sentence: dict[int, list[Source]] = {}
    for claim in annotation.claims if annotation else ():
        if claim.source_id in sources:
            for number in claim.sentence_ids:
                by_sentence.setdefault(number, []).append(sources[claim.source_id])
    counts: Counter = Counter()
    for sentence, partner in zip(gold.sentences, aligned, strict=True):
        if sentence.label not in (None, NARRATION) and sentence.source_type != "unresolved":
            candidates = by_sentence.get(partner.id, []) if partner else []
            _count_claim(counts, gold.text, sentence, candidates)
    return counts


def score_sources(counts: Sequence[Counter], weights: np.ndarray) -> SourceScores | None:
    """Scores from the counts of all articles, or None where gold names no source."""

    def share(hits: str, totals: str) -> Estimate:
        return estimate_share([c[hits] for c in counts], [c[totals] for c in counts], weights)

    forms = ("all", *FORMS)
    if not any(c["all"] for c in counts):
        return None
    return SourceScores(
        strict={form: share(f"strict {form}", form) for form in forms},
        lenient={form: share(f"lenient {form}", form) for form in forms},
        claims={form: sum(c[form] for c in counts) for form in forms},
        linked=share("linked", "all"),
        type_accuracy=share("type right", "typed"),
        type_accuracy_linked=share("type right", "typed linked"),
        anonymous=score_counts(
            [c["anonymous both"] for c in counts],
            [c["anonymous predicted"] for c in counts],
            [c["anonymous gold"] for c in counts],
            weights,
        ),
        anonymity_type_accuracy=share("anonymity right", "anonymity linked"),
    )


def classify_form(text: str, sentence: LabelledSentence) -> str:
    """One of FORMS for a gold claim sentence."""
    if sentence.source is None:
        return "inherited"
    words = text[sentence.source.start : sentence.source.end].strip().casefold()
    return "pronoun" if words in PRONOUNS else "explicit"


def rank_match(sentence: LabelledSentence, source: Source) -> int:
    """2 where the name of the source is right (strict), 1 where it is right leniently, else 0."""
    if source.name is None:
        return 0
    person = sentence.source_type == "named_person"
    names = {sentence.source_name, *sentence.source_names} - {None}
    if any(match_names(name, source.name, person) for name in names):
        return 2
    return int(any(match_names_loosely(name, source.name, person) for name in names))


def _count_claim(counts: Counter, text: str, sentence: LabelledSentence, candidates: Sequence[Source]) -> None:
    """Add one gold claim; of several predicted sources the one that fits best is judged."""
    source = max(candidates, key=lambda item: rank_match(sentence, item), default=None)
    if sentence.source_name is not None:
        rank = rank_match(sentence, source) if source else 0
        for form in ("all", classify_form(text, sentence)):
            counts[form] += 1
            counts[f"strict {form}"] += rank == 2
            counts[f"lenient {form}"] += rank >= 1
        counts["linked"] += source is not None
    if sentence.source_type is not None:
        counts["typed"] += 1
        if source:
            counts["typed linked"] += 1
            counts["type right"] += source.type in (sentence.source_type, *sentence.source_types)
            anonymous = sentence.source_type in ANONYMOUS_TYPES
            counts["anonymous gold"] += anonymous
            counts["anonymous predicted"] += source.anonymous
            counts["anonymous both"] += anonymous and source.anonymous
    if sentence.anonymity_type is not None and source:
        counts["anonymity linked"] += 1
        counts["anonymity right"] += source.anonymity_type == sentence.anonymity_type
