"""The attributes of a source (codebook 2.2, rubric R1a), each with the words that show it. Not found is None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from annotator.labels import ANONYMOUS_TYPES, BODY_TYPES, DOCUMENT_TYPES
from annotator.records import Article, Attribute, Claim, Source, Span
from annotator.resolve.affiliation import find_affiliation
from annotator.resolve.anonymity import Grant, anonymity_type, as_attribute, reason_kind
from annotator.resolve.keys import name_key
from annotator.resolve.lexicon import NUMBER_WORDS, OFFICIAL_BODIES, ORG_NOUNS
from annotator.resolve.link import Links
from annotator.resolve.mentions import Mention
from annotator.resolve.occasions import find_access, find_date, find_occasion, find_provenance, tells_outlet
from annotator.resolve.roles import find_function, find_role
from annotator.resolve.roster import Entity, is_media
from annotator.resolve.sectors import guess_sector

ON_RECORD = frozenset({"press_conference", "statement", "testimony_or_filing"})
_COUNT = re.compile(
    r"(?:at least |about |around |nearly |more than |over )?(?:the )?(?P<n>[A-Za-z]+|\d{1,4})\b", re.IGNORECASE
)
_LOOSE_BODIES = (
    frozenset({"media", "press", "authorities", "authority", "government", "police", "officials", "military", "army"})
    | OFFICIAL_BODIES
)


@dataclass(frozen=True)
class Chain:
    """All that one source said and is called in an article."""

    article: Article
    links: Links
    entity: Entity
    indexes: Sequence[int]
    claims: Sequence[Claim]
    mentions: Sequence[Mention]

    @property
    def text(self) -> str:
        """The text of the article."""
        return self.article.text

    @cached_property
    def own(self) -> list[tuple[int, Claim, Mention]]:
        """The claims that state the source, with the parsed mention."""
        rows = [(i, claim, self.links.mentions[i]) for i, claim in zip(self.indexes, self.claims, strict=True)]
        return [row for row in rows if row[2] is not None]

    @cached_property
    def areas(self) -> list[Span]:
        """Where occasions are looked for: the sentences that state the source, without what is quoted or said."""
        found = []
        for _, claim, _ in self.own:
            found.extend(self.around(claim))
        return found

    def around(self, claim: Claim) -> list[Span]:
        """A claim's sentences less its content and quotations; all of the sentence where nothing is left."""
        start, end = self.links.layout.bounds(claim.sentence_ids)
        holes = sorted([*claim.content, *claim.quotes], key=lambda span: span.start)
        if not holes:
            return [Span(start, end)]
        parts, at = [], start
        for hole in holes:
            if hole.start > at:
                parts.append(Span(at, min(hole.start, end)))
            at = max(at, hole.end)
        if at < end:
            parts.append(Span(at, end))
        return parts

    @cached_property
    def occasion(self) -> tuple[Attribute, str] | None:
        """The occasion that the claims state, and its medium."""
        return find_occasion(self.text, self.areas)

    @cached_property
    def on_record(self) -> bool:
        """Whether the source speaks on an occasion that makes it its body's voice (codebook 1.8)."""
        return self.occasion is not None and self.occasion[1] in ON_RECORD

    @cached_property
    def grants(self) -> list[Grant]:
        """The statements that this source is not to be named."""
        own = [self.links.grants[index] for index in self.indexes if index in self.links.grants]
        return own + self.links.late_grants.get(id(self.entity), [])

    @cached_property
    def described(self) -> list[Span]:
        """The spans that name or describe the source."""
        return [mention.span for mention in self.mentions if mention.form != "pronoun"]


def describe_source(source: Source, chain: Chain) -> Source:
    """Fill in the attributes of a source whose type is settled."""
    if source.type in ("unresolved", "unspecified"):
        return source
    item = source.type in DOCUMENT_TYPES
    mentions = [mention for mention in chain.mentions if mention.form != "pronoun"]
    if source.type in BODY_TYPES:
        role = find_function(chain.text, chain.entity)
    else:
        role = None if item else find_role(chain.text, chain.entity, mentions)
    affiliation = find_affiliation(chain.text, chain.entity, mentions, role, chain.links.roster)
    if affiliation is None and chain.entity.host is not None and chain.entity.host.names:
        host = chain.entity.host
        affiliation = Attribute(host.label, host.names[0].span)
    source = replace(source, role=role, affiliation=affiliation, count_stated=_count(source, mentions))
    source = _add_anonymity(source, chain)
    source = _add_item(source, chain) if item else _add_occasion(source, chain)
    relayed_by, depth = _find_relay(source, chain)
    return replace(
        source,
        access=_find_access(source, chain),
        relayed_by=relayed_by,
        relay_depth=depth,
        sector=guess_sector(source.type, chain.entity, role, affiliation),
        body_specific=_is_specific(source, chain),
    )


