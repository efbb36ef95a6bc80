"""`annotator profile`: the indicators of a run by groups of articles."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from annotator.errors import ConfigError

if TYPE_CHECKING:
    from annotator.across.groups import GroupBy

DEFAULT = (
    "attribution_rate",
    "identified_source_share",
    "anonymous_source_share",
    "anonymous_claim_share",
    "anonymity_explained",
    "mean_T",
)
EPILOG = """\b
Examples:
  annotator profile results --by outlet
  annotator profile results --by beat --with beats.csv --indicator official_share
  annotator profile results --by month --trace anonymous_claim_share --group 2031-03
\b
Exit codes: 0 shown and written, 2 wrong use: OUT holds no run, or there is no such column, indicator or group."""


def profile(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder with the results of `annotator annotate`.")],
    by: Annotated[str, typer.Option(metavar="COLUMN", help="outlet, month, or a column of the summary or of --with.")],
    table: Annotated[
        Path | None,
        typer.Option("--with", metavar="FILE", help="CSV file with COLUMN, joined by its column id or path."),
    ] = None,
    indicator: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Print this indicator; can be repeated.")
    ] = None,
    trace: Annotated[
        str | None, typer.Option(metavar="INDICATOR", help="List what stands behind an indicator instead.")
    ] = None,
    group: Annotated[str | None, typer.Option(metavar="VALUE", help="With --trace: one group only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the indicators of OUT by groups of articles: shares pooled as k of n with 95% intervals, medians of the rest.

    All indicators are written to OUT/profile_by_COLUMN.parquet and .csv. The month is that of the date as published; an
    article without a value, or with a date that cannot be read, is in the group `unknown`. Repeats of a text are not
    counted. Groups with fewer than 5 articles get counts only. Do not rank outlets by single articles: genre and beat
    drive anonymity.

    With --trace nothing is written: each line names the article, the offsets and the words of a sentence, claim or
    source behind the number.
    """
    from annotator.across.groups import GroupBy
    from annotator.across.profile import check_indicators

    check_indicators(indicator or [])
    if group is not None and trace is None:
        raise ConfigError("--group chooses a group for --trace INDICATOR; add it")
    chosen = GroupBy(by, table)
    if trace is not None:
        _print_trace(out, chosen, trace, group, as_json)
    else:
        _print_profile(out, chosen, indicator or list(DEFAULT), as_json)


def _print_profile(out: Path, by: GroupBy, indicators: list[str], as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from annotator.across.profile import profile_run, write_profile
    from annotator.across.render import render_profile
    from annotator.render import escape_controls, make_console, print_trimmed

    result = profile_run(out, by)
    places = write_profile(result, out)
    if as_json:
        typer.echo(json.dumps(asdict(result)))
        return
    sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a character shows ? and goes on
    print_trimmed(render_profile(result, indicators), make_console())
    _print_notes(result.notes)
    typer.echo(f"written: {escape_controls(', '.join(map(str, places)))}", err=True)


def _print_trace(out: Path, by: GroupBy, indicator: str, group: str | None, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from annotator.across.render import list_trace
    from annotator.across.trace import trace_indicator

    result = trace_indicator(out, by, indicator, group)
    if as_json:
        typer.echo(json.dumps(asdict(result)))
        return
    sys.stdout.reconfigure(errors="replace")
    for line in list_trace(result):
        typer.echo(line)
    _print_notes(result.notes)


def _print_notes(notes: list[str]) -> None:
    from annotator.render import escape_controls

    for note in notes:
        typer.echo(f"note: {escape_controls(note)}", err=True)
