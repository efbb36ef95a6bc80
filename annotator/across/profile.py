"""The indicators of rubric R3 over groups of articles: shares pooled with intervals, medians of the rest.

No league table of outlets from single articles (rubric R3): groups are in the order of their names, and a group with
fewer than `SMALL` articles gets counts only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.across.groups import GroupBy, group_articles
from annotator.across.run import fetch_rows, open_run
from annotator.across.tables import Columns, write_result
from annotator.errors import ConfigError
from annotator.grade.stats import make_share
from annotator.write import INDICATORS, SHARES

SMALL = 5  # articles
FLAGS = tuple(name for name, kind in INDICATORS if kind == "bool")
MEDIANS = tuple(name for name, _ in INDICATORS if name not in (*SHARES, *FLAGS))
COLUMNS: Columns = (
    ("by", "string"),
    ("group", "string"),
    ("articles", "int64"),
    ("repeats", "int64"),
    ("indicator", "string"),
    ("statistic", "string"),
    ("value", "double"),
    ("k", "double"),
    ("n", "int64"),
    ("low", "double"),
    ("high", "double"),
    ("min", "double"),
    ("max", "double"),
)

_SUMS = ", ".join(f"coalesce(sum({name}_k), 0) AS {name}_k, coalesce(sum({name}_n), 0) AS {name}_n" for name in SHARES)
_TRUTHS = ", ".join(f"count_if({name}) AS {name}_k, count({name}) AS {name}_n" for name in FLAGS)
_MIDDLES = ", ".join(
    f"median({name})::DOUBLE AS {name}, count({name}) AS {name}_n, min({name})::DOUBLE AS {name}_min, "
    f"max({name})::DOUBLE AS {name}_max"
    for name in MEDIANS
)
_PROFILE = f"""
SELECT group_label, any_value(r.repeats) AS repeats, count(id) AS articles, {_SUMS}, {_TRUTHS}, {_MIDDLES}
FROM (SELECT group_label, count_if(is_repeat) AS repeats FROM groups GROUP BY group_label) r
LEFT JOIN (groups JOIN articles ON id = article_id) USING (group_label)
GROUP BY group_label ORDER BY group_label
"""


@dataclass(frozen=True, slots=True)
class RunProfile:
    """One row per group and indicator with the keys of `COLUMNS`, and what the user has to know.

    `statistic` is `pooled share` (k of n over all articles of the group, Wilson 95% interval), `share of articles` or
    `median` (over the n articles that have the indicator, with the lowest and the highest). `repeats` are further
    articles with a text that is counted where it was met first.
    """

    by: str
    rows: list[dict[str, Any]]
    notes: list[str]


def profile_run(out: Path | str, by: GroupBy) -> RunProfile:
    """The profile of the run in `out` by groups. Raises InputError and ConfigError as `open_run` and `group_articles`."""
    with open_run(out) as connection:
        notes = group_articles(connection, by)
        groups = fetch_rows(connection, _PROFILE)
    rows = [row for group in groups for row in _list_indicators(by.column, group)]
    small = sum(group["articles"] < SMALL for group in groups)
    if small:
        notes.append(f"{small} of {len(groups)} groups have fewer than {SMALL} articles: counts only")
    return RunProfile(by.column, rows, notes)


def write_profile(profile: RunProfile, out: Path | str) -> tuple[Path, Path]:
    """Write `profile_by_COLUMN.parquet` and `.csv` into `out`, in the file name only letters, digits, - and _.

    Raises ConfigError if it cannot be written to.
    """
    column = re.sub(r"[^\w-]", "_", profile.by, flags=re.ASCII)[:60]
    return write_result(profile.rows, COLUMNS, out, f"profile_by_{column}")


def check_indicators(names: list[str]) -> None:
    """Raise ConfigError for a name that is no indicator of rubric R3."""
    known = [name for name, _ in INDICATORS]
    for name in names:
        if name not in known:
            raise ConfigError(f"{name}: no such indicator; the indicators are {', '.join(known)}")


def _list_indicators(by: str, group: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of one group, indicators in the order of rubric R3."""
    shared = {"by": by, "group": group["group_label"], "articles": group["articles"], "repeats": group["repeats"]}
    counts_only = group["articles"] < SMALL
    rows = []
    for name, _ in INDICATORS:
        row = dict.fromkeys(key for key, _ in COLUMNS) | shared | {"indicator": name, "n": group[f"{name}_n"]}
        if name in MEDIANS:
            row["statistic"] = "median"
            figures = {"value": group[name], "min": group[f"{name}_min"], "max": group[f"{name}_max"]}
        else:
            share = make_share(group[f"{name}_k"], group[f"{name}_n"])
            row |= {"statistic": "share of articles" if name in FLAGS else "pooled share", "k": share.k}
            figures = {"value": share.value, "low": share.low, "high": share.high}
        rows.append(row if counts_only else row | figures)
    return rows
