"""Agreement as tables for the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from annotator.agreement.report import Agreement
from annotator.evaluation.render import format_estimate
from annotator.render import escape_controls


def print_agreement(found: Agreement, console: Console, top: int) -> None:
    """Print the figures and the first `top` differences."""
    coders = ", ".join(escape_controls(coder) for coder in found.coders)
    console.print(Text(f"{coders}: {found.articles} articles in common", style="bold"))
    for coder, count in found.alone.items():
        if count:
            console.print(Text(f"only {escape_controls(coder)} has coded {count} sentences: left out"))
    table = _make_table("", "sentences", "Krippendorff's alpha", *(["Cohen's kappa"] if len(found.coders) == 2 else []))
    for name, field in found.fields.items():
        kappa = [format_estimate(field.kappa)] if field.kappa is not None else []
        table.add_row(name.replace("_", " "), str(field.units), format_estimate(field.alpha), *kappa)
    console.print(table)
    table = _make_table("class", "chosen", "agreement")
    for field in found.fields.values():
        for name, estimate in field.classes.items():
            table.add_row(name.replace("_", " "), str(field.chosen[name]), format_estimate(estimate))
        table.add_section()
    console.print(table)
    for pair, roles in found.spans.items():
        table = _make_table(" and ".join(map(escape_controls, pair)), "exact F1", "overlap F1")
        for role, scores in roles.items():
            table.add_row(f"{role} spans", *(format_estimate(score.f1) for score in scores.values()))
        console.print(table)
    _print_differences(found, console, top)


def _print_differences(found: Agreement, console: Console, top: int) -> None:
    total = len(found.disagreements)
    console.print(Text(f"{total} sentences with different labels" + (f", the first {top}" if total > top else "")))
    for item in found.disagreements[:top]:
        says = ", ".join(f"{coder}: {(value or 'none').replace('_', ' ')}" for coder, value in item.values.items())
        console.print(Text(f"\n{escape_controls(item.article)}:{item.start}-{item.end}  {escape_controls(says)}"))
        console.print(Text(f"  {escape_controls(item.text)}", style="bold"))
        console.print(Text(f"  {item.rule}", style="dim"))


def _make_table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    return table
