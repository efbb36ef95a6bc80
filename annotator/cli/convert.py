"""`annotator convert`: labelled data from one tool's format to another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

SHOWN_NEXT = {
    "label-studio": "set up the project with {beside} (Settings, Labeling Interface, Code), then import {out}",
    "prodigy": "prodigy spans.manual DATASET blank:en {out} --label {labels}",
    "doccano": "make a Sequence Labeling project with overlapping spans allowed{relations}, then import {out} as JSONL",
}
EPILOG = """\b
Examples:
  annotator convert results/annotations.jsonl tasks.json --to label-studio
  annotator convert export.json labels.jsonl --to jsonl --repair
  annotator convert brat-folder/ labels.csv --to csv
\b
Exit codes:
  0  everything in IN was read; what the format of OUT cannot carry is listed
  1  written, but rows or labels of IN were left out: see the list
  2  wrong use: nothing was written"""


class To(StrEnum):
    """The formats that can be written; the keys of annotator.formats.WRITERS, which is not loaded for --help."""

    LABEL_STUDIO = "label-studio"
    PRODIGY = "prodigy"
    DOCCANO = "doccano"
    JSONL = "jsonl"
    CSV = "csv"
    BRAT = "brat"
    CONLL = "conll"


def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="File or folder with labelled data, or annotations.jsonl.", exists=True)
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write; a folder for brat.")],
    to: Annotated[To, typer.Option(help="Format of OUT.")],
    repair: Annotated[
        bool,
        typer.Option(
            "--repair", help="Move labels whose offsets are off to their words, and mend misspelt label names."
        ),
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT.")] = False,
) -> None:
    """Convert labelled data, or the results of `annotator annotate`, to the format of a labelling tool or back.

    The format of IN is told by what is in it: labelled articles (JSON Lines), one sentence a row (JSON Lines or CSV with
    text and label), Label Studio (JSON, JSON-MIN), Prodigy, doccano, INCEpTION (UIMA CAS JSON, WebAnno TSV 3), brat,
    CoNLL, a `datasets` folder.

    Offsets are checked against the words that should stand there. A label that does not fit is listed with file and line
    and left out; with --repair it is moved to the nearest place of its words, if that is one place only.
    """
    from annotator.formats import check_out, read_data, write_data
    from annotator.render import escape_controls

    check_out(out, to.value, overwrite)
    with _show_status("reading"):
        reading = read_data(source, repair=repair)
    for line in reading.describe():
        typer.echo(_indent(line) + escape_controls(line.lstrip()), err=True)
    with _show_status("writing"):
        written = write_data(reading.articles, out, to.value, overwrite)
    for what, count in written.losses.most_common():
        typer.echo(f"not in OUT, {to.value} has no place for it: {what} ({count})", err=True)
    if to.value in SHOWN_NEXT:
        typer.echo(f"next: {_say_next(to.value, written.paths)}", err=True)
    for path in written.paths:
        typer.echo(str(path))
    raise typer.Exit(0 if reading.is_whole else 1)


def _say_next(to: str, paths: tuple[Path, ...]) -> str:
    from annotator.formats.naming import KNOWN

    with_relations = to == "doccano" and b'"relations"' in paths[0].read_bytes()
    relations = " and relations" if with_relations else ""
    return SHOWN_NEXT[to].format(out=paths[0], beside=paths[-1], labels=",".join(KNOWN), relations=relations)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


@contextmanager
def _show_status(what: str) -> Iterator[None]:
    """A sign of life on stderr where that is a terminal."""
    from annotator.render import make_console

    console = make_console(stderr=True)
    if console.is_terminal:
        with console.status(what):
            yield
    else:
        yield
