"""T = I + P + A + R: the points of one source, each with the words that earn them (rubric R1, R1a)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from annotator.grade.rubric import SCALE_END, Rubric
from annotator.labels import ANONYMOUS_TYPES, BODY_TYPES, DOCUMENT_TYPES, NOT_GRADABLE, PERSON_TYPES
from annotator.records import Attribute, Evidence, Grade, Source, Span

# "A weekday or *announced* alone: 1" (rubric R1a): words of an occasion that name no occasion.
_NO_OCCASION = re.compile(
    r"(?:\W|\b(?:on|in|at|the|this|last|late|early|earlier|later|and|first|announced?|announcing|announcement|confirmed|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tonight|week|weekend|month|year|day|"
    r"morning|noon|afternoon|evening|night|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|\d{1,4}(?:st|nd|rd|th)?)\b)*",
    re.IGNORECASE,
)
# "+1 date, edition or number" (rubric R1, P of items): words of an occasion that hold one.
_DATED = re.compile(
    r"\d|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|(?:this|last) (?:week|month|year)|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|winter|edition|issue|volume|annual|quarterly|monthly|weekly|daily)\b",
    re.IGNORECASE,
)
# "Anonymous: 2 only for a public occasion" (rubric R1a). Words said to one newsroom are not public.
_PUBLIC = re.compile(
    r"\b(?:statement|hearing|court|trial|inquest|inquiry|testi\w+|deposition|affidavit|filing|lawsuit|"
    r"(?:press|news) (?:conference|briefing)|parliament|congress|committee|council meeting|public meeting|town hall|"
    r"rally|protest|speech|sermon|ceremony|broadcast|televised|on air|radio|television|live ?stream)\b",
    re.IGNORECASE,
)
_NOT_PUBLIC = re.compile(
    r"\b(?:background|anonym\w+|not for attribution|off the record|closed[- ]door|private)\b", re.IGNORECASE
)
_PUBLIC_MEDIA = frozenset({"press_conference", "testimony_or_filing"})

_BYSTANDER_SECTORS = frozenset({"actor", "witness", "victim"})


def grade_sources(sources: Iterable[Source], rubric: Rubric) -> tuple[Source, ...]:
    """The same sources, in their order, each with its grade."""
    return tuple(replace(source, grade=grade_source(source, rubric)) for source in sources)


def grade_source(source: Source, rubric: Rubric) -> Grade:
    """Sourcing transparency of one source, 0-10, with one item of evidence for each part that earns points (rubric R1).

    The points of the evidence add up to the score; a cap is an item with negative points. `unresolved` is not gradable
    (None, not 0). An attribute that is None earns nothing, except what the definition of the type itself says (codebook
    2.1): see the functions below.
    """
    if source.type == "unresolved":
        return Grade(None, NOT_GRADABLE)
    parts = (_score_identity, _score_position, _score_access, _score_record)
    earned = [item for part in parts for item in part(source, rubric) if item.points]
    total = sum(item.points for item in earned)
    cap, why = _find_cap(source, rubric)
    if total > cap:
        earned.append(Evidence("cap", cap - total, why))
        total = cap
    return Grade(total, rubric.find_band(total), tuple(earned))


def is_anonymous(source: Source) -> bool:
    """Whether the reader cannot tell who answers for the claims: by `resolve` or by the type (codebook 2.1)."""
    return source.anonymous or source.type in ANONYMOUS_TYPES


def has_issuer(source: Source) -> bool:
    """Whether an item has an issuer or title; a named document does by definition (codebook 2.1)."""
    return source.type == "named_document" or (source.type in DOCUMENT_TYPES and source.affiliation is not None)


def _score_identity(source: Source, rubric: Rubric) -> list[Evidence]:
    """Rubric R1 I and R1a: by type; a body that is not specific gets less; unnamed people only where described.

    Described means a role, an affiliation, or bystander status (incidental, or sector actor, witness or victim). A
    description by nationality alone is not among the attributes and must come as `role` or `affiliation`. Collectives
    and hearsay: 0.
    """
    kind = source.type
    if kind in BODY_TYPES and source.body_specific is False:
        return [_cite(source, "identity", rubric.identity["unspecific_body"], "body that is not specific")]
    if kind in ("unnamed_person", "unnamed_group"):
        shown = source.role or source.affiliation
        bystander = source.anonymity_type == "incidental" or source.sector in _BYSTANDER_SECTORS
        if not (shown or bystander):
            return []
        return [_cite(source, "identity", rubric.identity["described_person"], "unnamed but described", shown)]
    if kind not in rubric.identity:
        return []
    return [_cite(source, "identity", rubric.identity[kind], kind.replace("_", " "))]


def _score_position(source: Source, rubric: Rubric) -> list[Evidence]:
    """Rubric R1 P and R1a, by people, bodies and items.

    By its type alone a person identified by role has a role, a spokesperson a role and a body that he or she speaks
    for, an organisation is a specific body unless `body_specific` is false, and a named document has an issuer. That a
    title implies its body ("economy minister") is for `resolve` to say, by filling in `affiliation`.
    """
    if source.type in BODY_TYPES:
        return _score_body(source, rubric)
    weights = rubric.position
    found = []
    if source.type in DOCUMENT_TYPES:
        if has_issuer(source):
            found.append(_cite(source, "position", weights["issuer"], "issuer or title given", source.affiliation))
        if source.occasion and _DATED.search(source.occasion.value):
            found.append(
                _cite(source, "position", weights["edition"], "date, edition or number given", source.occasion)
            )
        return found
    if source.role or source.type in ("role_identified_person", "unnamed_spokesperson"):
        found.append(_cite(source, "position", weights["role"], "role given", source.role))
    belongs = source.type in PERSON_TYPES | {"unnamed_group"}  # of a collective only the role counts (R1a)
    if belongs and (source.affiliation or source.type == "unnamed_spokesperson"):
        found.append(_cite(source, "position", weights["affiliation"], "affiliation given", source.affiliation))
    return found


def _score_body(source: Source, rubric: Rubric) -> list[Evidence]:
    """Rubric R1a P: a body's second point needs words beyond its name."""
    found = []
    if source.body_specific is not False:
        found.append(_cite(source, "position", rubric.position["specific_body"], "specific body"))
    name = (source.name or "").casefold()
    for shown in (source.role, source.affiliation):
        if shown and shown.value.casefold() not in name:
            found.append(
                _cite(source, "position", rubric.position["unit_or_function"], "unit or function given", shown)
            )
            break
    return found


