"""Reliability diagram and confusion matrix of a report as SVG files, the same bytes every time."""

from __future__ import annotations

from pathlib import Path

from annotator.errors import ConfigError
from annotator.evaluation.metrics import NO_PREDICTION
from annotator.evaluation.report import Report
from annotator.labels import LABELS


def write_plots(report: Report, folder: Path | str, prefix: str = "") -> tuple[Path, Path]:
    """Write `{prefix}reliability.svg` and `{prefix}confusion.svg`. Raises ConfigError if the folder cannot be written to."""
    from matplotlib import rc_context

    folder = Path(folder)
    places = folder / f"{prefix}reliability.svg", folder / f"{prefix}confusion.svg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with rc_context({"svg.hashsalt": "annotator", "svg.fonttype": "none"}):
            for place, figure in zip(places, (_draw_reliability(report), _draw_confusion(report)), strict=True):
                partial = place.with_name(f".{place.name}.partial")
                figure.savefig(partial, format="svg", metadata={"Date": None, "Creator": None})
                partial.replace(place)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written to ({error.strerror}); name another folder") from error
    return places


def _draw_reliability(report: Report):
    """Accuracy against mean confidence by bin; the size of a point shows how many sentences stand behind it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=0.8, linestyle="--")
    bins = [item for item in report.reliability if item.sentences]
    most = max((item.sentences for item in bins), default=1)
    axes.plot([item.confidence for item in bins], [item.accuracy for item in bins], color="#0b5796", linewidth=1)
    sizes = [20 + 180 * item.sentences / most for item in bins]
    axes.scatter([item.confidence for item in bins], [item.accuracy for item in bins], s=sizes, color="#0b5796")
    for item in bins:
        axes.annotate(
            str(item.sentences), (item.confidence, item.accuracy), (6, -10), textcoords="offset points", fontsize=7
        )
    axes.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel="mean confidence", ylabel="share that is right")
    error = report.calibration_error.get(10)
    axes.set_title("" if error is None else f"expected calibration error {error:.3f}", fontsize=9)
    return figure


def _draw_confusion(report: Report):
    """Counts with gold in rows; the shade shows the share of the row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 4.4), layout="constrained")
    axes = figure.add_subplot()
    rows = report.labels.confusion
    shares = [[cell / max(1, sum(row)) for cell in row] for row in rows]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            axes.text(
                x, y, str(cell), ha="center", va="center", fontsize=9, color="white" if shares[y][x] > 0.6 else "black"
            )
    names = [label.replace("_", "\n") for label in (*LABELS, NO_PREDICTION)]
    axes.set_xticks(range(len(names)), names, fontsize=7)
    axes.set_yticks(range(len(LABELS)), names[: len(LABELS)], fontsize=7)
    axes.set(xlabel="predicted", ylabel="gold")
    return figure
