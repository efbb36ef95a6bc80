"""`annotator train`: labelled files -> a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotator.cli import options
from annotator.errors import ConfigError

EPILOG = """\b
Examples:
  annotator train labels.jsonl -o models/mine
  annotator train news.jsonl politics.jsonl --share 2 --share 1,0.5 -o models/mine
\b
A run that was stopped goes on from its last checkpoint when the same command is given again.
\b
Exit codes:
  0    the model was written
  2    wrong use: a file, an option or the base cannot be used
  130  interrupted: the checkpoints are kept"""


def train(
    data: Annotated[
        list[Path], typer.Argument(metavar="DATA", help="Labelled JSONL files.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="NEW", help="Folder for the new model.")],
    base: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Model folder or Hugging Face encoder folder.  [default: the bundled model]"),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the data.")] = 3,
    learning_rate: Annotated[float, typer.Option(min=0, help="Peak learning rate of the encoder.")] = 2e-4,
    share: Annotated[
        list[str] | None,
        typer.Option(metavar="S[,S...]", help="Part of a DATA file drawn in each epoch; once for each file."),
    ] = None,
    validation_share: Annotated[
        float, typer.Option(min=0, max=0.5, help="Part of the articles kept for the dev curve and the calibration.")
    ] = 0.08,
    distinct_from: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Labelled file or folder of .txt whose near-duplicates are not trained on."),
    ] = None,
    augment: Annotated[bool, typer.Option(help="Vary names, quote marks, anonymity and layout of the texts.")] = True,
    keep: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the base model's weights in the result, against forgetting.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Seed of order, augmentation and dropout.")] = 1,
    threads: options.Threads = None,
) -> None:
    """Train a model on labelled articles and write it to NEW.

    Checkpoints lie in NEW/checkpoints until the end; the dev curve is kept in NEW/training_log.jsonl.
    """
    shares = [_parse_share(text) for text in share or ()]
    if threads:
        import torch

        torch.set_num_threads(threads)
    from annotator.checkpoint import find_default_model
    from annotator.training.loop import TrainConfig
    from annotator.training.train import train_model

    config = TrainConfig(epochs=epochs, learning_rate=learning_rate, seed=seed)
    report = train_model(
        data,
        out,
        base or find_default_model(),
        config,
        shares=shares,
        validation_share=validation_share,
        distinct_from=distinct_from or (),
        augment=augment,
        keep=keep,
        report=lambda line: typer.echo(line, err=True),
    )
    typer.echo(f"validation macro-F1 {report.macro_f1:.3f}; model: {report.out}")


def _parse_share(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise ConfigError(f"--share {text}: give numbers with commas between them, such as 1,0.5") from error
