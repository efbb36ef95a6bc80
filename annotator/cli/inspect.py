"""`annotator inspect`: one article, its sources, claims and profile in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli import options

if TYPE_CHECKING:
    from annotator.grade import Rubric
    from annotator.records import Annotation

EPILOG = """\b
Examples:
  annotator inspect story.html
  annotator inspect story.txt | less
\b
Exit codes: 0 shown, 1 the article cannot be annotated, 2 wrong use."""


def inspect(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file with an article, or - for stdin.")],
    model: options.Model = None,
    rubric: options.Rubric = None,
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
        annotator = options.load_annotator(model, None, rubric)
        result = next(iter(annotator.annotate_many([article])))
    if isinstance(result, Failure):
        typer.echo(f"{escape_controls(result.path)}: {escape_controls(result.message)} ({result.stage})", err=True)
        raise typer.Exit(1)
    remark = _find_sensitivity(result, annotator.rubric)
    sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows ? and goes on
    print_annotation(result, make_console(), remark)


def _find_sensitivity(annotation: Annotation, rubric: Rubric) -> str:
    """Whether the band of the article changes if any one weight moves by 1 (rubric R1); empty where there is no band."""
    from annotator.grade import band_sensitivity, describe_sensitivity, profile_article
    from annotator.labels import NOT_GRADABLE

    if annotation.profile.band == NOT_GRADABLE:
        return ""

    def find_band(other: Rubric) -> str:
        return profile_article(annotation.sentences, annotation.claims, annotation.sources, other).band

    return describe_sensitivity(band_sensitivity(find_band, rubric))
