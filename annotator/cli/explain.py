"""`annotator explain`: what a flag of `annotator check` means and where its rule comes from."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

LIMITS_WORD = "limits"
WIDTH = 100
EPILOG = """\b
Examples:
  annotator explain
  annotator explain anonymous_no_reason
  annotator explain limits
\b
Exit codes: 0 explained, 2 no such code."""


def explain(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="A flag, or limits.  [default: list all]")] = None,
) -> None:
    """Explain a flag of `annotator check`.

    Says when it is set, what to do, and which published rule stands behind it.

    `annotator explain limits` prints what a text alone cannot show, whatever its grades.
    """
    from annotator.check import find_code

    if code is None:
        lines = _list_flags()
    elif find_code(code, [LIMITS_WORD]) == LIMITS_WORD:
        lines = _list_limits()
    else:
        lines = _explain_flag(code)
    for line in lines:
        typer.echo(line)


def _list_flags() -> list[str]:
    from annotator.grade import FLAG_RULES

    lines = []
    for code, rule in FLAG_RULES.items():
        lines += [code, *_wrap(rule.message, "    ")]
    return [
        *lines,
        "",
        f"annotator explain CODE tells more; annotator explain {LIMITS_WORD}: what no flag or grade shows.",
    ]


def _explain_flag(code: str) -> list[str]:
    from annotator.grade import FLAG_RULES

    rule = FLAG_RULES[code]
    parts = {"set when": rule.when, "to do": rule.message, "origin": rule.origin}
    lines = [code]
    for name, words in parts.items():
        lines += _wrap(words, f"  {name + ':':<10}")
    return [*lines, "", "A flag is a prompt for an editor, not a finding of fault."]


def _list_limits() -> list[str]:
    from annotator.limits import LIMITS

    return [line for number, limit in enumerate(LIMITS, 1) for line in _wrap(limit, f"{number}. ")]


def _wrap(words: str, start: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
