"""The `annotator` command: its sub-commands, and errors as one line with an exit code.

0 all done, 1 some articles failed, 2 wrong use, 130 interrupted. Nothing heavy is imported before a command runs.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from annotator.cli import (
    agreement,
    annotate,
    check,
    convert,
    corroborate,
    evaluate,
    explain,
    export,
    inspect,
    next,
    profile,
    report,
    review,
    serve,
    sources,
    train,
)
from annotator.errors import AnnotatorError

INTERRUPTED = 130  # 128 + SIGINT, as shells have it
EPILOG = """\b
Examples:
  annotator annotate articles/ -o results
  annotator inspect story.html
  annotator check draft.md
\b
Exit codes: 0 all done, 1 some articles failed, 2 wrong use, 130 interrupted."""


class _Group(TyperGroup):
    """Turns the errors raised on purpose into one line on stderr; any other exception is a bug and shows its trace."""

    def invoke(self, ctx: typer.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AnnotatorError as error:
            from annotator.render import escape_controls

            typer.echo(f"error: {escape_controls(str(error))}", err=True)
            raise typer.Exit(2) from error
        except KeyboardInterrupt as error:
            typer.echo("interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from error


# Plain help: Rich's panels would double the time that `--help` takes.
app = typer.Typer(
    name="annotator",
    cls=_Group,
    epilog=EPILOG,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=annotate.EPILOG)(annotate.annotate)
app.command(epilog=inspect.EPILOG)(inspect.inspect)
app.command(epilog=check.EPILOG)(check.check)
app.command(epilog=explain.EPILOG)(explain.explain)
app.command(epilog=sources.EPILOG)(sources.sources)
app.command(epilog=profile.EPILOG)(profile.profile)
app.command(epilog=corroborate.EPILOG)(corroborate.corroborate)
app.command(epilog=report.EPILOG)(report.report)
app.command(epilog=review.EPILOG)(review.review)
app.command(epilog=serve.EPILOG)(serve.serve)
app.command(epilog=export.EPILOG)(export.export)
app.command(epilog=convert.EPILOG)(convert.convert)
app.command("next", epilog=next.EPILOG)(next.next_)
app.command(epilog=agreement.EPILOG)(agreement.agreement)
app.command(epilog=evaluate.EPILOG)(evaluate.evaluate)
app.command(epilog=train.EPILOG)(train.train)


def _print_version(wanted: bool) -> None:
    if wanted:
        from annotator.batch import DISTRIBUTION, find_version

        typer.echo(f"annotator {find_version(DISTRIBUTION) or '(not installed)'}")
        raise typer.Exit


@app.callback()
def annotator(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Who says so, and how well can a reader check it?

    Labels every sentence of a news article, finds its sources and grades how well each can be checked.
    """
