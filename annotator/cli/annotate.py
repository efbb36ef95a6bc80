"""`annotator annotate`: folders of articles -> a folder of results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli import options

if TYPE_CHECKING:
    from annotator.batch import RunReport

NOTES_SHOWN = 5
EPILOG = """\b
Examples:
  annotator annotate articles/ -o results
  annotator annotate "news/*.jsonl.gz" --text-field content -o results
  cat story.txt | annotator annotate - -o results
\b
Exit codes:
  0    every article was annotated
  1    some articles failed: see failures.jsonl
  2    wrong use: nothing was written
  130  interrupted: nothing was written"""


def annotate(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, globs, or - for stdin.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="OUT", help="Folder for the results.")],
    model: options.Model = None,
    text_field: options.TextField = None,
    title_field: options.TitleField = None,
    id_field: options.IdField = None,
    outlet_field: options.OutletField = None,
    url_field: options.UrlField = None,
    date_field: options.DateField = None,
    max_mb: options.MaxMegabytes = None,
    any_language: options.AnyLanguage = False,
    rubric: options.Rubric = None,
    export_admiralty: Annotated[
        bool, typer.Option("--export-admiralty", help="Also write admiralty.csv, a form for an analyst.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the results of a run in OUT.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
    threads: options.Threads = None,
) -> None:
    """Annotate articles and write the results to OUT.

    Reads .txt .md .html .htm .json .jsonl .csv .parquet and their .gz. An article that cannot be annotated is listed in
    failures.jsonl with the reason and does not stop the run.

    OUT gets annotations.jsonl (one article a line), sentences, claims, sources and summary (each as .parquet and .csv),
    failures.jsonl and run.json. In the CSV files, text that a spreadsheet would take for a formula begins with an
    apostrophe. With --export-admiralty it also gets admiralty.csv: one row per source with reliability F and credibility
    6, cannot be judged, for a person to change with a stated basis. The grades are never mapped to that scale.
    """
    from annotator.batch import annotate_paths
    from annotator.write import check_folder

    # Said before the model is loaded.
    check_folder(out, overwrite)
    options.check_paths(paths)
    read_options = options.make_read_options(
        any_language=any_language,
        max_megabytes=max_mb,
        text_field=text_field,
        title_field=title_field,
        id_field=id_field,
        outlet_field=outlet_field,
        url_field=url_field,
        date_field=date_field,
    )
    annotator = options.load_annotator(model, threads, rubric)
    with _show_progress(quiet) as progress:
        report = annotate_paths(
            annotator,
            paths,
            out,
            read_options,
            overwrite=overwrite,
            export_admiralty=export_admiralty,
            progress=progress,
        )
    if not quiet:
        _print_summary(report)
    raise typer.Exit(1 if report.failures else 0)


@contextmanager
def _show_progress(quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A counter on stderr where that is a terminal. The total is not known, as articles are read while it runs."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from annotator.render import make_console

    console = make_console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("articles: {task.completed:.0f}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("annotate", total=None)
        yield lambda done: bar.update(task, completed=done)


def _print_summary(report: RunReport) -> None:
    from annotator.render import escape_controls

    rate = f", {report.articles / report.seconds:.1f} a second" if report.seconds else ""
    lines = [f"articles annotated: {report.articles} in {report.seconds:.1f} s{rate}"]
    if report.duplicates:
        lines.append(f"repeats of another text: {report.duplicates}, see duplicate_of in summary.csv")
    if report.failures:
        lines.append(f"failed: {report.failures}")
        lines += [f"  {escape_controls(f'{item.path}: {item.message}')} ({item.stage})" for item in report.reasons]
        if report.failures > len(report.reasons):
            lines.append(f"  ... {report.failures - len(report.reasons)} more in failures.jsonl")
    if report.sentences:
        lines.append(f"sentences: {report.sentences}, claims: {report.claims}, sources: {report.sources}")
        lines += [f"  {label:<24}{count / report.sentences:>6.1%}" for label, count in report.labels.items()]
    lines += [f"note: {escape_controls(note)}" for note in report.notes[:NOTES_SHOWN]]
    if len(report.notes) > NOTES_SHOWN:
        lines.append(f"  ... {len(report.notes) - NOTES_SHOWN + report.notes_omitted} more in run.json")
    lines.append("a grade says how well a reader can see who speaks, not whether it is so: annotator explain limits")
    lines.append(f"results: {escape_controls(str(report.out))}")
    for line in lines:
        typer.echo(line, err=True)
