"""A report as tables for the terminal; plain text where the output is piped."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from annotator.evaluation.compare import Comparison
from annotator.evaluation.graded import GradeScores
from annotator.evaluation.metrics import NO_PREDICTION, Estimate, Score
from annotator.evaluation.report import Report
from annotator.labels import LABELS
from annotator.render import escape_controls

_PIPED_WIDTH = 120


def print_report(report: Report, name: str, console: Console, errors: int = 0) -> None:
    """Print all figures, and the `errors` most confident wrong labels in context."""
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    for part in _render_report(report, name):
        console.print(part)
    for part in _render_errors(report, errors):
        console.print(part)


def print_comparison(comparison: Comparison, first: str, second: str, console: Console) -> None:
    """Print both models side by side, with the difference and what it lets one say."""
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    title = f"{comparison.articles} articles, {comparison.sentences} sentences: paired bootstrap over articles"
    table = _make_table(title, ("", escape_controls(first), escape_controls(second), "difference", "second is", "gold"))
    for row in comparison.rows:
        figures = (format_estimate(row.first), format_estimate(row.second), format_estimate(row.difference))
        table.add_row(row.figure, *figures, row.verdict, str(row.support))
    console.print(table)


def format_estimate(estimate: Estimate) -> str:
    """`.842 [.811, .870]`, or `-` where the figure is undefined."""
    if estimate.value is None:
        return "-"
    if estimate.low is None or estimate.high is None:
        return _format_figure(estimate.value)
    return f"{_format_figure(estimate.value)} [{_format_figure(estimate.low)}, {_format_figure(estimate.high)}]"


def _format_figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _render_report(report: Report, name: str) -> Iterator[RenderableType]:
    skipped = f", {report.skipped} without a gold label passed over" if report.skipped else ""
    yield Text(f"{name}: {report.articles} articles, {report.sentences} sentences{skipped}", style="bold")
    yield Text("Brackets hold 95% bootstrap intervals over articles.")
    yield from (
        Text(f"not annotated: {escape_controls(f.path)} ({f.stage}: {escape_controls(f.message)})")
        for f in report.failures
    )
    yield _render_scores("sentence labels", report.labels.labels)
    yield Text(
        f"macro-F1 {format_estimate(report.labels.macro_f1)}   accuracy {format_estimate(report.labels.accuracy)}"
    )
    yield Text(f"gold sentences with exact boundaries {format_estimate(report.boundaries)}")
    yield _render_confusion(report)
    errors = "   ".join(f"{bins} bins {_format_figure(value)}" for bins, value in report.calibration_error.items())
    yield Text(f"expected calibration error: {errors}")
    yield Text(
        f"needs review: share {format_estimate(report.review_share)}, accuracy inside "
        f"{format_estimate(report.accuracy_in_review)}, outside {format_estimate(report.accuracy_outside_review)}"
    )
    for role, scores in (report.spans or {}).items():
        yield _render_scores(f"{role} spans", scores.measures)
        yield Text(f"jaccard {format_estimate(scores.jaccard)}")
    if report.tuples:
        yield _render_scores("whole claims (source, cue, content)", report.tuples)
    yield from _render_sources(report)
    if report.grades:
        yield _render_grades(report.grades)
    yield from _render_groups(report)


def _render_scores(title: str, scores: dict[str, Score]) -> Table:
    table = _make_table(title, ("", "precision", "recall", "F1", "gold", "predicted"))
    for name, score in scores.items():
        figures = (format_estimate(item) for item in (score.precision, score.recall, score.f1))
        table.add_row(name, *figures, str(score.support), str(score.predicted))
    return table


def _render_confusion(report: Report) -> Table:
    table = _make_table("confusion (rows gold, columns predicted)", ("", *LABELS, NO_PREDICTION))
    for label, row in zip(LABELS, report.labels.confusion, strict=True):
        table.add_row(label, *map(str, row))
    return table


def _render_sources(report: Report) -> Iterator[RenderableType]:
    scores = report.sources
    if scores is None:
        return
    table = _make_table("canonical source of gold claims", ("named by", "right", "right, lenient", "claims"))
    for form, claims in scores.claims.items():
        strict, lenient = format_estimate(scores.strict[form]), format_estimate(scores.lenient[form])
        table.add_row(form, strict, lenient, str(claims))
    yield table
    yield Text(f"claims with any source {format_estimate(scores.linked)}")
    yield Text(
        f"source type right: all claims {format_estimate(scores.type_accuracy)}, "
        f"linked claims {format_estimate(scores.type_accuracy_linked)}"
    )
    yield Text(f"anonymity type right, linked claims {format_estimate(scores.anonymity_type_accuracy)}")
    yield _render_scores("anonymous source, linked claims", {"anonymous": scores.anonymous})


def _render_grades(grades: GradeScores) -> Table:
    table = _make_table(f"grades against {grades.sources} graded sources", ("", "figure"))
    rows = {
        "sources linked": grades.linked,
        "rank correlation of T (Spearman), linked": grades.spearman,
        "band equal, linked": grades.band_equal,
        "role found": grades.role_found,
        "affiliation found": grades.affiliation_found,
        "reason for anonymity found, by claims": grades.reason_found,
    }
    for name, estimate in rows.items():
        table.add_row(name, format_estimate(estimate))
    return table


def _render_groups(report: Report) -> Iterator[Table]:
    for key, groups in report.groups.items():
        table = _make_table(f"by {key}", (key, "macro-F1", "accuracy", "articles", "sentences"))
        for name, group in groups.items():
            figures = (_format_figure(group.macro_f1), _format_figure(group.accuracy))
            table.add_row(Text(escape_controls(name)), *figures, str(group.articles), str(group.sentences))
        yield table


def _render_errors(report: Report, count: int) -> Iterator[Text]:
    if count > 0 and report.errors:
        yield Text(
            f"\nmost confident wrong labels ({min(count, len(report.errors))} of {len(report.errors)})", style="bold"
        )
    for error in report.errors[: max(0, count)]:
        yield Text.assemble(
            f"\n{escape_controls(error.article)}: gold {error.gold}, predicted {error.predicted or NO_PREDICTION} ",
            f"({_format_figure(error.confidence)})\n  ",
            (escape_controls(error.before), "dim"),
            "\n> ",
            (escape_controls(error.sentence), "bold"),
            "\n  ",
            (escape_controls(error.after), "dim"),
        )


def _make_table(title: str, columns: tuple[str, ...]) -> Table:
    table = Table(title=title, box=box.SIMPLE, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right", overflow="fold")
    return table
