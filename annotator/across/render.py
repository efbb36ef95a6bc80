"""Sources and profiles of a run for the terminal. Names come from articles: shown as text, never as markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from annotator.across.merging import BY_TYPE
from annotator.across.profile import RunProfile
from annotator.across.sources import SourceTable
from annotator.across.trace import Trace
from annotator.limits import NOTE
from annotator.records import Share
from annotator.render import HEADING_STYLE, escape_controls

SHOWN_VALUES = 3  # roles and affiliations of one source
NO_RANKING = (
    "Groups are not ranked: genre and beat drive anonymity, and few articles say little of an outlet. Intervals take "
    "claims as independent; those of one article are not, so the real uncertainty is larger."
)


def render_sources(table: SourceTable, rows: Sequence[dict[str, Any]]) -> RenderableType:
    """The share of anonymous sources and the chosen rows as a table."""
    grid = _make_table("source", "type", "articles", "claims", "share", "outlets", "T (min-max)", "role, affiliation")
    for row in rows:
        known = dict.fromkeys([*row["roles"][:SHOWN_VALUES], *row["affiliations"][:SHOWN_VALUES]])
        grid.add_row(
            Text(
                escape_controls(row["name"] or ("(all together)" if row["merged_by"] == BY_TYPE else "(no name)")),
                HEADING_STYLE if row["name"] else "dim",
            ),
            Text(row["type"]),
            *(Text(str(row[key])) for key in ("articles", "claims")),
            Text("-" if row["share_of_claims"] is None else f"{row['share_of_claims']:.1%}"),
            Text(str(row["outlets"])),
            Text("-" if row["mean_T"] is None else f"{row['mean_T']:.1f} ({row['min_T']}-{row['max_T']})"),
            Text(escape_controls("; ".join(known if row["name"] else ()))),
        )
    head = [
        f"articles: {table.articles}" + (f" (and {table.repeats} repeats, not counted)" if table.repeats else ""),
        f"claims of anonymous sources: {show_share(table.anonymous_claims)}",
        f"anonymous sources, each counted once an article: {show_share(table.anonymous_sources)}",
    ]
    foot = f"{len(rows)} of {len(table.rows)} sources"
    return Group(*map(Text, head), Text(""), grid, Text(""), Text(foot, "dim"), Text(NOTE, "dim"))


def render_profile(profile: RunProfile, indicators: Sequence[str]) -> RenderableType:
    """A table of groups for each indicator."""
    parts: list[RenderableType] = []
    for name in indicators:
        rows = [row for row in profile.rows if row["indicator"] == name]
        parts.append(Text(f"\n{name} ({rows[0]['statistic']})" if rows else f"\n{name}", HEADING_STYLE))
        grid = _make_table(profile.by, "articles", "value", "count", "interval")
        for row in rows:
            grid.add_row(*map(Text, (escape_controls(row["group"]), str(row["articles"]), *_show_figures(row))))
        parts.append(grid)
    return Group(*parts, Text(""), Text(NO_RANKING, "dim"), Text(NOTE, "dim"))


def list_trace(trace: Trace) -> list[str]:
    """One line for each unit: article and offsets, its id, whether it counts, its grade and its words."""
    lines = []
    for row in trace.rows:
        counted = {True: "counted", False: "not counted", None: "enters"}[row["counted"]]
        grade = "" if row["T"] is None else f", T {row['T']}"
        words = f"{row['article_id']}:{row['spans']}: {row['unit']} {row['id']}, {counted}{grade}: {row['text']}"
        lines.append(escape_controls(words))
    return lines


def show_share(share: Share) -> str:
    """k of n, the share and its interval, as far as they are known."""
    words = f"{share.k:g} of {share.n}"
    if share.value is not None:
        words += f", {share.value:.1%}"
    if share.low is not None and share.high is not None:
        words += f" (95% {share.low:.1%}-{share.high:.1%})"
    return words


def _show_figures(row: dict[str, Any]) -> tuple[str, str, str]:
    value = "-" if row["value"] is None else f"{row['value']:.2f}"
    if row["statistic"] == "median":
        spread = "" if row["min"] is None else f"{row['min']:.2f} to {row['max']:.2f}"
        return value, f"{row['n']} articles", spread
    interval = "" if row["low"] is None else f"95% {row['low']:.2f}-{row['high']:.2f}"
    return value, f"{row['k']:g} of {row['n']}", interval


def _make_table(*columns: str) -> Table:
    """A table without lines; the first column is folded, numbers are at the right."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        number = column in ("articles", "claims", "share", "outlets", "value")
        wide = column in (columns[0], "role, affiliation")
        table.add_column(
            Text(escape_controls(column)), justify="right" if number else "left", overflow="fold", no_wrap=not wide
        )
    return table
