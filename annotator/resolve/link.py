"""Linking: which entity answers for each claim, over the whole article, forwards and backwards (codebook Q3, rows 7-14,
22-27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from annotator.records import Article, Claim, Quotation, Sentence, Span
from annotator.resolve.anonymity import Grant, find_grants
from annotator.resolve.descriptions import Descriptions
from annotator.resolve.inherit import link_inherited
from annotator.resolve.layout import Layout
from annotator.resolve.mentions import Mention, parse_mention
from annotator.resolve.pronouns import choose_antecedent
from annotator.resolve.relay import Nested, find_nested, is_hearsay
from annotator.resolve.roster import Entity, Roster, build_roster

REACH = 60  # claims looked back at
MAX_SOURCE = 400  # characters of a source span that are read; no real description is longer


@dataclass(slots=True)
class Links:
    """What linking found: an entity for each claim (None where unknown), the parsed mentions and the relays."""

    roster: Roster
    layout: Layout
    entities: list[Entity | None]
    mentions: list[Mention | None]
    nested: list[Nested | None]
    hearsay: list[bool]
    grants: dict[int, Grant] = field(default_factory=dict)  # by claim
    late_grants: dict[int, list[Grant]] = field(default_factory=dict)  # by id of the entity


UNLIKE = 0.6  # difference in the model's probability of anonymity that no chain holds


class Linker:
    """Links the claims of one article in order of the text; holds what has been linked so far."""

    def __init__(
        self, article: Article, sentences: Sequence[Sentence], claims: Sequence[Claim], quotations: Sequence[Quotation]
    ) -> None:
        self.text = article.text
        self.claims = claims
        self.layout = Layout(article.text, sentences, quotations)
        self.roster = build_roster(article.text, sentences)
        count = len(claims)
        self.entities: list[Entity | None] = [None] * count
        self.mentions: list[Mention | None] = [None] * count
        self.nested: list[Nested | None] = [None] * count
        self.hearsay = [False] * count
        self.interviewee = self.layout.find_interviewee(self.roster)
        self.descriptions = Descriptions(self)
        self.history: list[int] = []  # claims linked so far, in order
        self.order = sorted(range(count), key=lambda i: (self.place(i), i))

    def place(self, index: int) -> int:
        """Where in the text a claim stands."""
        claim = self.claims[index]
        if claim.source is not None:
            return claim.source.start
        spans = claim.quotes or claim.content
        return spans[0].start if spans else self.layout.start_of(claim.sentence_ids)

    def run(self) -> Links:
        """Parse, link what is stated, then what is inherited."""
        for index in self.order:
            self._parse(index)
        for index in self.order:
            if self.mentions[index] is not None:
                self._assign(index, self._link_stated(index))
        link_inherited(self)
        self._unlink_unlike()
        links = Links(self.roster, self.layout, self.entities, self.mentions, self.nested, self.hearsay)
        self._link_grants(links)
        return links

    def _link_grants(self, links: Links) -> None:
        """Give each statement of anonymity to the claim of its sentence, else to the source just spoken of."""
        by_sentence: dict[int, list[int]] = {}
        for index in self.order:
            for position in self.claims[index].sentence_ids:
                by_sentence.setdefault(position, []).append(index)
        bounds = [(sentence.start, sentence.end) for sentence in self.layout.sentences]
        for grant in find_grants(self.text, bounds):
            here = self.layout.sentence_at(grant.span.start)
            stated = [i for i in by_sentence.get(here, ()) if self.mentions[i] is not None]
            if stated:
                before = [i for i in stated if self.place(i) <= grant.span.start]
                links.grants[before[-1] if before else stated[0]] = grant
                continue
            near = next(
                (
                    i
                    for step in (0, 1, 2, 3)
                    for i in reversed(by_sentence.get(here - step, ()))
                    if self.entities[i] is not None
                ),
                None,
            )
            if near is None:
                near = next((i for i in by_sentence.get(here + 1, ()) if self.entities[i] is not None), None)
            if near is not None:
                links.late_grants.setdefault(id(self.entities[near]), []).append(grant)

    def _parse(self, index: int) -> None:
        claim = self.claims[index]
        start, end = self.layout.bounds(claim.sentence_ids)
        self.hearsay[index] = is_hearsay(self.text, claim, start, end)
        if claim.source is None or self.hearsay[index]:
            return
        self.nested[index] = find_nested(self.text, claim, end)
        span = self.nested[index].principal if self.nested[index] else claim.source
        span = Span(span.start, min(span.end, span.start + MAX_SOURCE))
        mention = parse_mention(self.text, span, self.roster)
        self.mentions[index] = mention
        if mention.name is not None and mention.noun:
            self.roster.at(mention.name).nouns.add(mention.noun)

    def _assign(self, index: int, entity: Entity | None) -> None:
        self.entities[index] = entity
        if entity is not None:
            entity.claims.append(index)
            self.history.append(index)

    def _link_stated(self, index: int) -> Entity | None:
        mention = self.mentions[index]
        if mention.form == "name":
            return self.roster.country_of(mention.name) or self.roster.at(mention.name)
        if mention.form == "pronoun":
            return choose_antecedent(self, index)
        if mention.form == "handle":
            return self.descriptions.describe(mention, "handle")
        if mention.form == "compound":
            return self._link_compound(mention)
        return self.descriptions.link(index, mention)

    def _link_compound(self, mention: Mention) -> Entity:
        """The entity of "Aas and Brandt": one for the list, named by the full names of its persons."""
        entity = self.descriptions.describe(mention, self.roster.at(mention.owner).kind)
        names = [self.roster.at(name) for name in self.roster.within(mention.span.start, mention.span.end)]
        if all(named.kind in ("person", "unknown") for named in names):
            entity.label = _join_names([named.label for named in names])
        return entity

    def _unlink_unlike(self) -> None:
        """Take a claim that states no source, or only a pronoun, from an entity that it cannot belong to: the model finds the
        one anonymous and the claims that name or describe the other not, or the other way round."""
        means: dict[int, float | None] = {}  # by id of the entity; claims that are taken away never counted
        for index in self.order:
            entity, mention, scores = self.entities[index], self.mentions[index], self.claims[index].scores
            if entity is None or scores is None or (mention is not None and mention.form != "pronoun"):
                continue
            if id(entity) not in means:
                means[id(entity)] = self._mean_of_stated(entity)
            mean = means[id(entity)]
            if mean is not None and abs(mean - scores.anonymous) > UNLIKE:
                entity.claims.remove(index)
                self.entities[index] = None

    def _mean_of_stated(self, entity: Entity) -> float | None:
        """The model's mean anonymity of the claims that name or describe an entity."""
        stated = [
            self.claims[i].scores.anonymous
            for i in entity.claims
            if self.mentions[i] is not None and self.mentions[i].form != "pronoun" and self.claims[i].scores
        ]
        return sum(stated) / len(stated) if stated else None

    def measure_unlikeness(self, index: int, entity: Entity) -> float:
        """How far the model's anonymity of a claim lies from that of the claims of an entity, 0-1; 0 where it says nothing."""
        scores = self.claims[index].scores
        others = [self.claims[i].scores.anonymous for i in entity.claims[-8:] if self.claims[i].scores is not None]
        if scores is None or not others:
            return 0.0
        return abs(scores.anonymous - sum(others) / len(others))

    def entity_at(self, span: Span, index: int) -> Entity | None:
        """The entity mentioned at a span: one linked there, or one named there."""
        for other in reversed(self.history[-REACH:]):
            mention = self.mentions[other]
            if other != index and mention is not None and mention.span.overlap(span):
                return self.entities[other]
        mention = parse_mention(self.text, span, self.roster)
        if mention.name is not None:
            return self.roster.at(mention.name)
        return None


def _join_names(names: Sequence[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def link_claims(
    article: Article, sentences: Sequence[Sentence], claims: Sequence[Claim], quotations: Sequence[Quotation]
) -> Links:
    """Link every claim of an article to the entity that answers for it."""
    return Linker(article, sentences, claims, quotations).run()
