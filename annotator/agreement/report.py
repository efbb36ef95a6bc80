"""The coders of one body of articles side by side: figures with intervals, and each sentence in which they differ."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotator.agreement.alpha import count_coincidences, measure_alpha, measure_kappa, measure_specific
from annotator.agreement.rules import find_rule
from annotator.errors import InputError
from annotator.evaluation.metrics import Estimate, Score, draw_weights, make_estimate, score_counts
from annotator.evaluation.spans import count_spans, join_pieces
from annotator.labelled import LabelledArticle, LabelledSentence
from annotator.labels import ANONYMOUS_TYPES, LABELS, SOURCE_TYPES, SPAN_ROLES

FIELDS: dict[str, tuple[str, ...]] = {"label": LABELS, "anonymous": ("yes", "no"), "source_type": SOURCE_TYPES}
SPAN_MEASURES = ("exact", "overlap")
Place = tuple[str, int, int]  # article, start, end


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """One field: units with a value of two coders or more, alpha, kappa (two coders) and agreement by class."""

    units: int
    alpha: Estimate
    kappa: Estimate | None
    classes: dict[str, Estimate]
    chosen: dict[str, int]  # by class, over all coders


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A sentence with different labels: where, its words, what each coder says, and the rule that decides such a pair."""

    article: str
    start: int
    end: int
    text: str
    values: dict[str, str | None]
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """The row of a table; one column a coder."""
        where = {"article": self.article, "start": self.start, "end": self.end}
        return where | self.values | {"text": self.text, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class Agreement:
    """All figures over the articles that two coders or more have; `alone` counts sentences that only one has coded."""

    coders: tuple[str, ...]
    articles: int
    fields: dict[str, FieldAgreement]
    spans: dict[tuple[str, str], dict[str, dict[str, Score]]]  # by pair of coders, role and measure
    alone: dict[str, int]
    disagreements: tuple[Disagreement, ...]


def measure_agreement(codings: Mapping[str, Sequence[LabelledArticle]]) -> Agreement:
    """Compare codings by coder. Articles are the same by id, sentences by offsets; intervals are 95%, by bootstrap over articles.

    Raises InputError for less than two coders, articles of one id with different texts, or nothing that two have coded.
    """
    coders = tuple(codings)
    if len(coders) < 2:
        raise InputError("agreement takes two coders: give two files or more")
    texts = _check_texts(codings)
    units: dict[Place, dict[str, LabelledSentence]] = {}
    for coder, articles in codings.items():
        for article in articles:
            for row in article.sentences:
                if row.label is not None:
                    units.setdefault((article.id, row.start, row.end), {})[coder] = row
    shared = {place: rows for place, rows in units.items() if len(rows) >= 2}
    if not shared:
        raise InputError(
            f"{' and '.join(coders)} have no sentence in common; coders must label the same sentences of the same texts"
        )
    ids = list(dict.fromkeys(place[0] for place in shared))
    fields = {
        name: result
        for name, classes in FIELDS.items()
        if (result := _measure_field(name, classes, coders, shared, ids)) is not None
    }
    alone = Counter(next(iter(rows)) for rows in units.values() if len(rows) == 1)
    return Agreement(
        coders,
        len(ids),
        fields,
        _measure_spans(codings, ids),
        {coder: alone[coder] for coder in coders},
        tuple(_list_disagreements(shared, texts, coders)),
    )


def _check_texts(codings: Mapping[str, Sequence[LabelledArticle]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for coder, articles in codings.items():
        for article in articles:
            if texts.setdefault(article.id, article.text) != article.text:
                raise InputError(
                    f"{coder}: article {article.id} has another text than with the coder before; compare codings of one text"
                )
    return texts


def _value(row: LabelledSentence | None, name: str) -> str | None:
    if row is None:
        return None
    if name == "label":
        return row.label
    if row.source_type is None:
        return None
    return row.source_type if name == "source_type" else "yes" if row.source_type in ANONYMOUS_TYPES else "no"


def _measure_field(name, classes, coders, shared, ids) -> FieldAgreement | None:
    """None where no unit has two values."""
    by_article: dict[str, list[list[str | None]]] = {article: [] for article in ids}
    for (article, *_), rows in shared.items():
        values = [_value(rows.get(coder), name) for coder in coders]
        if sum(value is not None for value in values) >= 2:
            by_article[article].append(values)
    units = sum(map(len, by_article.values()))
    if not units:
        return None
    tables = np.stack([count_coincidences(rows, classes) for rows in by_article.values()])
    weights = draw_weights(len(ids))
    drawn = np.tensordot(weights, tables, axes=1)
    table = tables.sum(axis=0)
    specific, samples = measure_specific(table), measure_specific(drawn)
    chosen = Counter(value for rows in by_article.values() for values in rows for value in values if value is not None)
    kappa = None
    if len(coders) == 2:
        crossed = np.stack([_cross(rows, classes) for rows in by_article.values()])
        kappa = make_estimate(measure_kappa(crossed.sum(axis=0)), measure_kappa(np.tensordot(weights, crossed, axes=1)))
    return FieldAgreement(
        units,
        make_estimate(measure_alpha(table), measure_alpha(drawn)),
        kappa,
        {one: make_estimate(specific[i], samples[:, i]) for i, one in enumerate(classes) if chosen[one]},
        {one: chosen[one] for one in classes if chosen[one]},
    )


def _cross(rows: Sequence[Sequence[str | None]], classes: Sequence[str]) -> np.ndarray:
    table = np.zeros((len(classes), len(classes)))
    for first, second in rows:
        table[classes.index(first), classes.index(second)] += 1
    return table


def _measure_spans(codings, ids) -> dict[tuple[str, str], dict[str, dict[str, Score]]]:
    """F1 of the spans of each two coders, over the articles in which both have spans."""
    found = {}
    by_coder = {coder: {item.id: item for item in articles if item.spans_known} for coder, articles in codings.items()}
    for one, other in itertools.combinations(codings, 2):
        both = [(by_coder[one][i], by_coder[other][i]) for i in ids if i in by_coder[one] and i in by_coder[other]]
        if not both:
            continue
        weights = draw_weights(len(both))
        found[one, other] = {}
        for role in SPAN_ROLES:
            counts = [
                count_spans(a.text, [row.span for row in a.sentences], _pieces(a, role), _pieces(b, role))
                for a, b in both
            ]
            found[one, other][role] = {
                measure: score_counts(
                    [item[measure].hits for item in counts],
                    [item[measure].predicted for item in counts],
                    [item[measure].gold for item in counts],
                    weights,
                )
                for measure in SPAN_MEASURES
            }
    return found


def _pieces(article: LabelledArticle, role: str) -> set:
    claims: dict[object, list] = {}
    for number, span in enumerate(article.spans):
        if span.label == role:
            claims.setdefault(span.claim if span.claim is not None else number, []).append(span.span)
    return {piece for spans in claims.values() for piece in join_pieces(article.text, spans)}


def _list_disagreements(shared, texts, coders):
    for (article, start, end), rows in sorted(shared.items(), key=lambda item: item[0]):
        values = {coder: _value(rows.get(coder), "label") for coder in coders}
        kinds = {value for value in values.values() if value is not None}
        if len(kinds) > 1:
            words = " ".join(texts[article][start:end].split())
            yield Disagreement(article, start, end, words, values, find_rule(kinds))
