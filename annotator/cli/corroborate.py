"""`annotator corroborate`: claims that several articles of a run make, and what each rests on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from annotator.cli.options import open_bar

POOR_RECALL = 0.5
EPILOG = """\b
Examples:
  annotator corroborate results
  annotator corroborate results --min-outlets 3
  annotator corroborate results --json | jq '.groups[] | select(.anonymous_only)'
\b
Exit codes: 0 shown and written, 2 wrong use: OUT holds no run or cannot be written to."""


def corroborate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with the results of `annotator annotate`.")],
    min_outlets: Annotated[
        int, typer.Option(min=0, metavar="N", help="Leave out claims that fewer outlets carry.")
    ] = 0,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Hugging Face encoder or model folder that says which claims are alike.  [default: the bundled model]",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the claims that several articles in OUT make, and how many independent sources and outlets carry each.

    Two claims are the same where an encoder finds them near in meaning and their numbers, days, names, polarity, tense and
    certainty do not conflict. Independent sources are given as a lower and an upper bound: the same person in two
    articles is one, and so are copies of the same words and sources of one body. A claim is `corroborated` where the
    lower bound is two or more and not all are anonymous.

    All are written to OUT/corroboration.parquet and .csv.
    """
    import json

    from transformers.utils.logging import disable_progress_bar

    from annotator.across.run import open_run
    from annotator.corroborate import corroborate_run, load_encoder
    from annotator.corroborate.report import write_report

    open_run(out).close()  # said before the model is loaded
    disable_progress_bar()  # of the loading of weights
    with open_bar() as progress:
        report = corroborate_run(out, load_encoder(model), min_outlets, progress)
    if report.fit.recall < POOR_RECALL:
        typer.echo(
            f"note: this encoder finds only {report.fit.recall:.0%} of the claims that say the same in other words; "
            "leave --model out, or name an encoder of sentences",
            err=True,
        )
    places = write_report(report, out)
    if as_json:
        typer.echo(json.dumps(report.to_dict()))
        return
    from annotator.corroborate.render import render_report
    from annotator.render import escape_controls, make_console, print_trimmed

    sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows ? and goes on
    print_trimmed(render_report(report), make_console())
    typer.echo(f"written: {escape_controls(', '.join(map(str, places)))}", err=True)
