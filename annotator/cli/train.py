"""`annotator train`: labelled data -> a model folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli import options
from annotator.errors import ConfigError

if TYPE_CHECKING:
    from annotator.training.train import TrainReport
    from annotator.training.watch import TrainProgress

SECONDS_BETWEEN_LINES = 30.0
EPILOG = """\b
Examples:
  annotator train labels.jsonl -o models/mine
  annotator train labels.csv --rehearse my-articles/ -o models/mine
  annotator train news.jsonl politics.jsonl --base roberta-base --epochs 4 -o models/own
\b
A run that was stopped, also by Ctrl-C, goes on where it was with the same command and --resume.
\b
Exit codes:
  0    the model was written
  2    wrong use: a file, an option or the base cannot be used, or nothing in the data is labelled
  130  interrupted: go on with --resume"""


def train(
    data: Annotated[
        list[Path],
        typer.Argument(
            metavar="DATA...",
            help="Labelled articles or sentences: JSON Lines, CSV, an export of Label Studio, Prodigy, doccano or INCEpTION, "
            "or a `datasets` folder.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="NEW", help="Folder for the new model.")],
    base: Annotated[
        str | None,
        typer.Option(
            metavar="BASE",
            help="Model folder, or folder or name of a Hugging Face encoder.  [default: the bundled model]",
        ),
    ] = None,
    validation: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Labelled data to measure on.  [default: a part of DATA, by article]"),
    ] = None,
    validation_share: Annotated[
        float | None,
        typer.Option(min=0, max=0.5, metavar="S", help="That part.  [default: 0.2; 0.08 from 2,000 sentences on]"),
    ] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option(
            metavar="L[,L...]",
            help="Words of yours for our labels (claim=attributed_claim), and labels of your own beside them (satire).",
        ),
    ] = None,
    rehearse: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Articles without labels, on which the new model is to do as the base does."),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the data.  [default: by the number of sentences]")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(min=0, metavar="R", help="Peak rate of the encoder.  [default: by the base]")
    ] = None,
    distill: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="W",
            help="Weight of what the base says where the labels say nothing, against forgetting.  [default: 1, if it is a model]",
        ),
    ] = None,
    keep: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            metavar="S",
            help="Share of the base's weights in the result.  [default: 0.5 of a model, without --labels of your own]",
        ),
    ] = None,
    layers: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="N",
            help="Make a smaller, faster model: keep N of the base's layers, and let the whole base teach them.  [default: all]",
        ),
    ] = 0,
    augment: Annotated[
        bool | None,
        typer.Option(
            help="Vary names, quote marks, anonymity and layout of the texts.  [default: from a bare encoder]"
        ),
    ] = None,
    share: Annotated[
        list[str] | None,
        typer.Option(metavar="S[,S...]", help="Part of a DATA file drawn in each epoch; once for each file."),
    ] = None,
    distinct_from: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Labelled file or folder of .txt whose near-duplicates are not trained on."),
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend offsets and misspelt labels where it is clear how.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the stopped run in NEW, if there is one.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of order, augmentation and dropout.")] = 1,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")] = False,
    threads: options.Threads = None,
) -> None:
    """Fine-tune the bundled model on labelled sentences, or train any Hugging Face encoder, and write it to NEW.

    Labels of sentences are enough; sources, cues and contents are learnt where they are given. What the base model knows and
    DATA says nothing about is kept: the base itself teaches it. At the end old and new model are compared, on articles of
    yours that were not trained on and on the check set that comes with the program.
    """
    shares = [_parse_share(text) for text in share or ()]
    if threads:
        import torch

        torch.set_num_threads(threads)
    from transformers.utils import logging

    from annotator.checkpoint import BUNDLED, find_model
    from annotator.training.data import DataOptions
    from annotator.training.own_labels import parse_labels
    from annotator.training.recipe import choose_config
    from annotator.training.train import train_model

    logging.disable_progress_bar()  # of the loading and writing of weights
    logging.set_verbosity_error()
    words = parse_labels(labels or ())
    recipe = partial(
        choose_config,
        epochs=epochs,
        learning_rate=learning_rate,
        distill=distill,
        keep=keep,
        augment=augment,
        layers=layers,
        own_labels=words.own,
        seed=seed,
    )
    paths = (validation, validation_share, distinct_from or (), rehearse or ())
    data_options = DataOptions(shares, *paths, repair, words)
    with _show_progress(quiet) as watch:
        report = train_model(
            data,
            out,
            find_model(base) if base in (None, *BUNDLED) else base,
            recipe,
            data_options,
            resume=resume,
            report=(lambda line: None) if quiet else _tell,
            watch=watch,
        )
    _print_report(report)


def _print_report(report: TrainReport) -> None:
    from rich.console import Console

    from annotator.evaluation.render import print_comparison
    from annotator.training.report import say_whether_it_helped

    for item in report.measured:
        if item.against:
            print_comparison(item.against, "base", "new", Console(highlight=False))
    for line in say_whether_it_helped(report.measured):
        typer.echo(line)
    typer.echo(f"model: {report.out}; figures: {report.out / 'report.md'}")


def _tell(line: str) -> None:
    from annotator.render import escape_controls

    typer.echo(escape_controls(line), err=True)


def _parse_share(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise ConfigError(f"--share {text}: give numbers with commas between them, such as 1,0.5") from error


@contextmanager
def _show_progress(quiet: bool) -> Iterator[Callable[[TrainProgress], None] | None]:
    """A bar on stderr; where that is no terminal, a line every half minute and for each figure of the validation."""
    from annotator.render import make_console

    console = make_console(stderr=True)
    if quiet:
        yield None
    elif not console.is_terminal:
        yield _make_line_printer()
    else:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (
            TextColumn("steps"),
            MofNCompleteColumn(),
            BarColumn(),
            TextColumn("{task.description}", markup=False),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda state: bar.update(task, completed=state.step, total=state.steps, description=_describe(state))


def _make_line_printer() -> Callable[[TrainProgress], None]:
    import time

    said_at, said = time.monotonic(), (0, None)

    def print_line(state: TrainProgress) -> None:
        nonlocal said_at, said
        now = time.monotonic()
        if now - said_at >= SECONDS_BETWEEN_LINES or (state.macro_f1 != said[1] and state.step != said[0]):
            said_at, said = now, (state.step, state.macro_f1)
            typer.echo(f"step {state.step}/{state.steps}  {_describe(state)}", err=True)

    return print_line


def _describe(state: TrainProgress) -> str:
    parts = []
    if state.loss is not None:
        parts.append(f"loss {state.loss:.3f}")
    if state.macro_f1 is not None:
        parts.append(f"validation macro-F1 {state.macro_f1:.3f}")
    if state.seconds_left is not None:
        minutes, seconds = divmod(round(state.seconds_left), 60)
        parts.append(f"{minutes}:{seconds:02} left")
    return "  ".join(parts)
