"""A run -> the claims that several of its articles make, as rows, as JSON and as files beside the run's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.across.tables import Columns, write_result
from annotator.corroborate.embed import TextEncoder
from annotator.corroborate.weigh import Member, SharedClaim, weigh_group

if TYPE_CHECKING:
    from annotator.corroborate.match import Fit

NAME = "corroboration"
# One row per claim; the columns from `support` on are of its group.
COLUMNS: Columns = (
    ("group", "int64"),
    ("article_id", "string"),
    ("claim_id", "string"),
    ("outlet", "string"),
    ("path", "string"),
    ("published", "string"),
    ("text", "string"),
    ("source", "string"),
    ("source_type", "string"),
    ("role", "string"),
    ("affiliation", "string"),
    ("anonymous", "bool"),
    ("similarity", "double"),
    ("verbatim_copy", "bool"),
    ("relays", "string"),
    ("copies", "int64"),
    ("copy_outlets", "list"),
    ("support", "string"),
    ("group_claims", "int64"),
    ("group_articles", "int64"),
    ("group_outlets", "int64"),
    ("independent_low", "int64"),
    ("independent_high", "int64"),
    ("anonymous_only", "bool"),
    ("relayed", "bool"),
)

Progress = Callable[[str, int, int], None]  # what is done, how many of how many


@dataclass(frozen=True, slots=True)
class Report:
    """The claims that several articles make, most independent sources first; `compared` claims were looked at.

    `fit` says from which cosine on two claims were taken to say the same, and how well the encoder is made for it.
    """

    shared: tuple[SharedClaim, ...]
    compared: int
    fit: Fit

    def to_rows(self) -> list[dict[str, Any]]:
        """One row per claim, with the keys of COLUMNS."""
        return [
            {"group": number} | describe_member(member) | describe_group(shared)
            for number, shared in enumerate(self.shared, 1)
            for member in shared.members
        ]

    def to_dict(self) -> dict[str, Any]:
        """The whole report for JSON: groups with their claims."""
        groups = [
            {"group": number, "text": shared.medoid.text}
            | describe_group(shared)
            | {"outlets": list(shared.outlets), "claims": [describe_member(member) for member in shared.members]}
            for number, shared in enumerate(self.shared, 1)
        ]
        return {"compared": self.compared, "threshold": self.fit.threshold, "groups": groups}


def corroborate_run(
    out: Path | str,
    encoder: TextEncoder,
    min_outlets: int = 0,
    progress: Progress | None = None,
) -> Report:
    """Find the claims that articles of the run in `out` share; groups of fewer than `min_outlets` outlets are left out.

    Headlines, captions and refusals to comment are not compared, and claims of one article never with each other.
    Raises InputError if `out` holds no whole run.
    """
    import numpy as np

    from annotator.corroborate.facts import read_facts
    from annotator.corroborate.group import group_matches
    from annotator.corroborate.match import fit_threshold, match_texts
    from annotator.corroborate.statements import read_statements

    def tell(what: str, total: int) -> Callable[[int], None] | None:
        return progress and (lambda done: progress(what, done, total))

    statements = read_statements(out)
    texts = list(dict.fromkeys(item.text for item in statements))
    places = {text: place for place, text in enumerate(texts)}
    fit = fit_threshold(encoder)
    vectors = encoder.embed(texts, tell("texts embedded", len(texts)))[[places[item.text] for item in statements]]
    articles = {item.article_id: number for number, item in enumerate(statements)}
    owners = np.asarray([articles[item.article_id] for item in statements], dtype=np.int64)
    facts = [read_facts(item.text, item.denied, item.source and item.source.name) for item in statements]
    matches = match_texts(vectors, owners, facts, fit.threshold, tell("claims compared", len(statements)))
    shared = [
        weigh_group(statements[group.medoid], [statements[i] for i in group.members], group.similarities)
        for group in group_matches(matches)
    ]
    kept = [item for item in shared if len(item.outlets) >= min_outlets]
    kept.sort(key=lambda item: (-item.independent[0], -len(item.outlets), -item.articles, item.medoid.article_id))
    return Report(tuple(kept), len(statements), fit)


def write_report(report: Report, out: Path | str) -> tuple[Path, Path]:
    """Write corroboration.parquet and .csv into `out`. Raises ConfigError if it cannot be written to."""
    return write_result(report.to_rows(), COLUMNS, out, NAME)


def describe_member(member: Member) -> dict[str, Any]:
    """One claim of a group as values for JSON and tables."""
    from annotator.grade import is_anonymous

    statement, source = member.statement, member.statement.source
    keys = ("article_id", "claim_id", "outlet", "path", "published", "text", "copies")
    return {key: getattr(statement, key) for key in keys} | {
        "source": source and source.name,
        "source_type": source and source.type,
        "role": source and source.role and source.role.value,
        "affiliation": source and source.affiliation and source.affiliation.value,
        "anonymous": source and is_anonymous(source),
        "similarity": round(member.similarity, 4),
        "verbatim_copy": member.verbatim_copy,
        "relays": member.relays,
        "copy_outlets": list(statement.copy_outlets),
    }


def describe_group(shared: SharedClaim) -> dict[str, Any]:
    """What a group rests on, as values for JSON and tables."""
    return {
        "support": shared.support,
        "group_claims": len(shared.members),
        "group_articles": shared.articles,
        "group_outlets": len(shared.outlets),
        "independent_low": shared.independent[0],
        "independent_high": shared.independent[1],
        "anonymous_only": shared.anonymous_only,
        "relayed": shared.relayed,
    }
