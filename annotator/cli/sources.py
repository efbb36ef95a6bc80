"""`annotator sources`: one table of sources over all articles of a run."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

TOP = 20
EPILOG = """\b
Examples:
  annotator sources results
  annotator sources results --sort articles --top 50
  annotator sources results --json | jq '.rows[] | select(.outlets > 2)'
\b
Exit codes: 0 shown and written, 2 wrong use: OUT holds no run or cannot be written to."""


class Sort(StrEnum):
    """What the table is sorted by."""

    claims = "claims"
    articles = "articles"
    outlets = "outlets"
    mean_T = "mean_T"
    name = "name"


def sources(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with the results of `annotator annotate`.")],
    top: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Print the first N sources.  [default: 20, with --json all]"),
    ] = None,
    sort: Annotated[Sort, typer.Option(help="Numbers from high to low, names from A to Z.")] = Sort.claims,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the sources of all articles in OUT, the same person or body merged, with the share that is anonymous.

    All sources are written to OUT/sources_across.parquet and .csv, with the ids of their articles and claims
    (`article:claim`) and with what each was merged by. People are merged by their full name. A surname alone is merged
    only with the one full name in OUT that it can belong to, or with the same affiliation. Nobody is merged by role.
    Anonymous sources are added up by type. Repeats of a text are not counted.
    """
    import json
    from dataclasses import asdict, replace

    from annotator.across.sources import collect_sources, sort_sources, write_sources

    table = collect_sources(out)
    places = write_sources(table, out)
    rows = sort_sources(table.rows, sort)[: top or (None if as_json else TOP)]
    if as_json:
        typer.echo(json.dumps(asdict(replace(table, rows=rows))))
        return
    from annotator.across.render import render_sources
    from annotator.render import escape_controls, make_console, print_trimmed

    sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows ? and goes on
    print_trimmed(render_sources(table, rows), make_console())
    typer.echo(f"written: {escape_controls(', '.join(map(str, places)))}", err=True)