def _score_access(source: Source, rubric: Rubric) -> list[Evidence]:
    """Rubric R1 A and R1a: 0 for what was said to another outlet (relay); else by the access that the text states.

    Where none is stated, an organisation speaks for itself and a spokesperson for the body: official capacity.
    """
    if source.relay_depth >= 1:
        return []
    access = source.access.value if source.access else "unknown"
    if access == "unknown" and source.type in ("named_organization", "unnamed_spokesperson"):
        return [_cite(source, "access", rubric.access["official_capacity"], "speaks in official capacity")]
    return [_cite(source, "access", rubric.access.get(access, 0), access.replace("_", " "), source.access)]


def _score_record(source: Source, rubric: Rubric) -> list[Evidence]:
    """Rubric R1 R and R1a.

    Anonymous: an occasion only if public (by `medium` or by the words of the occasion), else a specific reason. An
    unidentified item: at most the lower value, for a date or issuer. Others: an occasion, or for an item its date,
    edition, docket or link or words that say it is public; without one the lower value, if the source is specific.
    """
    weights = rubric.record
    if is_anonymous(source):
        if source.occasion and _is_public(source):
            return [_cite(source, "record", weights["occasion"], "public occasion", source.occasion)]
        if source.reason_kind == "specific":
            return [_cite(source, "record", weights["specific_reason"], "specific reason for anonymity", source.reason)]
        return []
    if source.type == "unidentified_document":
        shown = source.affiliation or source.occasion
        return [_cite(source, "record", weights["identifiable"], "partly identified", shown)] if shown else []
    shown = _find_occasion(source)
    if shown:
        return [_cite(source, "record", weights["occasion"], "occasion or retrievable item", shown)]
    if source.body_specific is False:
        return []
    return [_cite(source, "record", weights["identifiable"], "identifiable source, no occasion")]


def _find_occasion(source: Source) -> Attribute | None:
    """The words that say where to look (rubric R1a). A date serves for an item, not for a person."""
    if source.type == "named_document":
        public = source.provenance if source.provenance and source.provenance.value == "public" else None
        return source.occasion or (public if public and public.span else None)
    if source.occasion and not _NO_OCCASION.fullmatch(source.occasion.value):
        return source.occasion
    return None


def _is_public(source: Source) -> bool:
    words = source.occasion.value if source.occasion else ""
    if _NOT_PUBLIC.search(words):
        return False
    return bool(_PUBLIC.search(words)) or bool(source.medium and source.medium.value in _PUBLIC_MEDIA)


def _find_cap(source: Source, rubric: Rubric) -> tuple[int, str]:
    """The lowest cap that holds for a source and why (rubric R1)."""
    caps = [(SCALE_END, "the scale ends here")]
    if is_anonymous(source):
        caps.append((rubric.caps["anonymous"], "anonymous source"))
    if source.type == "pseudonymous_account":
        caps.append((rubric.caps["pseudonymous"], "pseudonymous source"))
    if source.type == "unidentified_document":
        caps.append((rubric.caps["unidentified_document"], "unidentified document"))
    if source.relay_depth >= 2:
        caps.append((rubric.caps["relayed_twice"], "relayed more than once"))
    cap, why = min(caps)
    return cap, f"{why}: at most {cap}"


def _cite(source: Source, part: str, points: int, why: str, shown: Attribute | None = None) -> Evidence:
    """Evidence with the span of an attribute, or else of the mention that names the source."""
    span = (shown and shown.span) or _find_name(source)
    return Evidence(part, points, why, span and span.start, span and span.end)


def _find_name(source: Source) -> Span | None:
    """The mention as long as the canonical name, else the longest: the name is the fullest form in the article."""
    length = len(source.name or "")
    return min(source.mentions, key=lambda span: (span.end - span.start != length, span.start - span.end), default=None)
