"""Sentences of one article are joined, and the same text from several rows or coders is brought together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from annotator.formats.assemble import Tally, tell_conflict
from annotator.formats.documents import SUGGESTED, Document
from annotator.labelled import REVIEW, LabelledArticle, LabelledSentence, LabelledSpan
from annotator.records import Span

NEXT_SENTENCE, NEXT_PARAGRAPH = " ", "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """An article and the document that it was made from."""

    document: Document
    article: LabelledArticle


def join_groups(pieces: Sequence[Piece]) -> list[Piece]:
    """One article for each group, its sentences in the order of the file; the rest as it is."""
    groups: dict[object, list[Piece]] = {}
    for number, piece in enumerate(pieces):
        groups.setdefault(piece.document.group if piece.document.group is not None else number, []).append(piece)
    return [_join(group) if group[0].document.group is not None else group[0] for group in groups.values()]


def _join(pieces: Sequence[Piece]) -> Piece:
    text, sentences, spans = "", [], []
    before: Piece | None = None
    for number, piece in enumerate(pieces):
        if before is not None:
            same = before.document.paragraph == piece.document.paragraph
            text += NEXT_SENTENCE if same else NEXT_PARAGRAPH
        sentences += [move_sentence(item, len(text)) for item in piece.article.sentences]
        spans += [
            LabelledSpan(
                item.start + len(text), item.end + len(text), item.label, item.claim and f"{number}.{item.claim}"
            )
            for item in piece.article.spans
        ]
        text += piece.article.text
        before = piece
    first = pieces[0]
    known = all(piece.article.spans_known for piece in pieces)
    article = LabelledArticle(
        str(first.document.group), text, tuple(sentences), tuple(spans), first.article.meta, known
    )
    return Piece(first.document, article)


def move_sentence(sentence: LabelledSentence, by: int) -> LabelledSentence:
    """The same sentence where the text before it is `by` characters longer."""
    source = sentence.source and Span(sentence.source.start + by, sentence.source.end + by)
    return replace(sentence, start=sentence.start + by, end=sentence.end + by, source=source)


def merge_repeats(pieces: Sequence[Piece], tally: Tally) -> list[LabelledArticle]:
    """One article for each text that is cut in the same way; sentences that are labelled differently lose their label.

    Ids that are still used twice get `#2`.
    """
    same: dict[object, list[Piece]] = {}
    for piece in pieces:
        cut = tuple((item.start, item.end) for item in piece.article.sentences)
        same.setdefault((piece.article.text, cut), []).append(piece)
    articles = [group[0].article if len(group) == 1 else _merge(group, tally) for group in same.values()]
    return _number_ids(articles)


def _merge(group: Sequence[Piece], tally: Tally) -> LabelledArticle:
    # What a person has labelled stands above what a model suggests.
    group = [piece for piece in group if SUGGESTED not in piece.article.meta] or group
    article = group[0].article
    where = group[-1].document.where
    tally.tell("note", where, "a text that was there before: its labels are brought together")
    sentences = []
    for versions in zip(*(piece.article.sentences for piece in group), strict=True):
        labels = [item.label for item in versions if item.label]
        if len(set(labels)) > 1:
            tally.kept -= len(labels)
            tally.dropped += len(labels)
            tell_conflict(tally, where, labels)
            sentences.append(LabelledSentence(versions[0].start, versions[0].end, None, zone=versions[0].zone))
        else:
            sentences.append(next((item for item in versions if item.label), versions[0]))
    with_spans = [piece.article for piece in group if piece.article.spans_known]
    if len({frozenset((s.start, s.end, s.label) for s in item.spans) for item in with_spans}) > 1:
        tally.tell("note", where, "its spans differ too: those of the first are taken")
    if with_spans:
        article = replace(article, spans=with_spans[0].spans, spans_known=True)
    meta = {key: value for key, value in article.meta.items() if key != REVIEW}  # it holds the labels of one coder
    return replace(article, sentences=tuple(sentences), meta=meta)


def _number_ids(articles: Sequence[LabelledArticle]) -> list[LabelledArticle]:
    seen: Counter[str] = Counter()
    taken = {article.id for article in articles}
    out = []
    for article in articles:
        seen[article.id] += 1
        identity, number = article.id, seen[article.id]
        while number > 1 and identity in taken:
            identity, number = f"{article.id}#{number}", number + 1
        taken.add(identity)
        out.append(replace(article, id=identity) if identity != article.id else article)
    return out
