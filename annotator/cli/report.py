"""`annotator report`: a run as a static site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EPILOG = """\b
Examples:
  annotator report results
  annotator report results -o public/report --overwrite
  annotator corroborate results && annotator report results      with the claims that several articles make
\b
Exit codes: 0 written, 2 wrong use: OUT holds no run or the folder cannot be written to."""


def report(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with the results of `annotator annotate`.")],
    site: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="DIR", help="Folder for the site.  [default: OUT/report]")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier report.")] = False,
) -> None:
    """Write OUT as pages that open from disk in any browser, with no server and no network.

    An index of the articles with their indicators, most used sources, flags and failures; a page for each article, its
    claims marked and joined to their sources and to the evidence of their grades; a page for each source; the claims that
    several articles make, where `annotator corroborate` has been run, and those that rest on one anonymous source.
    """
    from annotator.cli.options import open_bar
    from annotator.report import build_site

    with open_bar() as progress:
        made = build_site(out, site or out / "report", overwrite=overwrite, progress=progress)
    typer.echo(f"{made.articles} articles, {made.sources} sources, {made.shared} shared claims", err=True)
    typer.echo(str(made.index))
