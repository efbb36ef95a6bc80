"""`annotator annotate`: folders of articles -> a folder of results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli import options
from annotator.config import EngineKind, Precision
from annotator.errors import ConfigError

if TYPE_CHECKING:
    from annotator.batch import Described, RunReport
    from annotator.engines import Engine, Loading
    from annotator.pipeline import Annotator

NOTES_SHOWN = 5
SECONDS_PER_LINE = 30
EPILOG = """\b
Examples:
  annotator annotate articles/ -o results
  annotator annotate "news/*.jsonl.gz" --text-field content -o results
  annotator annotate articles/ -o results --resume
  cat story.txt | annotator annotate - -o results
  annotator annotate s3://crawl/2026/ -o s3://results/2026 --engine ray --ray-address 10.0.0.1:6379 --workers 64
\b
Exit codes:
  0    every article was annotated
  1    some articles failed: see failures.jsonl
  2    wrong use, a full disk or a lost worker: what was annotated is kept for --resume
  130  interrupted: go on with --resume"""


def annotate(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, globs, URLs, or - for stdin.")],
    out: Annotated[str, typer.Option("-o", "--out", metavar="OUT", help="Folder or URL for the results.")],
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
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Go on with a run in OUT that was stopped; after a whole run, do what is new or changed."
        ),
    ] = False,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Processes that annotate, each with its own copy of the model.")
    ] = 1,
    engine: Annotated[
        EngineKind, typer.Option(help="Where the workers are: processes of this machine, or of a Ray cluster.")
    ] = EngineKind.local,
    ray_address: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="HOST:PORT of the cluster.  [default: a Ray of this machine is started]"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
    threads: options.Threads = None,
    engine_precision: options.EnginePrecision = Precision.auto,
) -> None:
    """Annotate articles and write the results to OUT.

    Reads .txt .md .html .htm .json .jsonl .csv .parquet and their .gz. An article that cannot be annotated is listed in
    failures.jsonl with the reason and does not stop the run.

    A run that is stopped (Ctrl-C, a crash, a full disk) goes on with the same command and --resume: nothing is annotated
    twice, and the results are those of a run that was never stopped. On a folder that has grown, --resume annotates the
    new articles alone. The results do not depend on --workers; each takes about 300 MB and its share of the cores.

    PATH and OUT may be URLs of a store: s3://bucket/folder, gs://, file:// and what else fsspec knows, with the keys and
    addresses that its tools take (AWS_PROFILE, AWS_ENDPOINT_URL). Results in a store are written on this machine first;
    what is done is put there every minute, so that another machine can --resume.

    With --engine ray, workers are those of a Ray cluster: --workers N of --threads T (default 1) each. The model is sent to
    them; the package has to be installed there. A worker that dies is started anew.

    OUT gets annotations.jsonl (one article a line), sentences, claims, sources and summary (each as .parquet and .csv),
    failures.jsonl and run.json. In the CSV files, text that a spreadsheet would take for a formula begins with an
    apostrophe. With --export-admiralty it also gets admiralty.csv: one row per source with reliability F and credibility
    6, cannot be judged, for a person to change with a stated basis. The grades are never mapped to that scale.
    """
    from annotator.batch import annotate_paths
    from annotator.engines import Loading
    from annotator.write import check_out

    # Said before the model is loaded.
    if ray_address and engine != EngineKind.ray:
        raise ConfigError("--ray-address: goes with --engine ray")
    if engine == EngineKind.ray:
        options.require_extra("ray", "ray")
    check_out(out, overwrite, resume)
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
    annotator, chosen = _load(Loading(model, rubric, threads, engine_precision), workers, engine, ray_address)
    with _show_progress(quiet) as progress:
        report = annotate_paths(
            annotator,
            paths,
            out,
            read_options,
            overwrite=overwrite,
            resume=resume,
            engine=chosen,
            export_admiralty=export_admiralty,
            progress=progress,
        )
    if not quiet:
        _print_summary(report)
    raise typer.Exit(1 if report.failures else 0)


def _load(
    loading: Loading, workers: int, kind: EngineKind, address: str | None
) -> tuple[Annotator | Described, Engine | None]:
    """The annotator of this process; with workers only what is said of it, and the engine that holds them."""
    if kind == EngineKind.local and workers == 1:
        return options.load_annotator(loading.model, loading.threads, loading.rubric, loading.precision), None
    from annotator.batch import Described
    from annotator.engines import ProcessEngine, RayEngine

    # Loaded once here, so that the workers of this machine find the file for ONNX Runtime made.
    loaded = options.load_annotator(loading.model, 1, loading.rubric, loading.precision)
    described = Described(loaded.info, loaded.rubric, loaded.precision)
    if kind == EngineKind.ray:
        sent = replace(loading, precision=loaded.precision)
        return described, RayEngine(workers, loaded.info, sent, address)
    threads = max(1, loading.threads // workers) if loading.threads else None
    return described, ProcessEngine(workers, replace(loading, threads=threads))


@contextmanager
def _show_progress(quiet: bool) -> Iterator[Callable[[int, int, float | None], None] | None]:
    """What is done and how long the rest takes, on stderr: a bar, or lines where that is no terminal."""
    from rich.progress import BarColumn, Progress, TextColumn

    from annotator.render import make_console

    console = make_console(stderr=True)
    if quiet:
        yield None
        return
    if not console.is_terminal:
        yield _make_line_printer()
        return
    started = time.monotonic()
    columns = (BarColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("articles: 0", total=None)

        def show(done: int, failed: int, share: float | None) -> None:
            words = _describe_progress(done, failed, share, time.monotonic() - started)
            bar.update(task, description=words, completed=share or 0.0, total=1.0 if share else None)

        yield show


def _make_line_printer() -> Callable[[int, int, float | None], None]:
    started = last = time.monotonic()

    def show(done: int, failed: int, share: float | None) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_PER_LINE:
            last = time.monotonic()
            typer.echo(_describe_progress(done, failed, share, last - started), err=True)

    return show


def _describe_progress(done: int, failed: int, share: float | None, seconds: float) -> str:
    words = f"articles: {done}, {done / max(seconds, 1e-3):.1f} a second, failed: {failed}"
    if share:
        words += f", left: {timedelta(seconds=round(seconds * (1 - share) / share))}"
    return words


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
