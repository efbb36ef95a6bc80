"""`annotator review`: check and correct labels in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli import options
from annotator.errors import ConfigError

if TYPE_CHECKING:
    from annotator.review import LabelLog, PairShelf, RunShelf

LABELS = "labels.jsonl"
EPILOG = """\b
Examples:
  annotator annotate articles/ -o results
  annotator review results
  annotator train results/labels.jsonl -o models/mine
\b
Two coders and a third who settles where they differ:
  annotator review results --labels ana.jsonl --coder ana
  annotator review results --labels ben.jsonl --coder ben
  annotator review ana.jsonl --against ben.jsonl -o adjudicated.jsonl
\b
Exit codes:
  0  stopped with Ctrl-C; every decision is in the file
  2  wrong use: a folder, a file or an option cannot be used"""


def review(
    what: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="Folder of annotate; with --against, a label file.", exists=True),
    ],
    labels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File that takes the decisions.  [default: OUT/labels.jsonl]", dir_okay=False
        ),
    ] = None,
    queue: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Go through this queue of annotator next.", exists=True, dir_okay=False),
    ] = None,
    coder: Annotated[
        str | None, typer.Option(metavar="NAME", help="Write who decided, and when, with each decision.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Label file of a second coder to compare with.", exists=True, dir_okay=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="With --against: file for what is settled.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port; 0 takes a free one.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the address and open no browser.")] = False,
) -> None:
    """Check and correct labels, spans and sources in the browser.

    Opens a page on this machine, which nobody else can reach. Every decision is added to the label file at once and is safe
    from a crash; the file can be given to annotator train as it is. Only sentences that you have checked count
    there. Give the same command again to go on.
    """
    options.require_extra("web", "starlette", "uvicorn")
    from annotator.review import LabelLog, Session
    from annotator.review.serve import serve_session

    if coder is not None and not coder.strip():
        raise ConfigError("--coder: give a name, such as --coder ana")
    shelf, path = _open_shelf(what, labels, queue, against, out)
    with LabelLog(path) as log:
        _warn_torn(log)
        session = Session(shelf, log, coder, is_adjudication=against is not None)
        serve_session(session, port, _announce, not no_open)
        checked = sum(progress.checked for _, progress in session.headings)
    typer.echo(f"{checked} sentences are checked in {path}; next: annotator train {path} -o NEW", err=True)


def _open_shelf(
    what: Path, labels: Path | None, queue: Path | None, against: Path | None, out: Path | None
) -> tuple[RunShelf | PairShelf, Path]:
    """The articles and the file that takes the decisions."""
    from annotator.review import PairShelf, RunShelf

    if against is None:
        if out is not None:
            raise ConfigError("-o is for --against; name the file for your decisions with --labels")
        if not what.is_dir():
            raise ConfigError(
                f"{what}: is a file; name a folder of annotator annotate, or a second coder with --against"
            )
        with options.open_bar() as progress:
            return RunShelf(what, _read_queue(queue), progress), labels or what / LABELS
    if out is None or labels is not None or queue is not None:
        raise ConfigError("--against: give the file for what is settled with -o, and neither --labels nor --queue")
    if what.is_dir():
        raise ConfigError(f"{what}: is a folder; with --against name the label file of the first coder")
    if out.exists() and any(out.samefile(path) for path in (what, against)):
        raise ConfigError(f"-o {out}: is the file of a coder; name another")
    return PairShelf(what, against), out


def _read_queue(queue: Path | None) -> dict[str, list[int]] | None:
    if queue is None:
        return None
    from annotator.choose import read_queue

    return read_queue(queue)


def _warn_torn(log: LabelLog) -> None:
    if log.torn:
        from annotator.review.log import TORN

        typer.echo(
            f"note: {log.path}: the last line was cut off in writing; its {log.torn} bytes are now in {log.path}{TORN}",
            err=True,
        )


def _announce(url: str) -> None:
    typer.echo(f"review: {url}\nStop with Ctrl-C.")
