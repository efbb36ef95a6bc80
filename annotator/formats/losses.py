"""What a conversion lost: the written file is read again and compared with what went in."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from annotator.formats.documents import LIST_KEYS, NOTE_KEYS, SUGGESTED
from annotator.labelled import LabelledArticle

Fact = tuple[str, object]  # what kind of thing, and the thing
Pair = tuple[LabelledArticle, LabelledArticle | None]


def list_losses(before: Sequence[LabelledArticle], after: Sequence[LabelledArticle]) -> Counter[str]:
    """How many of each kind of thing that was in `before` is not in `after`.

    Articles are matched by id, and in their order where ids were lost.
    """
    lost: Counter[str] = Counter()
    for article, other in _match_articles(before, after):
        if other is None:
            lost["articles"] += 1
            continue
        same = article.text == other.text
        missing = Counter(_list_facts(article, same)) - Counter(_list_facts(other, same))
        for (kind, _), count in missing.items():
            lost[kind] += count
    return lost


def _match_articles(before: Sequence[LabelledArticle], after: Sequence[LabelledArticle]) -> Iterator[Pair]:
    rest: dict[str, list[LabelledArticle]] = defaultdict(list)
    for article in after:
        rest[article.id].append(article)
    strangers = []
    for article in before:
        if rest[article.id]:
            yield article, rest[article.id].pop(0)
        else:
            strangers.append(article)
    yield from zip_longest(strangers, [item for items in rest.values() for item in items][: len(strangers)])


def _list_facts(article: LabelledArticle, by_place: bool) -> Iterator[Fact]:
    """Everything that an article says, by place, or by words where the text around them is another."""

    def place(start: int, end: int) -> object:
        return (start, end) if by_place else article.text[start:end]

    yield "texts exactly as they were", article.text
    yield "article ids", article.id
    for key, value in article.meta.items():
        kind = "metadata of articles" if key != SUGGESTED else "notes that nobody has checked the labels of an article"
        yield kind, (key, json.dumps(value, default=str))
    if article.spans_known and not article.spans:
        yield "notes that an article was searched for spans and has none", True
    for item in article.sentences:
        at = place(item.start, item.end)
        yield "sentence boundaries", at
        if item.label is not None:
            yield "sentence labels", (at, item.label)
        if item.source is not None:
            yield "places of the source of a sentence", (at, place(item.source.start, item.source.end))
        if item.zone not in (None, "body"):
            yield "zones", (at, item.zone)
        for key in (*NOTE_KEYS, *LIST_KEYS):
            if value := getattr(item, key):
                yield key.replace("_", " "), (at, value)
    claims = defaultdict(list)
    for span in article.spans:
        fact = (span.label, place(span.start, span.end))
        claims[span.claim].append(fact)
        yield "spans", fact
    for name, spans in claims.items():
        if name is not None and len(spans) > 1:
            yield "claims that hold spans together", tuple(sorted(spans, key=repr))
