"""A coding <-> a labelled article (annotator.labelled), which is what `labels.jsonl` holds and `annotator train` reads.

Only checked sentences have a label there. An unchecked one stands without a label, as context, and nothing is said
of its source and its spans. The whole coding goes along under the key `review`, so that reading it back loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotator.labelled import REVIEW, LabelledArticle, LabelledSentence, LabelledSpan
from annotator.labels import ANONYMOUS, ANONYMOUS_TYPES, NARRATION
from annotator.records import Article, Span
from annotator.review.coding import CodedClaim, CodedSource, Coding, Place, parse_coding


def label_article(
    article: Article, places: tuple[Place, ...], coding: Coding, review: Mapping[str, Any]
) -> LabelledArticle:
    """The labelled article of a coding; `review` says which decision this is, by whom and when."""
    known = {"title": article.title, "outlet": article.outlet, "url": article.url, "date": article.published}
    meta = {key: value for key, value in known.items() if value is not None}
    meta[REVIEW] = {**review, "coding": coding.to_dict()}
    claims, sources = coding.index_claims(), coding.index_sources()
    labels = (label if checked else None for label, checked in zip(coding.labels, coding.checked, strict=True))
    sentences = tuple(
        _label_sentence(place, label, claims.get(number, ()), sources)
        for number, (place, label) in enumerate(zip(places, labels, strict=True))
    )
    spans = tuple(_list_spans(article.text, places, coding))
    return LabelledArticle(article.id, article.text, sentences, spans, meta, spans_known=True)


def read_coding(article: LabelledArticle) -> tuple[tuple[Place, ...], Coding]:
    """The sentences and the coding of a labelled article, from `review` or, without it, from its labels and spans.

    Raises InputError where `review` does not fit the article.
    """
    places = tuple(Place(item.start, item.end, item.zone or "body") for item in article.sentences)
    stored = (article.meta.get(REVIEW) or {}).get("coding")
    if stored is not None:
        return places, parse_coding(stored, places, len(article.text))
    return places, _collect_coding(article)


def is_claim(label: str | None) -> bool:
    """Whether a label puts content on somebody's account."""
    return label is not None and label != NARRATION


def find_principal(
    label: str | None, claims: Sequence[CodedClaim], sources: Mapping[str | None, CodedSource]
) -> CodedClaim | None:
    """The claim that decides the label of a sentence: of several, the first whose source is as anonymous as the label."""
    anonymous = label == ANONYMOUS
    for claim in claims:
        source = sources.get(claim.source_id)
        if source and (source.type in ANONYMOUS_TYPES) == anonymous:
            return claim
    return claims[0] if claims else None


def _label_sentence(
    place: Place, label: str | None, claims: Sequence[CodedClaim], sources: Mapping[str | None, CodedSource]
) -> LabelledSentence:
    sentence = LabelledSentence(place.start, place.end, label, zone=place.zone if place.zone != "body" else None)
    claim = find_principal(label, claims, sources) if is_claim(label) else None
    if claim is None:
        return sentence
    source = sources.get(claim.source_id) or CodedSource("", None, None)
    inside = claim.source and place.start <= claim.source.start and claim.source.end <= place.end
    return replace(
        sentence,
        source=claim.source if inside else None,
        source_name=source.name,
        source_type=source.type,
        anonymity_type=source.anonymity_type,
        quote_status=claim.quote_status,
    )


def _list_spans(text: str, places: tuple[Place, ...], coding: Coding) -> Iterator[LabelledSpan]:
    """The spans in checked claim sentences; pieces of content with nothing but space between them are one."""
    speaking = {n for n, label in enumerate(coding.labels) if coding.checked[n] and is_claim(label)}
    for claim in coding.claims:
        homes = [places[number] for number in claim.sentence_ids if number in speaking]
        pieces = [Span(max(s.start, h.start), min(s.end, h.end)) for h in homes for s in claim.content]
        content: list[Span] = []
        for piece in sorted((p for p in pieces if p.start < p.end), key=lambda span: span.start):
            if content and not text[content[-1].end : piece.start].strip():
                content[-1] = Span(content[-1].start, piece.end)
            else:
                content.append(piece)
        single = [(role, span) for role, span in claim.spans if role != "content"]
        single = [item for item in single if any(h.start <= item[1].start and item[1].end <= h.end for h in homes)]
        for role, span in (*single, *(("content", span) for span in content)):
            yield LabelledSpan(span.start, span.end, role, claim.id)


def _collect_coding(article: LabelledArticle) -> Coding:
    """A coding from labels and spans of another tool. A sentence with a label counts as checked."""
    sources: dict[tuple[str | None, str | None, str | None], CodedSource] = {}
    claims: dict[str, CodedClaim] = {}
    for number, span in enumerate(article.spans):
        homes = tuple(n for n, s in enumerate(article.sentences) if s.start < span.end and span.start < s.end)
        name = span.claim or f"span{number + 1}"
        if homes:
            claim = claims.get(name, CodedClaim(name, ()))
            claims[name] = _add_span(claim, span, homes)
    for number, sentence in enumerate(article.sentences):
        if not is_claim(sentence.label):
            continue
        key = (sentence.source_name, sentence.source_type, sentence.anonymity_type)
        source = sources.setdefault(key, CodedSource(f"s{len(sources) + 1}", *key)) if any(key) else None
        own = [claim for claim in claims.values() if number in claim.sentence_ids]
        same = [claim for claim in own if claim.source == sentence.source] or own
        claim = same[0] if same else CodedClaim(f"sentence{number + 1}", (number,), sentence.source)
        claims[claim.id] = replace(
            claim, source_id=source and source.id, quote_status=sentence.quote_status or claim.quote_status
        )
    labels = tuple(sentence.label for sentence in article.sentences)
    return Coding(labels, tuple(label is not None for label in labels), tuple(claims.values()), tuple(sources.values()))


def _add_span(claim: CodedClaim, span: LabelledSpan, homes: tuple[int, ...]) -> CodedClaim:
    ids = tuple(sorted({*claim.sentence_ids, *homes}))
    if span.label == "content":
        return replace(claim, sentence_ids=ids, content=(*claim.content, span.span))
    return replace(claim, sentence_ids=ids, **{span.label: span.span})
