"""The plots of the index as SVG files, light and dark: colours are variables, and a hatch stands beside each colour."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from annotator.labels import ANONYMOUS, ATTRIBUTED, LABELS, NARRATION, QUOTE

# Stand-ins that matplotlib writes into the file; each becomes a variable with a light and a dark value.
_INK, _PAPER = "#010101", "#fefefe"
_FILLS = {NARRATION: "#010203", ATTRIBUTED: "#010204", QUOTE: "#010205", ANONYMOUS: "#010206"}
_HATCHES = {NARRATION: "", ATTRIBUTED: "///", QUOTE: "...", ANONYMOUS: "xxx"}
_THEME = {
    _INK: ("--ink", "#1d1d1b", "#e9e6dd"),
    _PAPER: ("--paper", "#fbfaf6", "#171816"),
    _FILLS[NARRATION]: ("--narration", "#c9c5ba", "#5c5a54"),
    _FILLS[ATTRIBUTED]: ("--attributed", "#5b97cb", "#3a6d9c"),
    _FILLS[QUOTE]: ("--quote", "#4fa68f", "#2f7e69"),
    _FILLS[ANONYMOUS]: ("--anonymous", "#e0875a", "#a8562d"),
}
_FONT = 10.5
MOST_ROWS = 24


def plot_label_shares(rows: Sequence[Mapping[str, Any]], across: str) -> str:
    """An SVG with one bar for each row (`name` and a count for each label), the labels stacked to 100%.

    `across` is "time" (bars stand) or "groups" (bars lie).
    """
    shown = list(rows)[-MOST_ROWS:] if across == "time" else list(rows)[:MOST_ROWS][::-1]
    figure, axes = _make_figure(7.2, 2.9 if across == "time" else 0.9 + 0.34 * len(shown))
    places = list(range(len(shown)))
    totals = [max(1, sum(row[label] for label in LABELS)) for row in shown]
    bottoms = [0.0] * len(shown)
    for label in LABELS:
        heights = [100 * row[label] / total for row, total in zip(shown, totals, strict=True)]
        style = {"color": _FILLS[label], "edgecolor": _PAPER, "linewidth": 0.6, "hatch": _HATCHES[label]}
        style["label"] = label.replace("_", " ")
        if across == "time":
            axes.bar(places, heights, bottom=bottoms, width=0.82, **style)
        else:
            axes.barh(places, heights, left=bottoms, height=0.72, **style)
        bottoms = [low + high for low, high in zip(bottoms, heights, strict=True)]
    names = [_shorten(str(row["name"])) for row in shown]
    if across == "time":
        axes.set_xticks(places, names, rotation=45 if len(names) > 8 else 0, ha="right" if len(names) > 8 else "center")
        axes.set_ylabel("% of sentences")
        axes.set_ylim(0, 100)
    else:
        axes.set_yticks(places, names)
        axes.set_xlabel("% of sentences")
        axes.set_xlim(0, 100)
    figure.legend(loc="outside upper center", ncols=4, frameon=False, fontsize=_FONT - 1, handlelength=1.4)
    return _write(figure)


def plot_grades(values: Sequence[float]) -> str:
    """An SVG histogram of the mean T of articles, with the bounds of the bands (rubric R1)."""
    figure, axes = _make_figure(7.2, 2.4)
    axes.hist(values, bins=[step / 2 for step in range(21)], color=_FILLS[ATTRIBUTED], edgecolor=_PAPER, linewidth=0.6)
    for bound in (1.5, 3.5, 5.5, 7.5):
        axes.axvline(bound, color=_INK, linewidth=0.7, linestyle=(0, (3, 3)))
    for centre, band in ((0.75, "minimal"), (2.5, "low"), (4.5, "limited"), (6.5, "substantial"), (8.75, "high")):
        axes.text(centre, 1.02, band, transform=axes.get_xaxis_transform(), ha="center", fontsize=_FONT - 1, color=_INK)
    axes.set_xlim(0, 10)
    axes.set_xlabel("mean T of the article, 0 to 10")
    axes.set_ylabel("articles")
    axes.yaxis.get_major_locator().set_params(integer=True)
    return _write(figure)


def _make_figure(width: float, height: float):
    from matplotlib import rc_context
    from matplotlib.figure import Figure  # no pyplot: no window system and no state

    with rc_context({"font.family": "sans-serif", "font.size": _FONT}):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(_INK)
    axes.tick_params(colors=_INK, labelsize=_FONT - 1)
    axes.xaxis.label.set_color(_INK)
    axes.yaxis.label.set_color(_INK)
    return figure, axes


def _write(figure) -> str:
    from matplotlib import rc_context

    for legend in figure.legends:
        for text in legend.get_texts():
            text.set_color(_INK)
    stream = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "annotator", "hatch.linewidth": 0.7}):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = stream.getvalue()
    for colour, (name, _, _) in _THEME.items():
        svg = svg.replace(colour, f"var({name})")
    light = "".join(f"{name}:{day};" for name, day, _ in _THEME.values())
    dark = "".join(f"{name}:{night};" for name, _, night in _THEME.values())
    style = f"<style>:root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}</style>"
    return svg.replace("<defs>", style + "<defs>", 1)


def _shorten(name: str) -> str:
    """A name of an axis; a dollar sign would begin a formula."""
    shown = name if len(name) <= 28 else name[:27] + "…"
    return shown.replace("$", r"\$")
