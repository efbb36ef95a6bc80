"""Claims that state no source: quotations that run on, speaker tags, transcripts, spillover (rows 7-14, 76)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotator.records import Span
from annotator.resolve.roster import Entity

if TYPE_CHECKING:
    from annotator.resolve.link import Linker

_SPEAKER_TAG = re.compile(r"(?P<who>[A-Z][^:\n“”\"]{1,60}):\s{0,4}[“\"«„'‘]?\s{0,4}$")
_SIGNATURE = re.compile(r"\s{0,4}[”\"»'’]?\s{0,4}[—–-]{1,3}\s{0,4}(?P<who>[A-Z][^\n“”\"]{2,80}?)\.?\s{0,4}(?:\n|$)")
_POST = re.compile(r"[—–-] ?(?P<who>[A-Z][^\n“”\"()@]{2,60}) \(@\w{2,30}\)")
POST_REACH = 400  # characters from a claim to the signature of an embedded post
NEAR = 6  # sentences back to the claim that a claim without source continues


def link_inherited(linker: Linker) -> None:
    """Give every claim without a stated source that of its quotation, else of the claims around it."""
    by_group = _speakers_of_groups(linker)
    last: int | None = None
    for position, index in enumerate(linker.order):
        if linker.entities[index] is None and linker.mentions[index] is None and not linker.hearsay[index]:
            entity = _inherit(linker, index, position, last, by_group)
            if entity is not None:
                linker.entities[index] = entity
                entity.claims.append(index)
                for group in _groups(linker, index):
                    by_group.setdefault(group, entity)
        if linker.entities[index] is not None:
            last = index


def _groups(linker: Linker, index: int) -> set[int]:
    claim = linker.claims[index]
    spans = claim.quotes or tuple(Span(*linker.layout.sentence_bounds(i)) for i in claim.sentence_ids)
    return linker.layout.groups_in(spans)


def _speakers_of_groups(linker: Linker) -> dict[int, Entity]:
    speakers: dict[int, Entity] = {}
    for index in linker.order:
        if linker.entities[index] is not None:
            for group in _groups(linker, index):
                speakers.setdefault(group, linker.entities[index])
    return speakers


def _inherit(linker: Linker, index: int, position: int, last: int | None, by_group: dict[int, Entity]) -> Entity | None:
    for group in sorted(_groups(linker, index)):
        if group in by_group:
            return by_group[group]
    stated = _tagged_speaker(linker, index) or _pointed(linker, index)
    return stated or _speaker_around(linker, index, position, last)


def _speaker_around(linker: Linker, index: int, position: int, last: int | None) -> Entity | None:
    """The source of the claim before in the paragraph, else who is spoken of, else the nearest claim."""
    layout = linker.layout
    here = _first_sentence(linker, index)
    before = linker.claims[last].sentence_ids[-1] if last is not None and linker.claims[last].sentence_ids else None
    following = _next_linked(linker, position)
    after = _first_sentence(linker, following) if following is not None else None
    if before is not None and layout.same_paragraph(before, here):
        return linker.entities[last]
    quoted = bool(linker.claims[index].quotes) or layout.has_quote(here)
    if after is not None and layout.same_paragraph(here, after) and quoted and after - here <= 2:
        return linker.entities[following]
    subject = layout.subject_before(linker.roster, here) if quoted else None
    if subject is not None:
        return subject
    if before is not None and here - before <= NEAR:
        return linker.entities[last]
    if after is not None and after - here <= NEAR // 2:
        return linker.entities[following]
    return linker.entities[last] if last is not None and quoted else None


def _first_sentence(linker: Linker, index: int) -> int:
    ids = linker.claims[index].sentence_ids
    return ids[0] if ids else 0


def _next_linked(linker: Linker, position: int) -> int | None:
    for index in linker.order[position + 1 : position + 8]:
        if linker.entities[index] is not None:
            return index
    return None


def _pointed(linker: Linker, index: int) -> Entity | None:
    """The place that the model points to, where it is sure."""
    scores = linker.claims[index].scores
    if scores is None or not scores.pointer:
        return None
    span, share = max(scores.pointer, key=lambda item: item[1])
    return linker.entity_at(span, index) if share >= 0.5 else None


def _tagged_speaker(linker: Linker, index: int) -> Entity | None:
    """Speaker by colon lead-in, dash signature or transcript tag."""
    claim = linker.claims[index]
    here = _first_sentence(linker, index)
    start, end = linker.layout.bounds(claim.sentence_ids)
    opening = linker.layout.paragraph_start(here)
    spot = claim.quotes[0].start if claim.quotes else start
    tag = _SPEAKER_TAG.search(linker.text, max(opening, spot - 80), spot) if spot > opening else None
    post = _POST.search(linker.text, end, min(len(linker.text), end + POST_REACH)) if tag is None else None
    if post is not None and "\n\n" not in linker.text[end : post.start()].strip():
        names = linker.roster.within(*post.span("who"))
        if names:
            return linker.roster.at(names[0])
    match = tag or _SIGNATURE.match(linker.text, claim.quotes[-1].end if claim.quotes else end)
    if match is not None:
        names = linker.roster.within(*match.span("who"))
        if (names and tag is not None) or len(names) == 1:
            return linker.roster.at(names[-1])
    return linker.interviewee if linker.layout.sentences[here].zone == "interview_answer" else None
