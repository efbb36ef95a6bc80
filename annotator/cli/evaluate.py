"""`annotator evaluate`: scores of a model on labelled files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli import options
from annotator.config import Precision

if TYPE_CHECKING:
    from annotator.labelled import LabelledArticle

EPILOG = """\b
Examples:
  annotator evaluate models/default gold.jsonl
  annotator evaluate models/default news.jsonl politics.jsonl --json figures.json --errors 20
  annotator evaluate new gold.jsonl --compare models/default --plots plots
\b
Exit codes:
  0    every article was annotated
  1    some articles failed: they count as wrong
  2    wrong use: a file or the model cannot be used
  130  interrupted"""


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="Model folder, or default or fast, the bundled ones.")],
    gold: Annotated[
        list[Path],
        typer.Argument(metavar="GOLD", help="Labelled data, in any format of annotator convert.", exists=True),
    ],
    json_path: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the figures to this file.")
    ] = None,
    errors: Annotated[int, typer.Option(min=0, metavar="N", help="Show the N most confident wrong labels.")] = 0,
    compare: Annotated[
        Path | None, typer.Option(metavar="OTHER", help="Also score this model, and say which is better.")
    ] = None,
    graded: Annotated[
        Path | None,
        typer.Option(
            "--graded-sources",
            metavar="FILE",
            help="Sources graded by the rubric, to compare the grades with.",
            exists=True,
        ),
    ] = None,
    plots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also draw reliability and confusion as SVG in this folder.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
    rubric: options.Rubric = None,
    threads: options.Threads = None,
    engine_precision: options.EnginePrecision = Precision.auto,
) -> None:
    """Score MODEL on labelled articles: labels, spans, sources and calibration, with 95% intervals.

    Runs the production pipeline over the texts of GOLD and compares. Figures go to stdout, everything else to stderr. With
    --compare both models are scored on the same resamples of articles; MODEL is called better or worse than OTHER only where
    the 95% interval of the difference leaves 0 out.
    """
    from rich.console import Console

    from annotator.evaluation import annotate_gold, compare_annotations, evaluate_annotations
    from annotator.evaluation.graded import read_graded
    from annotator.evaluation.plots import write_plots
    from annotator.evaluation.render import print_comparison, print_report
    from annotator.evaluation.report import name_files, write_figures

    files = {name: _read_gold(path) for name, path in name_files(gold).items()}  # before the model is loaded
    sources = read_graded(graded) if graded else None
    annotator = options.load_annotator(model, threads, rubric, engine_precision)
    other = options.load_annotator(compare, threads, rubric, engine_precision) if compare else None
    console, reports = Console(highlight=False), {}
    for name, articles in files.items():
        if not quiet:
            typer.echo(f"evaluating on {name}: {len(articles)} articles", err=True)
        results = annotate_gold(annotator, articles)
        reports[name] = evaluate_annotations(articles, results, sources)
        print_report(reports[name], name, console, errors)
        if other is not None:
            others = annotate_gold(other, articles)
            print_comparison(compare_annotations(articles, others, results), str(compare), str(model), console)
        if plots is not None:
            write_plots(reports[name], plots, "" if len(files) == 1 else f"{name.replace('/', '-')}-")
    if json_path is not None:
        write_figures(reports, json_path)
    raise typer.Exit(1 if any(report.failures for report in reports.values()) else 0)


def _read_gold(path: Path) -> list[LabelledArticle]:
    """Our own labelled articles as they stand; of other formats what is whole, with an account of the rest."""
    from annotator.errors import InputError
    from annotator.formats import read_data, take_checked
    from annotator.labelled import read_labelled

    try:
        if path.is_file():
            return read_labelled(path)
    except (InputError, UnicodeDecodeError):  # another format, or a broken line, of which the account tells
        pass
    reading = read_data(path)
    for line in reading.describe():
        typer.echo(line, err=True)
    return take_checked(reading)
