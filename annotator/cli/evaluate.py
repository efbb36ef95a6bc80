"""`annotator evaluate`: scores of a model on labelled files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotator.cli import options

EPILOG = """\b
Examples:
  annotator evaluate models/default gold.jsonl
  annotator evaluate models/default news.jsonl politics.jsonl --json figures.json --errors 20
\b
Exit codes:
  0    every article was annotated
  1    some articles failed: they count as wrong
  2    wrong use: a file or the model cannot be used
  130  interrupted"""


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="Model folder.", exists=True, file_okay=False)],
    gold: Annotated[
        list[Path], typer.Argument(metavar="GOLD", help="Labelled JSONL files.", exists=True, dir_okay=False)
    ],
    json_path: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the figures to this file.")
    ] = None,
    errors: Annotated[int, typer.Option(min=0, metavar="N", help="Show the N most confident wrong labels.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
    rubric: options.Rubric = None,
    threads: options.Threads = None,
) -> None:
    """Score MODEL on labelled articles: labels, spans, sources and calibration, with 95% intervals.

    Runs the production pipeline over the texts of GOLD and compares. Figures go to stdout, everything else to stderr.
    """
    from rich.console import Console

    from annotator.evaluation import evaluate_model
    from annotator.evaluation.render import print_report
    from annotator.evaluation.report import name_files, write_figures
    from annotator.labelled import read_labelled

    files = {name: read_labelled(path) for name, path in name_files(gold).items()}  # before the model is loaded
    annotator = options.load_annotator(model, threads, rubric)
    reports = {}
    for name, articles in files.items():
        if not quiet:
            typer.echo(f"evaluating on {name}: {len(articles)} articles", err=True)
        reports[name] = evaluate_model(annotator, articles)
        print_report(reports[name], name, Console(highlight=False), errors)
    if json_path is not None:
        write_figures(reports, json_path)
    raise typer.Exit(1 if any(report.failures for report in reports.values()) else 0)