def _add_anonymity(source: Source, chain: Chain) -> Source:
    words = [chain.text[span.start : span.end] for span in chain.described]
    kind = anonymity_type(source.type, bool(chain.grants), words)
    if source.type not in ANONYMOUS_TYPES:
        return replace(source, anonymity_type="none")
    span = (
        next((grant.reason for grant in chain.grants if grant.reason is not None), None) if kind == "explicit" else None
    )
    reason = as_attribute(chain.text, span)
    return replace(source, anonymity_type=kind, reason=reason, reason_kind=reason_kind(reason and reason.value, kind))


def _add_occasion(source: Source, chain: Chain) -> Source:
    if chain.occasion is None:
        return source
    occasion, medium = chain.occasion
    return replace(source, occasion=occasion, medium=Attribute(medium, occasion.span))


def _add_item(source: Source, chain: Chain) -> Source:
    date = provenance = None
    for _, claim, mention in chain.own:
        # The words for the item, and what stands between them and the cue: "the report, released on Monday, said".
        cue = claim.cue.start if claim.cue is not None else mention.span.end
        area = Span(mention.span.start, max(mention.span.end, min(cue, mention.span.end + 60)))
        date = date or find_date(chain.text, area, mention.span)
        provenance = provenance or find_provenance(chain.text, area)
    return replace(source, occasion=date, provenance=provenance, medium=Attribute("document"))


def _find_access(source: Source, chain: Chain) -> Attribute | None:
    if source.type == "named_document":
        return Attribute("first_hand", chain.described[0] if chain.described else None)
    if source.type in ("generic_collective", "unidentified_document", "media_outlet"):
        return None
    described = list(chain.described)
    described += [
        attribute.span for attribute in (source.role,) if attribute is not None and attribute.span is not None
    ]
    contents = [span for claim in chain.claims for span in claim.content]
    quotes = [span for claim in chain.claims for span in claim.quotes] if source.type != "unnamed_spokesperson" else []
    body = source.type in BODY_TYPES
    acts = [claim.cue for claim in chain.claims if claim.cue is not None] if body else []
    return find_access(chain.text, described, contents, quotes, acts, body or source.type == "unnamed_group")


def _find_relay(source: Source, chain: Chain) -> tuple[Attribute | None, int]:
    """Who passed the words on. The lowest depth of a mixed chain counts (rubric R1a)."""
    if source.type == "media_outlet":
        return (None, 0 if _is_own(chain.article, chain.entity.label) else 1)
    relays: list[Attribute | None] = []
    for index, claim, mention in chain.own:
        nested = chain.links.nested[index]
        if nested is not None:
            shown = chain.text[nested.relay.start : nested.relay.end].strip(" ,")
            relays.append(Attribute(shown, nested.relay))
        elif mention.form != "pronoun":
            relays.append(_told_outlet(chain, claim))
    stated = [relay for relay in relays if relay is not None]
    if not stated or len(stated) < len(relays):
        return None, 0
    return stated[0], 1


def _told_outlet(chain: Chain, claim: Claim) -> Attribute | None:
    """Another outlet that was told, where the outlet of this article is known (row 52)."""
    if chain.article.outlet is None:
        return None
    for area in chain.around(claim):
        for name in chain.links.roster.within(area.start, area.end):
            if is_media(name.words) and tells_outlet(chain.text, name.start) and not _is_own(chain.article, name.shown):
                return Attribute(name.shown, name.span)
    return None


def _is_own(article: Article, name: str) -> bool:
    own, other = name_key(article.outlet or ""), name_key(name)
    return (
        bool(own)
        and bool(other)
        and (own in other or other in own or _initials(own) == other or _initials(other) == own)
    )


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split())


def _count(source: Source, mentions: Sequence[Mention]) -> int | None:
    """The number that a description states ("two aides"); None for a bare plural."""
    if source.type != "unnamed_group":
        return None
    for mention in mentions:
        match = _COUNT.match(mention.text)
        word = match.group("n").lower() if match else ""
        number = int(word) if word.isdigit() else NUMBER_WORDS.get(word)
        if number is not None and 1 < number < 1000:
            return number
    return None


def _is_specific(source: Source, chain: Chain) -> bool | None:
    """Whether a body can be told from others of its kind: "Tarn police", not "police" or "local media"."""
    if source.type not in BODY_TYPES:
        return None
    if chain.entity.names and chain.entity.kind != "adjective":
        return True
    mention = next((mention for mention in chain.mentions if mention.form == "description"), None)
    if mention is None or mention.owner is not None:
        return mention is not None
    return mention.noun in ORG_NOUNS and mention.noun not in _LOOSE_BODIES and mention.definite
