"""Shared claims for the terminal. Words come from articles: shown as text, never as markup."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from annotator.corroborate.report import Report
from annotator.corroborate.weigh import Member, SharedClaim
from annotator.grade import is_anonymous
from annotator.render import HEADING_STYLE, escape_controls

NOTE = (
    "That several articles say the same does not make it true. Whether the sources of two outlets are the same person, "
    "and where they know it from, a text cannot show: the bounds count what is stated. Matches are predictions: compare "
    "the words."
)


def render_report(report: Report) -> RenderableType:
    """Every shared claim with its sources."""
    parts: list[RenderableType] = []
    for number, shared in enumerate(report.shared, 1):
        parts += [_render_head(number, shared), *(_render_member(member) for member in shared.members), Text("")]
    foot = f"{len(report.shared)} shared claims; {report.compared} claims compared, same from {report.fit.threshold:.3f} on"
    return Group(*parts, Text(foot), Text(NOTE, "dim"))


def _render_head(number: int, shared: SharedClaim) -> RenderableType:
    low, high = shared.independent
    facts = [
        shared.support,
        f"independent sources {low}" + (f" to {high}" if high != low else ""),
        f"articles {shared.articles}",
        f"outlets {len(shared.outlets)}",
        *(["anonymous sources alone"] if shared.anonymous_only else []),
        *(["relayed"] if shared.relayed else []),
    ]
    head = Text(f"{number}. {escape_controls(shared.medoid.text)}", HEADING_STYLE)
    return Group(head, Padding(Text(", ".join(facts), "cyan"), (0, 0, 0, 3)))


def _render_member(member: Member) -> RenderableType:
    statement = member.statement
    place = f"{statement.outlet or '(outlet not known)'}, {statement.article_id} {statement.claim_id}"
    line = Text(escape_controls(f"{place}: {_name_source(member)}"))
    line.append(f"  {', '.join(_list_remarks(member))}", "dim")
    return Padding(Group(line, Text(escape_controls(statement.text), "italic")), (0, 0, 0, 3))


def _name_source(member: Member) -> str:
    source = member.statement.source
    if source is None:
        return "(no source found)"
    details: list[str] = []
    for detail in (source.name, source.role and source.role.value, source.affiliation and source.affiliation.value):
        if detail and not any(detail.casefold() in other.casefold() for other in details):
            details.append(detail)
    return ", ".join(details) or "(not named)"


def _list_remarks(member: Member) -> Iterator[str]:
    source = member.statement.source
    if source:
        yield source.type
        if is_anonymous(source):
            yield "anonymous"
    yield f"similarity {member.similarity:.2f}"
    if member.verbatim_copy:
        yield "verbatim copy"
    if member.relays:
        yield f"relays {escape_controls(member.relays)}"
    if member.statement.copies:
        yield f"same text in {member.statement.copies} more"
