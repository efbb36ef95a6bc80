"""From links to `Source` records: one per entity, with type, anonymity and attributes decided once for the whole
article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotator.labels import ANONYMOUS_TYPES
from annotator.records import Article, Claim, Quotation, Sentence, Source, Span
from annotator.resolve.attributes import Chain, describe_source
from annotator.resolve.link import Links, link_claims
from annotator.resolve.mentions import Mention, noun_class
from annotator.resolve.naming import choose_name
from annotator.resolve.roster import Entity
from annotator.resolve.typing import decide_type


def resolve_sources(
    article: Article,
    sentences: tuple[Sentence, ...],
    claims: tuple[Claim, ...],
    quotations: tuple[Quotation, ...],
) -> tuple[tuple[Source, ...], tuple[Claim, ...]]:
    """Link every claim to its source; returns the sources in order of first mention and the claims with `source_id`.

    Sentence ids must be their positions. Claims of hearsay share a source of type unspecified, a claim whose source
    is there but cannot be linked gets one of type unresolved; both have no name. Deterministic; no argument is
    changed.
    """
    if not claims:
        return (), claims
    links = link_claims(article, sentences, claims, quotations)
    ordered = sorted(_group(links, claims), key=lambda members: (_first(links, claims, members), members[0]))
    owner: dict[int, str] = {}
    sources = []
    taken: set[Span] = set()
    for number, members in enumerate(ordered, 1):
        source = _make_source(f"s{number}", article, links, claims, members, taken)
        taken.update(source.mentions)
        sources.append(source)
        owner.update(dict.fromkeys(members, source.id))
    return tuple(sources), tuple(replace(claim, source_id=owner[index]) for index, claim in enumerate(claims))


def _group(links: Links, claims: Sequence[Claim]) -> list[list[int]]:
    """Claims by entity; hearsay is one chain, unlinked claims stand alone."""
    groups: dict[object, list[int]] = {}
    for index, entity in enumerate(links.entities):
        key: object = id(entity) if entity is not None else "hearsay" if links.hearsay[index] else -index
        groups.setdefault(key, []).append(index)
    return list(groups.values())


def _first(links: Links, claims: Sequence[Claim], members: list[int]) -> int:
    entity = links.entities[members[0]]
    if entity is not None:
        return entity.first
    claim = claims[members[0]]
    return claim.source.start if claim.source is not None else links.layout.start_of(claim.sentence_ids)


def _is_item(mention: Mention | None) -> bool:
    return mention is not None and mention.form == "description" and noun_class(mention.noun) == "document"


def _make_source(
    identity: str,
    article: Article,
    links: Links,
    claims: Sequence[Claim],
    members: list[int],
    taken: set[Span],
) -> Source:
    entity = links.entities[members[0]]
    if entity is None:
        return _make_unlinked(identity, links, claims, members, taken)
    mentions = [links.mentions[index] for index in members if links.mentions[index] is not None]
    model = [
        (claims[index].scores, _weight(links, index))
        for index in members
        if claims[index].scores is not None
        and claims[index].scores.types
        and not (entity.names and _is_item(links.mentions[index]))  # "the Gazette's report": the model types the report
    ]
    chain = Chain(article, links, entity, members, [claims[index] for index in members], mentions)
    kind, probability = decide_type(entity, mentions, article.text, model, chain.on_record, bool(chain.grants))
    places = _collect_mentions(entity, [mention.span for mention in mentions], taken)
    name = choose_name(entity, kind, mentions, article.text)
    source = Source(identity, name, kind, places, kind in ANONYMOUS_TYPES, probability)
    return describe_source(source, chain)


def _collect_mentions(entity: Entity, spans: Sequence[Span], taken: set[Span]) -> tuple[Span, ...]:
    """Every place that names the source: its names in the text and the source spans linked to it, without overlaps."""
    candidates = sorted(
        {*spans, *(name.span for name in entity.names)} - taken, key=lambda span: (span.start, -span.end)
    )
    kept: list[Span] = []
    for span in candidates:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def _make_unlinked(
    identity: str, links: Links, claims: Sequence[Claim], members: list[int], taken: set[Span]
) -> Source:
    spans = sorted(
        {claims[index].source for index in members if claims[index].source is not None} - taken, key=lambda s: s.start
    )
    if links.hearsay[members[0]]:
        return Source(identity, None, "unspecified", tuple(spans), True, 1.0, "unspecified", reason_kind="n/a")
    return Source(identity, None, "unresolved", tuple(spans))


def _weight(links: Links, index: int) -> float:
    """How much a mention says of the type: names and descriptions more than pronouns and inherited claims."""
    mention = links.mentions[index]
    if mention is None:
        return 0.15
    return 0.3 if mention.form == "pronoun" else 1.0
