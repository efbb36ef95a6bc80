"""Linking: which entity answers for each claim, over the whole article, forwards and backwards (codebook Q3, rows 7-14,
22-27)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from annotator.records import Article, Claim, Quotation, Sentence, Span
from annotator.resolve.anonymity import Grant, find_grants
from annotator.resolve.layout import Layout
from annotator.resolve.lexicon import (
    FEMININE_NOUNS,
    MASCULINE_NOUNS,
    OFFICE_WORDS,
    OFFICIAL_BODIES,
    SPOKES_NOUNS,
    UNIQUE_ROLES,
)
from annotator.resolve.mentions import Mention, noun_class, parse_mention
from annotator.resolve.names import name_key
from annotator.resolve.pronouns import choose_antecedent
from annotator.resolve.relay import Nested, find_nested, is_hearsay
from annotator.resolve.roster import Entity, Roster, build_roster, is_media

_SPEAKER_TAG = re.compile(r"(?P<who>[A-Z][^:\n“”\"]{1,60}):\s*[“\"«„'‘]?\s*$")
_SIGNATURE = re.compile(r"\s*[”\"»'’]?\s*[—–-]+\s*(?P<who>[A-Z][^\n“”\"]{2,80}?)\.?\s*(?:\n|$)")
_AGED = re.compile(r"\b\d{1,3}-year-old\b")
REACH = 60  # names, claims or descriptions looked back at
_APPOSED = re.compile(r"\b[Tt]he (?:[\w-]+ ){0,3}?(?P<noun>[\w-]+), (?=[^\W\d_a-z])")


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
        self.described: dict[str, Entity] = {}
        self.by_noun: dict[str, list[Entity]] = {}
        self.interviewee = self.layout.find_interviewee(self.roster)
        self.apposed = _find_apposed(self.text, self.roster)
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
        self._link_inherited()
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
            return self.roster.at(mention.name)
        if mention.form == "pronoun":
            return choose_antecedent(self, index)
        if mention.form == "handle":
            return self._described(mention, "handle")
        if mention.form == "compound":
            return self._described(mention, self.roster.at(mention.owner).kind)
        if mention.definite:
            found = self._link_definite(index, mention)
        elif mention.determiner is None and not mention.modifiers and mention.owner is None:
            found = self._same_noun(mention) or self._only_body(mention)
        elif mention.noun in OFFICIAL_BODIES and mention.determiner is None:
            found = self._widen_bare(mention)
        else:
            found = self._link_later(index, mention)
        return found or self._described(
            mention, noun_class(mention.noun) or ("group" if mention.plural else "described")
        )

    # -- descriptions

    def _described(self, mention: Mention, kind: str) -> Entity:
        """The entity of a description; the same words mean the same entity."""
        key = name_key(mention.text) or mention.text
        entity = self.described.get(key)
        if entity is None:
            kind = "described" if kind == "person" else kind
            entity = Entity(
                kind, mention.text.strip(), mention.span.start, (key,), nouns={mention.noun} if mention.noun else set()
            )
            entity.gender = "m" if mention.noun in MASCULINE_NOUNS else "f" if mention.noun in FEMININE_NOUNS else None
            if mention.owner is not None and mention.noun in SPOKES_NOUNS:
                entity.host = self.roster.at(mention.owner)
            self.described[key] = entity
            if mention.noun:
                self.by_noun.setdefault(_singular(mention.noun), []).append(entity)
        return entity

    def _link_definite(self, index: int, mention: Mention) -> Entity | None:
        """Who "the official", "the company", "the report", "the minister" is, if the article said before."""
        noun = mention.noun or ""
        kind = noun_class(noun)
        if _AGED.search(mention.text):
            return choose_antecedent(self, index)
        if mention.owner is not None and mention.owner.possessive:
            return self._named_by_role(mention)
        if mention.owner is not None:
            return None
        same = self._same_noun(mention)
        if same is not None:
            return same
        if kind == "org" and not mention.modifiers:
            return self._body_in_play(index, noun)
        if kind == "document":
            return self._document_in_play(index, noun)
        if kind in ("person", "group"):
            named = self._named_by_role(mention)
            if named is not None:
                return named
            if noun not in UNIQUE_ROLES and kind == "person":
                return choose_antecedent(self, index)
            if not mention.modifiers:
                return choose_antecedent(self, index)
        return None

    def _same_noun(self, mention: Mention) -> Entity | None:
        """An earlier description with the same head noun whose modifiers do not contradict."""
        wanted = set(mention.modifiers)
        for entity in reversed(self.by_noun.get(_singular(mention.noun or ""), [])[-REACH:]):
            words = set(re.findall(r"[\w'’-]+", entity.label.lower()))
            plural = (mention.noun or "").endswith("s") == (max(entity.nouns, default="").endswith("s"))
            if entity.claims and wanted <= words and plural:
                return entity
        return None

    def _only_body(self, mention: Mention) -> Entity | None:
        """The one body of the article whose name holds a bare noun: "police" for the Tarn Police Department."""
        bodies = self.roster.bodies_with(mention.noun or "") if mention.noun in OFFICIAL_BODIES else []
        return bodies[0] if len(bodies) == 1 else None

    def _widen_bare(self, mention: Mention) -> Entity | None:
        """The bare "police" said before, which "Tarn police" now tells more of."""
        earlier = self.by_noun.get(_singular(mention.noun or ""), [])
        if len(earlier) != 1 or len(earlier[0].label.split()) > 1:
            return None
        self.described[name_key(mention.text)] = earlier[0]
        earlier[0].label = mention.text.strip()
        return earlier[0]

    def _named_by_role(self, mention: Mention) -> Entity | None:
        """A named person whose title or apposition holds the head noun: "Senator Roca" ... "the senator".

        Words that tell offices apart must agree: "the foreign minister" is no prime minister.
        """
        noun = mention.noun or ""
        office = set(mention.modifiers) & OFFICE_WORDS
        names = self.roster.before(mention.span.start, REACH) + self.roster.after(mention.span.end, REACH)
        for name in names:
            entity = self.roster.at(name)
            if noun in entity.nouns and entity.kind in ("person", "unknown") and office == entity.nouns & OFFICE_WORDS:
                return entity
        return None

    def _link_later(self, index: int, mention: Mention) -> Entity | None:
        """Who an indefinite description turns out to be: "A negotiator ..." and later "The negotiator, Ines Roca," (row
        26)."""
        if mention.plural or mention.determiner not in ("a", "an", "one") or mention.owner is not None:
            return None
        for start, entity in self.apposed.get(mention.noun or "", ()):
            if start > mention.span.start:
                return entity
        return None

    def _body_in_play(self, index: int, noun: str) -> Entity | None:
        """The body that "the company", "the ministry" means: its name holds the noun, else the last in play."""
        offset = self.place(index)
        recent = self.roster.before(offset, REACH)
        for name in recent:
            entity = self.roster.at(name)
            if noun in entity.key and entity.kind not in ("person",):
                return entity
        media = noun in ("newspaper", "paper", "magazine", "network", "broadcaster", "outlet", "tabloid")
        for other in reversed(self.history[-REACH:]):
            entity = self.entities[other]
            if entity is not None and entity.kind in ("org", "unknown") and is_media(entity.label.split()) == media:
                return entity
            if entity is not None and entity.host is not None and entity.host.kind in ("org", "unknown"):
                return entity.host
        for name in recent:
            entity = self.roster.at(name)
            if entity.kind == "org" and is_media(name.words) == media:
                return entity
        for name in recent[:8]:
            entity = self.roster.at(name)
            if entity.kind == "unknown" and len(entity.key) == 1:
                return entity
        return None

    def _document_in_play(self, index: int, noun: str) -> Entity | None:
        for other in reversed(self.history[-12:]):
            entity = self.entities[other]
            if entity is not None and entity.kind == "document":
                return entity
        return None

    # -- claims without a stated source

    def _link_inherited(self) -> None:
        """Quotations that run on, speaker tags, spillover: the speaker of the quotation, else of the claims around."""
        by_group = self._speakers_of_groups()
        last: int | None = None
        for position, index in enumerate(self.order):
            if self.entities[index] is None and self.mentions[index] is None and not self.hearsay[index]:
                entity = self._inherit(index, position, last, by_group)
                if entity is not None:
                    self.entities[index] = entity
                    entity.claims.append(index)
                    for group in self._groups(index):
                        by_group.setdefault(group, entity)
            if self.entities[index] is not None:
                last = index

    def _groups(self, index: int) -> set[int]:
        claim = self.claims[index]
        spans = claim.quotes or tuple(Span(*self.layout.sentence_bounds(i)) for i in claim.sentence_ids)
        return self.layout.groups_in(spans)

    def _speakers_of_groups(self) -> dict[int, Entity]:
        speakers: dict[int, Entity] = {}
        for index in self.order:
            if self.entities[index] is not None:
                for group in self._groups(index):
                    speakers.setdefault(group, self.entities[index])
        return speakers

    def _inherit(self, index: int, position: int, last: int | None, by_group: dict[int, Entity]) -> Entity | None:
        for group in sorted(self._groups(index)):
            if group in by_group:
                return by_group[group]
        tagged = self._tagged_speaker(index)
        if tagged is not None:
            return tagged
        pointed = self._pointed(index)
        if pointed is not None:
            return pointed
        here = self.claims[index].sentence_ids[0] if self.claims[index].sentence_ids else 0
        before = self.claims[last].sentence_ids[-1] if last is not None and self.claims[last].sentence_ids else None
        following = self._next_linked(position)
        after = (
            self.claims[following].sentence_ids[0]
            if following is not None and self.claims[following].sentence_ids
            else None
        )
        same_before = before is not None and self.layout.same_paragraph(before, here)
        same_after = after is not None and self.layout.same_paragraph(here, after)
        quoted = bool(self.claims[index].quotes) or self.layout.has_quote(here)
        if same_before:
            return self.entities[last]
        subject = self.layout.subject_before(self.roster, here) if quoted else None
        if same_after and quoted and after - here <= 2:
            return self.entities[following]
        if subject is not None:
            return subject
        if last is not None and before is not None and here - before <= 6:
            return self.entities[last]
        if following is not None and after - here <= 3:
            return self.entities[following]
        return self.entities[last] if last is not None and quoted else None

    def _next_linked(self, position: int) -> int | None:
        for index in self.order[position + 1 : position + 8]:
            if self.entities[index] is not None:
                return index
        return None

    def _pointed(self, index: int) -> Entity | None:
        """The place that the model points to, where it is sure."""
        scores = self.claims[index].scores
        if scores is None or not scores.pointer:
            return None
        span, share = max(scores.pointer, key=lambda item: item[1])
        return self.entity_at(span, index) if share >= 0.5 else None

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

    def _tagged_speaker(self, index: int) -> Entity | None:
        """Speaker by colon lead-in, dash signature or transcript tag."""
        claim = self.claims[index]
        here = claim.sentence_ids[0] if claim.sentence_ids else 0
        start, end = self.layout.bounds(claim.sentence_ids)
        start_of_paragraph = self.layout.paragraph_start(here)
        spot = claim.quotes[0].start if claim.quotes else start
        tag = _SPEAKER_TAG.search(self.text, start_of_paragraph, spot) if spot > start_of_paragraph else None
        match = tag or _SIGNATURE.match(self.text, claim.quotes[-1].end if claim.quotes else end)
        if match is not None:
            names = self.roster.within(*match.span("who"))
            if (names and tag is not None) or len(names) == 1:
                return self.roster.at(names[-1])
        if self.layout.sentences[here].zone == "interview_answer":
            return self.interviewee
        return None


def _find_apposed(text: str, roster: Roster) -> dict[str, list[tuple[int, Entity]]]:
    """Names in apposition to a definite description, by its head noun: "The negotiator, Ines Roca,"."""
    found: dict[str, list[tuple[int, Entity]]] = {}
    for match in _APPOSED.finditer(text):
        names = roster.within(match.end(), match.end() + 1)
        if names and len(names[0].words) > 1:
            found.setdefault(match.group("noun").lower(), []).append((match.start(), roster.at(names[0])))
    return found


def _singular(noun: str) -> str:
    if noun == "people":
        return "person"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def link_claims(
    article: Article, sentences: Sequence[Sentence], claims: Sequence[Claim], quotations: Sequence[Quotation]
) -> Links:
    """Link every claim of an article to the entity that answers for it."""
    return Linker(article, sentences, claims, quotations).run()
