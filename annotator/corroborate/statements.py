"""The claims of a run, each with its source and its article, as far as the comparison needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.across.merging import merge_sources
from annotator.across.run import fetch_rows, open_run, quote_list
from annotator.records import Attribute, Source

MIN_WORDS = 3  # contents shorter than this ("the same", "no") say nothing without their sentence
_EDGES = " ,;:\n"
_NOTHING_SAID = ("no_comment", "non_disclosure", "question")

# Claims of the body (rubric R3) that assert something. Repeats of an article's text add their outlets, not claims.
_QUERY = f"""
WITH sentence_texts AS (
    SELECT article_id, claim_id, string_agg(s.text, ' ' ORDER BY sentence_id) AS sentence_text
    FROM claim_sentences JOIN sentences s USING (article_id, sentence_id) GROUP BY ALL
), copies AS (
    SELECT duplicate_of AS article_id, count(*) AS copies, list(DISTINCT outlet) FILTER (outlet IS NOT NULL) AS outlets
    FROM summary WHERE duplicate_of IS NOT NULL GROUP BY ALL
)
SELECT c.article_id, c.claim_id, c.kind AS claim_kind, c.content_text, c.source_text, c.cue_text, t.sentence_text,
    a.outlet, a.path, a.published, coalesce(r.copies, 0) AS copies, coalesce(r.outlets, []) AS copy_outlets,
    s.* EXCLUDE (article_id), m.kind AS family, m.merge_key, m.merge_body, m.merge_date
FROM counted_claims c
JOIN articles a ON a.id = c.article_id
JOIN sentence_texts t USING (article_id, claim_id)
LEFT JOIN chains s USING (article_id, source_id)
LEFT JOIN merged m USING (article_id, source_id)
LEFT JOIN copies r USING (article_id)
WHERE c.kind IS NULL OR c.kind NOT IN ({quote_list(_NOTHING_SAID)})
ORDER BY c.article_id, length(c.claim_id), c.claim_id
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim of one article. `source` is None where nobody can be said to answer for it.

    `identity` is equal for sources of different articles that are one person or body (`across.merging`).
    `copy_outlets` are those that ran the same text; `text` is what is compared. `denied`: its source denies `text`.
    """

    article_id: str
    claim_id: str
    text: str
    denied: bool
    outlet: str | None
    path: str | None
    published: str | None
    source: Source | None
    identity: tuple[str, ...]
    copies: int
    copy_outlets: tuple[str, ...]

    @property
    def outlets(self) -> set[str]:
        """The outlets that carry it."""
        return {outlet for outlet in (self.outlet, *self.copy_outlets) if outlet}


def read_statements(out: Path | str) -> list[Statement]:
    """The claims of the run in `out` that assert something. Raises InputError if it holds no whole run."""
    with open_run(out) as connection:
        merge_sources(connection)
        rows = fetch_rows(connection, _QUERY)
    return [_make_statement(row) for row in rows]


def _make_statement(row: dict[str, Any]) -> Statement:
    text, bare = _find_words(row)
    return Statement(
        row["article_id"],
        row["claim_id"],
        text,
        bare and row["claim_kind"] == "denial",  # with its cue a text says itself that it denies
        row["outlet"],
        row["path"],
        row["published"],
        _make_source(row) if row["source_id"] else None,
        _find_identity(row),
        row["copies"],
        tuple(sorted(row["copy_outlets"])),
    )


def _find_words(row: dict[str, Any]) -> tuple[str, bool]:
    """What a claim says, and whether that is without its cue: the content, or the sentence where it is too short.

    A claim without content is its sentence less source and cue.
    """
    content = (row["content_text"] or "").strip(_EDGES)
    if len(content.split()) >= MIN_WORDS:
        return content, True
    sentence, cue = row["sentence_text"], row["cue_text"]
    rest = sentence
    for part in filter(None, () if content else (row["source_text"], cue)):
        rest = rest.replace(part, "", 1)
    rest = rest.strip(_EDGES)
    return (rest, bool(cue) and not content) if len(rest.split()) >= MIN_WORDS else (sentence, False)


def _find_identity(row: dict[str, Any]) -> tuple[str, ...]:
    """What is equal for one source in several articles; of its own article and id where nothing merges it."""
    if row["family"] in (None, "by_type", "alone"):
        return ("alone", row["article_id"], row["source_id"] or row["claim_id"])
    return tuple(row[name] or "" for name in ("family", "merge_key", "merge_body", "merge_date"))


def _make_source(row: dict[str, Any]) -> Source:
    def attribute(name: str) -> Attribute | None:
        return Attribute(row[name]) if row[name] else None

    return Source(
        f"{row['article_id']}/{row['source_id']}",
        row["name"],
        row["type"],
        anonymous=bool(row["anonymous"]),
        anonymity_type=row["anonymity_type"] or "none",
        role=attribute("role"),
        affiliation=attribute("affiliation"),
        relayed_by=attribute("relayed_by"),
        relay_depth=row["relay_depth"] or 0,
        count_stated=row["count_stated"],
        body_specific=row["body_specific"],
    )
