"""Labelled articles against the annotations of the production pipeline.

Predicted sentences come from our own segmenter, so they can differ from the gold ones: a gold sentence takes the label,
the confidence and the claims of the predicted sentence that covers most of it (`align`). Gold sentences without a label
are passed over. An article that could not be annotated stays in: its sentences have no prediction, which is wrong, and
it is listed. Span figures take the attributions in narration (`attitudes`) with the claims, as span corpora do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from annotator.errors import InputError
from annotator.evaluation.align import align_sentences
from annotator.evaluation.graded import GradedSource, score_grades
from annotator.evaluation.metrics import (
    NO_PREDICTION,
    Score,
    draw_weights,
    estimate_share,
    list_reliability,
    measure_calibration_error,
    score_confusions,
    score_counts,
)
from annotator.evaluation.report import GroupScore, Report, SpanScores, WrongLabel
from annotator.evaluation.sources import count_sources, score_sources
from annotator.evaluation.spans import (
    MEASURES,
    TUPLE_MEASURES,
    Counts,
    JaccardSum,
    count_spans,
    count_tuples,
    list_gold_claims,
    list_predicted_claims,
    sum_jaccard,
)
from annotator.labelled import LabelledArticle
from annotator.labels import LABELS, SPAN_ROLES
from annotator.records import Annotation, Article, Failure, Sentence

if TYPE_CHECKING:
    from annotator.pipeline import Annotator

GROUPINGS = ("collection", "outlet", "beat")
LENGTHS = ((15, "up to 15 sentences"), (40, "16 to 40 sentences"), (float("inf"), "more than 40 sentences"))
_CALIBRATION_BINS = (10, 15)
_COLUMNS = {label: i for i, label in enumerate((*LABELS, NO_PREDICTION))}


@dataclass(frozen=True, slots=True)
class _Tally:
    """What one article adds to the figures."""

    gold: LabelledArticle
    aligned: tuple[Sentence | None, ...]
    confusion: np.ndarray  # (labels, labels + 1)
    exact_boundaries: int
    sources: Counter
    spans: dict[str, dict[str, Counts]] | None
    jaccard: dict[str, JaccardSum] | None
    tuples: dict[str, Counts] | None

    def pairs(self) -> Iterator[tuple[int, str, Sentence | None]]:
        """Position, gold label and predicted sentence of each labelled sentence."""
        for position, (sentence, partner) in enumerate(zip(self.gold.sentences, self.aligned, strict=True)):
            if sentence.label is not None:
                yield position, sentence.label, partner


def evaluate_model(annotator: Annotator, gold: Sequence[LabelledArticle]) -> Report:
    """Annotate the texts of labelled articles and compare."""
    return evaluate_annotations(gold, annotate_gold(annotator, gold))


def annotate_gold(annotator: Annotator, gold: Sequence[LabelledArticle]) -> list[Annotation | Failure]:
    """What the production pipeline says of the texts of labelled articles, in their order."""
    return list(annotator.annotate_many(make_article(item) for item in gold))


def count_confusions(gold: Sequence[LabelledArticle], annotations: Iterable[Annotation | Failure]) -> np.ndarray:
    """One confusion matrix an article: (articles, labels, labels + 1), rows gold, the last column no prediction.

    Raises InputError as `evaluate_annotations` does.
    """
    return np.stack([tally.confusion for tally in _tally_articles(gold, annotations)])


def make_article(gold: LabelledArticle) -> Article:
    """The article that the pipeline gets to see: text, title and outlet, as a reader would give it."""
    return Article(gold.id, gold.text, title=gold.meta.get("title"), outlet=gold.meta.get("outlet"))


def evaluate_annotations(
    gold: Sequence[LabelledArticle],
    annotations: Iterable[Annotation | Failure],
    graded: Mapping[str, Sequence[GradedSource]] | None = None,
) -> Report:
    """Compare annotations with labelled articles, one annotation an article, in the same order; with the graded sources of the
    articles (`read_graded`) also the grades.

    Raises InputError where there are no labelled articles, or an annotation is missing, too many or of another text.
    """
    results = list(annotations)
    tallies = _tally_articles(gold, results)
    weights = draw_weights(len(tallies))
    confusions = np.stack([tally.confusion for tally in tallies])
    with_spans = [tally for tally in tallies if tally.spans is not None]
    return Report(
        articles=len(gold),
        sentences=int(confusions.sum()),
        skipped=sum(sentence.label is None for item in gold for sentence in item.sentences),
        failures=tuple(result for result in results if isinstance(result, Failure)),
        boundaries=estimate_share(
            [tally.exact_boundaries for tally in tallies], [len(item.sentences) for item in gold], weights
        ),
        labels=score_confusions(confusions, weights),
        **_score_confidence(tallies, weights),
        **_score_spans(with_spans),
        sources=score_sources([tally.sources for tally in tallies], weights),
        groups=_score_groups(tallies),
        errors=_list_errors(tallies),
        grades=score_grades(gold, results, graded) if graded is not None else None,
    )


def _tally_articles(gold: Sequence[LabelledArticle], annotations: Iterable[Annotation | Failure]) -> list[_Tally]:
    results = list(annotations)
    if not gold:
        raise InputError("there are no labelled articles to evaluate on; give a labelled file with at least one")
    if len(gold) != len(results):
        raise InputError(f"{len(results)} annotations for {len(gold)} labelled articles; give one for each, in order")
    return [_tally_article(item, result) for item, result in zip(gold, results, strict=True)]


def _tally_article(gold: LabelledArticle, result: Annotation | Failure) -> _Tally:
    annotation = result if isinstance(result, Annotation) else None
    if annotation and annotation.article.text != gold.text:
        raise InputError(
            f"{gold.id}: the annotation is of another text ({annotation.article.id}); "
            "give annotations in the order of the gold file"
        )
    predicted = annotation.sentences if annotation else ()
    boundaries = [sentence.span for sentence in gold.sentences]
    aligned = tuple(align_sentences(boundaries, predicted))
    confusion = np.zeros((len(LABELS), len(LABELS) + 1), dtype=int)
    for sentence, partner in zip(gold.sentences, aligned, strict=True):
        if sentence.label is not None:
            column = partner.label if partner and partner.label else NO_PREDICTION
            confusion[_COLUMNS[sentence.label], _COLUMNS[column]] += 1
    spans = jaccard = tuples = None
    if gold.spans_known:
        gold_claims = list_gold_claims(gold)
        claims = list_predicted_claims(gold.text, (*annotation.claims, *annotation.attitudes) if annotation else ())
        pooled = {role: (_pool_spans(gold_claims, role), _pool_spans(claims, role)) for role in SPAN_ROLES}
        spans = {role: count_spans(gold.text, boundaries, *pair) for role, pair in pooled.items()}
        jaccard = {role: sum_jaccard(*pair) for role, pair in pooled.items()}
        tuples = count_tuples(gold.text, gold_claims, claims)
    return _Tally(
        gold,
        aligned,
        confusion,
        sum(partner is not None and partner.span == span for span, partner in zip(boundaries, aligned, strict=True)),
        count_sources(gold, annotation, aligned),
        spans,
        jaccard,
        tuples,
    )


def _pool_spans(claims, role: str) -> set:
    return {span for claim in claims for span in claim[role]}


def _score_confidence(tallies: Sequence[_Tally], weights: np.ndarray) -> dict[str, Any]:
    """Calibration and the use of `needs_review`, over gold sentences that have a prediction with a confidence."""
    confidences, right = [], []
    counts = np.zeros((len(tallies), 4))  # in review, in review and right, outside, outside and right
    for row, tally in zip(counts, tallies, strict=True):
        for _, label, partner in tally.pairs():
            if partner is None:
                continue
            correct = partner.label == label
            row[0 if partner.needs_review else 2] += 1
            row[1 if partner.needs_review else 3] += correct
            if partner.confidence is not None:
                confidences.append(partner.confidence)
                right.append(correct)
    inside, inside_right, outside, outside_right = counts.T
    return {
        "reliability": list_reliability(confidences, right, _CALIBRATION_BINS[0]),
        "calibration_error": {bins: measure_calibration_error(confidences, right, bins) for bins in _CALIBRATION_BINS},
        "review_share": estimate_share(inside, inside + outside, weights),
        "accuracy_in_review": estimate_share(inside_right, inside, weights),
        "accuracy_outside_review": estimate_share(outside_right, outside, weights),
    }


def _score_spans(tallies: Sequence[_Tally]) -> dict[str, Any]:
    """Span and tuple scores over the articles that have gold spans."""
    if not tallies:
        return {"spans": None, "tuples": None}
    weights = draw_weights(len(tallies))

    def score(counts: list[Counts]) -> Score:
        return score_counts(
            [item.hits for item in counts],
            [item.predicted for item in counts],
            [item.gold for item in counts],
            weights,
            [item.found for item in counts],
        )

    spans = {
        role: SpanScores(
            {name: score([tally.spans[role][name] for tally in tallies]) for name in MEASURES},
            estimate_share(
                [tally.jaccard[role].total for tally in tallies],
                [tally.jaccard[role].spans for tally in tallies],
                weights,
            ),
        )
        for role in SPAN_ROLES
    }
    return {
        "spans": spans,
        "tuples": {name: score([tally.tuples[name] for tally in tallies]) for name in TUPLE_MEASURES},
    }


def _score_groups(tallies: Sequence[_Tally]) -> dict[str, dict[str, GroupScore]]:
    """Scores per value of each of GROUPINGS that the gold file gives, and by length; largest group first."""
    groups: dict[str, dict[str, list[np.ndarray]]] = {}
    for tally in tallies:
        for key in GROUPINGS:
            if tally.gold.meta.get(key):
                groups.setdefault(key, {}).setdefault(str(tally.gold.meta[key]), []).append(tally.confusion)
        length = next(name for most, name in LENGTHS if len(tally.gold.sentences) <= most)
        groups.setdefault("length", {}).setdefault(length, []).append(tally.confusion)
    return {
        key: dict(
            sorted(
                ((name, _score_group(confusions)) for name, confusions in members.items()),
                key=lambda item: (-item[1].sentences, item[0]),
            )
        )
        for key, members in groups.items()
    }


def _score_group(confusions: list[np.ndarray]) -> GroupScore:
    scores = score_confusions(np.stack(confusions), draw_weights(len(confusions), resamples=1))
    sentences = int(sum(confusion.sum() for confusion in confusions))
    return GroupScore(len(confusions), sentences, scores.macro_f1.value, scores.accuracy.value)


def _list_errors(tallies: Sequence[_Tally]) -> tuple[WrongLabel, ...]:
    errors = []
    for tally in tallies:
        text, sentences = tally.gold.text, tally.gold.sentences

        def words(position: int, text=text, sentences=sentences) -> str:
            if not 0 <= position < len(sentences):
                return ""
            return " ".join(text[sentences[position].start : sentences[position].end].split())

        for position, label, partner in tally.pairs():
            predicted = partner.label if partner else None
            if predicted != label:
                confidence = partner.confidence if partner else None
                context = (words(position - 1), words(position), words(position + 1))
                errors.append(WrongLabel(tally.gold.id, label, predicted, confidence, *context))
    return tuple(sorted(errors, key=lambda error: -(error.confidence or 0.0)))
