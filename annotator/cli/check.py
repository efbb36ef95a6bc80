"""`annotator check`: prompts for an editor on a draft, one a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.cli import options

if TYPE_CHECKING:
    from annotator.check import Finding
    from annotator.records import Failure

EPILOG = """\b
Examples:
  annotator check draft.md
  annotator check drafts/ --ignore vague_plural,bare_source
  cat draft.txt | annotator check - --select anonymous_no_reason
  annotator check drafts/ --format sarif > flags.sarif
\b
Exit codes:
  0    no flag was found
  1    at least one was found
  2    wrong use, or an article could not be checked: see stderr
  130  interrupted"""


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Files, folders, globs, or - for stdin.")],
    select: Annotated[
        list[str] | None, typer.Option(metavar="CODE[,CODE...]", help="Look for these flags only.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="CODE[,CODE...]", help="Do not look for these flags.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print what is found.")] = Format.TEXT,
    model: options.Model = None,
    rubric: options.Rubric = None,
    text_field: options.TextField = None,
    title_field: options.TitleField = None,
    any_language: options.AnyLanguage = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no count.")] = False,
    threads: options.Threads = None,
) -> None:
    """Print the flags of drafts, one a line.

    As path:line:col: code message, such as anonymous_no_reason: a source stays unnamed and the text does not say why. A
    flag is a prompt for an editor, not a finding of fault; `annotator explain CODE` has the rule and its origin.

    Line and column are those of the words that name the source, or of the first sentence of the claim. For .txt and
    .md they count in the file. For web pages, rows of tables (path#row), packed files and standard input they count in
    the text as it was read, and the formats sarif and github give the file alone. The rubric sets the grades in the
    formats json and sarif; flags do not depend on it.
    """
    from annotator.check import check_annotation, choose_codes
    from annotator.errors import InputError
    from annotator.read import read_articles
    from annotator.records import Failure
    from annotator.render import escape_controls

    options.check_paths(files)
    codes = choose_codes(select or (), ignore or ())
    read_options = options.make_read_options(any_language=any_language, text_field=text_field, title_field=title_field)
    articles = read_articles(
        files, read_options, report=lambda note: typer.echo(f"note: {escape_controls(note)}", err=True)
    )
    sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows ? and goes on
    findings: list[Finding] = []
    failures: list[Failure] = []
    checked = 0
    for result in options.load_annotator(model, threads, rubric).annotate_many(articles):
        if isinstance(result, Failure):
            failures.append(result)
            typer.echo(f"failed: {escape_controls(f'{result.path}: {result.message}')} ({result.stage})", err=True)
            continue
        checked += 1
        found = check_annotation(result, codes)
        findings += found
        _print_lines(found, output)
    if not checked and not failures:
        raise InputError(f"{', '.join(files)}: holds no article")
    _print_document(findings, failures, output)
    if not quiet:
        typer.echo(f"articles: {checked}, flags: {len(findings)}; annotator explain CODE tells more", err=True)
    raise typer.Exit(2 if failures else 1 if findings else 0)


def _print_lines(findings: Iterable[Finding], output: Format) -> None:
    """The formats of one line for each finding are printed as they come."""
    from annotator.check import format_github, format_text

    show = {Format.TEXT: format_text, Format.GITHUB: format_github}.get(output)
    for finding in findings if show else ():
        typer.echo(show(finding))


def _print_document(findings: list[Finding], failures: list[Failure], output: Format) -> None:
    """The formats that are one document are printed at the end."""
    from annotator.check import format_json, format_sarif

    if output == Format.JSON:
        typer.echo(format_json(findings))
    elif output == Format.SARIF:
        from annotator.batch import DISTRIBUTION, find_version

        typer.echo(format_sarif(findings, failures, find_version(DISTRIBUTION)))
