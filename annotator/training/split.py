"""Which labelled articles are kept for validation: by the hash of their id, and with every class where that can be."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from annotator.labelled import LabelledArticle, LabelledSentence

_MANY = 2000  # labelled sentences from which the smaller share is enough
_SHARE, _SHARE_OF_FEW = 0.08, 0.2


@dataclass(frozen=True, slots=True)
class Parted:
    """What of an article is trained on and what is kept for validation; both only where a single article is cut."""

    train: LabelledArticle | None
    held: LabelledArticle | None


def part_articles(articles: Sequence[LabelledArticle], share: float | None = None) -> list[Parted]:
    """Keep `share` of the labelled articles for validation (None: of few sentences 0.2, of many 0.08).

    The hash of its id puts an article on one side, whatever else is in the files, so that an article that a parent model was
    trained on does not come to judge its child. Where that leaves the validation part much too small or without a class,
    more articles are moved to it, as long as every class stays in training.
    """
    counts = {number: found for number, article in enumerate(articles) if (found := count_labels(article))}
    if share is None:
        share = _SHARE if sum(found.total() for found in counts.values()) >= _MANY else _SHARE_OF_FEW
    if len(counts) == 1 and share:
        return [
            _cut_article(article, share) if number in counts else Parted(article, None)
            for number, article in enumerate(articles)
        ]
    order = sorted(counts, key=lambda number: _hash_share(articles[number].id))
    held = {number for number in order[:-1] if _hash_share(articles[number].id) < share}
    if share:
        held = _complete(held, counts, share)
    return [
        Parted(None, article) if number in held else Parted(article, None) for number, article in enumerate(articles)
    ]


def _complete(held: Collection[int], counts: dict[int, Counter[str]], share: float) -> set[int]:
    """Add articles until half of the share is reached, then those that bring a class that is missing."""
    total: Counter[str] = sum(counts.values(), Counter())
    held = set(held)
    while len(held) < len(counts) - 1:
        found: Counter[str] = sum((counts[number] for number in held), Counter())
        ranks = {}
        for number, own in counts.items():
            if number not in held:
                emptied = sum(found[label] + own[label] == total[label] for label in own)
                ranks[number] = (emptied, -len(set(own) - set(found)), own.total())
        best = min(ranks, key=ranks.__getitem__)
        emptied, gained, _ = ranks[best]
        if found.total() >= share * total.total() / 2 and (emptied or not gained):
            break
        held.add(best)
    return held


def _cut_article(article: LabelledArticle, share: float) -> Parted:
    """The labels of the first sentences for training, of the last for validation; both keep the whole text."""
    places = [number for number, sentence in enumerate(article.sentences) if sentence.label or sentence.own_label]
    cut = places[-max(1, round(len(places) * share))] if len(places) > 1 else len(article.sentences)
    return Parted(keep_labels(article, range(cut)), keep_labels(article, range(cut, len(article.sentences))))


def keep_labels(article: LabelledArticle, kept: Collection[int]) -> LabelledArticle:
    """The article with labels, sources and spans only in the sentences of these numbers."""
    sentences = tuple(
        sentence if number in kept else LabelledSentence(sentence.start, sentence.end, None, zone=sentence.zone)
        for number, sentence in enumerate(article.sentences)
    )
    places = [article.sentences[number].span for number in kept]
    spans = tuple(span for span in article.spans if any(span.span.overlap(place) for place in places))
    return replace(article, sentences=sentences, spans=spans)


def count_labels(article: LabelledArticle) -> Counter[str]:
    """Labelled sentences by label, ours or the user's."""
    return Counter(label for sentence in article.sentences if (label := sentence.label or sentence.own_label))


def _hash_share(name: str) -> float:
    """A number in [0, 1) that the name alone decides."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32
