"""The model card: README.md of a model folder, written from its config.json, training.json and metrics.json."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from annotator.errors import CheckpointError, InputError

CARD = "README.md"
METRICS = "metrics.json"
COMPARISON = "report.md"  # written by `training.report`
_TEMPLATE = Path(__file__).with_name("card_template.md")
_SPAN_MEASURES = ("exact", "words", "overlap")
_NOT_SHOWN = frozenset({"data", "data_notes"})  # keys of training.json with a place of their own


@dataclass(frozen=True, slots=True)
class LicenceCount:
    """How many articles of a collection have a licence."""

    collection: str
    licence: str
    articles: int


def write_card(
    folder: Path | str,
    *,
    name: str | None = None,
    data_notes: str = "",
    command: str | None = None,
    commit: str | None = None,
) -> Path:
    """Write the card of a model folder and return its path.

    `name` is that of the model (by default of the folder); `data_notes` is Markdown on the training data (origin, licences,
    how it was coded); `command` and `commit` say what made the figures. Raises CheckpointError where config.json is missing
    or one of the JSON files cannot be read.
    """
    folder = Path(folder)
    config = _read_json(folder / "config.json")
    if config is None:
        raise CheckpointError(f"{folder}: no config.json; give a model folder")
    training = _read_json(folder / "training.json")
    name = name or folder.resolve().name
    text = Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=name,
        folder=f"models/{name}",
        figures=format_figures(_read_json(folder / METRICS) or {}, config.get("calibration") or {}),
        provenance=_format_provenance(command, commit, (folder / COMPARISON).is_file()),
        training=format_training(training) if training else "No record of the training was kept (training.json).",
        data_notes=data_notes.strip(),
    )
    partial = folder / f".{CARD}.partial"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / CARD)
    return folder / CARD


def summarise_manifest(path: Path | str, part: str = "train") -> tuple[LicenceCount, ...]:
    """Articles per collection and licence in one part of a data manifest (tab-separated, with a header).

    Raises InputError where the file lacks one of the columns collection, licence and part.
    """
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = {"collection", "licence", "part"} - set(rows.fieldnames or ())
        if missing:
            raise InputError(f"{path}: no column {', '.join(sorted(missing))}; give the manifest of the labelled data")
        counts = Counter((row["collection"], row["licence"]) for row in rows if row["part"] == part)
    return tuple(LicenceCount(*key, count) for key, count in sorted(counts.items()))


def format_licences(rows: Sequence[LicenceCount]) -> str:
    """The licence counts as a Markdown table with a total."""
    cells = [(row.collection, row.licence, str(row.articles)) for row in rows]
    return format_table(
        ("collection", "licence", "articles"), [*cells, ("all", "", str(sum(row.articles for row in rows)))]
    )


def format_figures(metrics: Mapping[str, Mapping[str, Any]], calibration: Mapping[str, Any]) -> str:
    """The figures of each data set (`Report.to_dict()` by name) as Markdown."""
    if not metrics:
        return "Not measured yet."
    parts = [text for name, report in metrics.items() for text in _format_report(name, report)]
    if calibration:
        values = ", ".join(f"{key} {_format_value(value)}" for key, value in calibration.items())
        parts.append(f"Calibration of the probabilities: {values}.")
    return "\n\n".join(parts)


def format_training(training: Mapping[str, Any]) -> str:
    """The record of the training: settings as a table, then the data files with their hashes."""
    rows = [(key, _format_value(value)) for key, value in training.items() if key not in _NOT_SHOWN]
    parts = [format_table(("setting", "value"), rows)]
    files = training.get("data") or []
    if files:
        keys = list(dict.fromkeys(key for file in files for key in file))
        cells = [[_format_value(file.get(key)) for key in keys] for file in files]
        parts.append("Data files:\n\n" + format_table(keys, cells))
    return "\n\n".join(parts)


def format_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars and line breaks in cells are made harmless."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_escape_cell(cell) for cell in line) + " |" for line in lines)


def _format_report(name: str, report: Mapping[str, Any]) -> list[str]:
    parts = [f"### {name}", f"{report['articles']} articles, {report['sentences']} sentences."]
    parts.append(_format_scores("label", report["labels"]))
    errors = ", ".join(f"{_format_value(value)} ({bins} bins)" for bins, value in report["calibration_error"].items())
    review = report["needs_review"]
    parts.append(
        f"Macro-F1 **{_format_estimate(report['macro_f1'])}**, accuracy {_format_estimate(report['accuracy'])}. "
        f"Expected calibration error {errors}. "
        f"Marked `needs_review`: {_format_estimate(review['share'])} of the sentences; accuracy among them "
        f"{_format_estimate(review['accuracy_inside'])}, among the others "
        f"{_format_estimate(review['accuracy_outside'])}. "
        f"Gold sentences whose boundaries are reproduced exactly: {_format_estimate(report['boundaries_exact'])}."
    )
    if report.get("spans"):
        parts.append(_format_spans(report))
    if report.get("sources"):
        parts += _format_sources(report["sources"])
    return parts


def _format_scores(title: str, scores: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        [name, *(_format_estimate(score[key]) for key in ("precision", "recall", "f1")), str(score["support"])]
        for name, score in scores.items()
    ]
    return format_table((title, "precision", "recall", "F1", "gold"), rows)


def _format_spans(report: Mapping[str, Any]) -> str:
    rows = []
    for role, scores in report["spans"].items():
        figures = (_format_estimate(scores[key]["f1"]) for key in _SPAN_MEASURES)
        support = str(scores["exact"]["support"])
        rows.append([f"{role} span", *figures, _format_estimate(scores["jaccard"]), support])
    whole = report["tuples"]
    figures = (_format_estimate(whole[key]["f1"]) for key in _SPAN_MEASURES)
    rows.append(["whole claim", *figures, "", str(whole["exact"]["support"])])
    return format_table(("F1 of", *_SPAN_MEASURES, "jaccard", "gold"), rows)


def _format_sources(sources: Mapping[str, Any]) -> list[str]:
    rows = [
        [form, _format_estimate(scores["strict"]), _format_estimate(scores["lenient"]), str(scores["claims"])]
        for form, scores in sources["canonical"].items()
    ]
    return [
        format_table(("canonical source of claims, by form of mention", "right", "right, lenient", "claims"), rows),
        f"Source type right for {_format_estimate(sources['type_accuracy'])} of the claims, and for "
        f"{_format_estimate(sources['type_accuracy_linked'])} of those with a source; F1 of *anonymous* among the "
        f"latter {_format_estimate(sources['anonymous']['f1'])}.",
    ]


def _format_provenance(command: str | None, commit: str | None, compared: bool) -> str:
    made = [f"by `{command}`"] * bool(command) + [f"at commit `{commit}`"] * bool(commit)
    lines = [f"These figures were made {' '.join(made)}; `{METRICS}` beside this card holds all of them."] * bool(made)
    lines += [f"[{COMPARISON}]({COMPARISON}) compares the model with the one that it was trained from."] * compared
    return " ".join(lines)


def _format_estimate(estimate: Mapping[str, float | None]) -> str:
    if estimate["value"] is None:
        return "-"
    if estimate["low"] is None or estimate["high"] is None:
        return f"{estimate['value']:.3f}"
    return f"{estimate['value']:.3f} [{estimate['low']:.3f}, {estimate['high']:.3f}]"


def _format_value(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_format_value(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_format_value, value))
    return str(value)


def _escape_cell(cell: str) -> str:
    return " ".join(cell.split()).replace("|", "\\|")


def _read_json(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{path}: not JSON ({error}); write it again or copy the model again") from error
