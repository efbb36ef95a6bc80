"""After training: old and new model on the same articles, and in words whether it helped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from annotator.card import format_table
from annotator.evaluation import (
    Comparison,
    Report,
    annotate_gold,
    compare_annotations,
    evaluate_annotations,
    load_check_set,
)
from annotator.evaluation.align import align_sentences
from annotator.evaluation.compare import BETTER, WORSE, Difference
from annotator.evaluation.metrics import Score, draw_weights, score_counts
from annotator.evaluation.render import format_estimate
from annotator.labelled import LabelledArticle
from annotator.pipeline import Annotator
from annotator.records import Annotation, Failure

VALIDATION, CHECK_SET = "your validation articles", "check set"
_WORDS = {BETTER: "it helped", WORSE: "it hurt"}


@dataclass(frozen=True, slots=True)
class Measured:
    """The new model on one set of articles; `against` compares it with its base, None where that is a bare encoder."""

    name: str
    report: Report
    against: Comparison | None
    own: dict[str, Score]  # the labels of the user's, where there are any


def measure_model(new: Path, base: Path | None, validation: Sequence[LabelledArticle]) -> tuple[Measured, ...]:
    """Measure a new model, and the model it came from, on the validation articles and on the check set."""
    parts = {VALIDATION: validation, CHECK_SET: load_check_set()}
    annotator = Annotator.load(new)
    results = {name: annotate_gold(annotator, articles) for name, articles in parts.items()}
    old = Annotator.load(base) if base else None
    return tuple(
        Measured(
            name,
            evaluate_annotations(articles, results[name]),
            compare_annotations(articles, annotate_gold(old, articles), results[name]) if old else None,
            score_own_labels(articles, results[name], annotator.own_labels) if name == VALIDATION else {},
        )
        for name, articles in parts.items()
    )


def score_own_labels(
    gold: Sequence[LabelledArticle], results: Sequence[Annotation | Failure], names: Sequence[str]
) -> dict[str, Score]:
    """Precision, recall and F1 of each label that a user added, over the sentences that have a label of any kind."""
    counts = np.zeros((len(names), 3, len(gold)))  # right, predicted, gold
    for column, (article, result) in enumerate(zip(gold, results, strict=True)):
        predicted = result.sentences if isinstance(result, Annotation) else ()
        partners = align_sentences([sentence.span for sentence in article.sentences], predicted)
        for sentence, partner in zip(article.sentences, partners, strict=True):
            if sentence.label or sentence.own_label:
                told = partner.own_label if partner else None
                for row, name in enumerate(names):
                    here = (told == name == sentence.own_label, told == name, sentence.own_label == name)
                    counts[row, :, column] += here
    weights = draw_weights(len(gold))
    return {name: score_counts(*counts[row], weights) for row, name in enumerate(names)}


def say_whether_it_helped(measured: Sequence[Measured]) -> list[str]:
    """A sentence for each set of articles."""
    return [_say(item) for item in measured]


def format_report(measured: Sequence[Measured]) -> str:
    """The comparison as Markdown."""
    parts = [
        "# Did it help?",
        "\n".join(f"- {line}" for line in say_whether_it_helped(measured)),
        "Brackets hold 95% intervals of a paired bootstrap over articles. *Helped* and *hurt* are said only where the interval "
        "of the difference leaves 0 out; with few articles little can be told.",
    ]
    for item in measured:
        parts.append(f"## {item.name[0].upper()}{item.name[1:]}")
        parts.append(f"{item.report.articles} articles, {item.report.sentences} labelled sentences.")
        parts.append(_format_comparison(item.against) if item.against else _format_alone(item.report))
        if item.own:
            parts.append(_format_scores(item.own, "your label"))
    return "\n\n".join(parts) + "\n"


def measured_to_dict(measured: Sequence[Measured]) -> dict[str, Any]:
    """The figures of the new model by name, as `metrics.json` holds them, each with its comparison."""
    return {
        item.name: item.report.to_dict()
        | ({"against_base": item.against.to_dict()} if item.against else {})
        | ({"own_labels": {name: score.to_dict() for name, score in item.own.items()}} if item.own else {})
        for item in measured
    }


def _say(item: Measured) -> str:
    if item.against is None:
        return f"On the {item.name.removeprefix('your ')}: macro-F1 {format_estimate(item.report.labels.macro_f1)}."
    main = item.against.macro_f1
    told = _WORDS.get(main.verdict, "whether it helped cannot be told")
    text = (
        f"On {_name(item.name)} {told}: macro-F1 {_show(main.first.value)} before, {_show(main.second.value)} after, "
        f"difference {format_estimate(main.difference)}"
    )
    clear = [row for row in item.against.rows[1:] if row.verdict in _WORDS]
    return text + "".join(f"; {row.figure} is {row.verdict}" for row in clear) + "."


def _name(name: str) -> str:
    return name if name.startswith("your ") else f"the {name}"


def _show(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _format_comparison(comparison: Comparison) -> str:
    header = ("F1 of", "base", "new model", "difference", "the new model is", "gold")
    return format_table(header, [_list_cells(row) for row in comparison.rows])


def _list_cells(row: Difference) -> tuple[str, ...]:
    figures = (format_estimate(item) for item in (row.first, row.second, row.difference))
    return (row.figure.replace("macro_f1", "all, mean (macro-F1)"), *figures, row.verdict, str(row.support))


def _format_alone(report: Report) -> str:
    return f"{_format_scores(report.labels.labels, 'label')}\n\nMacro-F1 {format_estimate(report.labels.macro_f1)}."


def _format_scores(scores: Mapping[str, Score], title: str) -> str:
    rows = [
        (name, *(format_estimate(item) for item in (score.precision, score.recall, score.f1)), str(score.support))
        for name, score in scores.items()
    ]
    return format_table((title, "precision", "recall", "F1", "gold"), rows)
