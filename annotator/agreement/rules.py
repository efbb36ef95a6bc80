"""The question of the codebook that decides between two labels (docs/codebook.md, sections 1.2 to 1.6)."""

from __future__ import annotations

from collections.abc import Collection

from annotator.labels import ANONYMOUS, ATTRIBUTED, NARRATION, QUOTE

RULES = {
    frozenset(
        (ATTRIBUTED, NARRATION)
    ): "Q2: is content put on somebody else's account? Wishes, acts and feelings are not "
    "(1.6); a sentence without a cue only where it passes the test of 1.5",
    frozenset(
        (ATTRIBUTED, QUOTE)
    ): "Q5: a quoted finite clause, or quoted words for half of the content or more, is a direct quote",
    frozenset(
        (ATTRIBUTED, ANONYMOUS)
    ): "Q4: could a reader name who would have to answer for it, from the whole article? "
    "Officials are anonymous unless an on-record occasion is stated; spokespeople are not (1.4, rows 20 to 27)",
    frozenset(
        (ANONYMOUS, NARRATION)
    ): "Q2 d: hearsay marks (reportedly, allegedly, it is believed) make a claim of nobody stated; "
    "forecasts, schedules and agentless views do not (1.4, rows 36 to 40)",
    frozenset(
        (QUOTE, NARRATION)
    ): "Q1: a sentence inside an open quotation is its speaker's; scare quotes, titles and mottos are "
    "the author's (1.4, rows 4 to 9)",
    frozenset(
        (QUOTE, ANONYMOUS)
    ): "precedence (1.2): an anonymous source outranks verbatim words; then Q4 decides whether it is one",
}


def find_rule(labels: Collection[str]) -> str:
    """The rule for a pair of labels; of three or more the rules of all pairs are too many, so the order of the questions."""
    return RULES.get(frozenset(labels), "ask Q0 to Q6 in order and stop at the first that gives a label (1.3)")
