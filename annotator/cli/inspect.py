"""`annotator inspect`: one article, its sources, claims and profile in the terminal."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from annotator.cli import options

EPILOG = """\b
Examples:
  annotator inspect story.html
  annotator inspect story.txt | less
\b
Exit codes: 0 shown, 1 the article cannot be annotated, 2 wrong use."""


def inspect(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file with an article, or - for stdin.")],
    model: options.Model = None,
    text_field: options.TextField = None,
    title_field: options.TitleField = None,
    any_language: options.AnyLanguage = False,
) -> None:
    """Print one article, its sources and its profile.

    Every sentence is shown with its label, every source with its grade and the words that earn it. Of a file with
    several articles the first is shown. Output that is piped is plain text, 100 columns wide.
    """
    from annotator.errors import InputError
    from annotator.read import read_articles
    from annotator.records import Failure
    from annotator.render import escape_controls, make_console, print_annotation

    read_options = options.make_read_options(any_language=any_language, text_field=text_field, title_field=title_field)
    notes: list[str] = []
    article = next(iter(read_articles([file], read_options, report=notes.append)), None)
    for note in notes:
        typer.echo(f"note: {escape_controls(note)}", err=True)
    if article is None:
        raise InputError(f"{file}: holds no article")
    result = article
    if not isinstance(article, Failure):
        result = next(iter(options.load_annotator(model).annotate_many([article])))
    if isinstance(result, Failure):
        typer.echo(f"{escape_controls(result.path)}: {escape_controls(result.message)} ({result.stage})", err=True)
        raise typer.Exit(1)
    sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows ? and goes on
    print_annotation(result, make_console())
