"""Measure linking and typing on gold sentences: canonical source, source type and anonymity, by kind of mention.

python scripts/measure_resolve.py /work/shared/data/news/train.jsonl [--errors KIND] [--part develop|check] [--attributes]

Claims are made from the gold labels (source span, quote status), without any model. A fifth of the articles, chosen
by hash, is kept apart to check what was developed on the rest.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter, defaultdict

from annotator.evaluation.sources import rank_match
from annotator.labelled import LabelledArticle, read_labelled
from annotator.labels import ANONYMOUS, ANONYMOUS_TYPES, NARRATION
from annotator.quotes import find_quotations
from annotator.records import Article, Claim, Sentence, Span
from annotator.resolve import resolve_sources
from annotator.resolve.lexicon import PRONOUNS


def make_inputs(gold: LabelledArticle) -> tuple[Article, tuple[Sentence, ...], tuple[Claim, ...], list[int]]:
    """Sentences and claims as `decode` would give them, from gold; `owners` says which sentence each claim is of."""
    article = Article(gold.id, gold.text, title=gold.meta.get("title"), outlet=gold.meta.get("outlet"))
    quotations = find_quotations(gold.text)
    sentences, claims, owners = [], [], []
    for i, item in enumerate(gold.sentences):
        opens = i == 0 or "\n" in gold.text[gold.sentences[i - 1].end : item.start]
        sentences.append(Sentence(i, item.start, item.end, item.zone or "body", opens, item.label))
        if item.label in (None, NARRATION):
            continue
        quotes = tuple(
            Span(max(q.start, item.start), min(q.end, item.end))
            for q in quotations
            if q.start < item.end and q.end > item.start
        )
        claims.append(
            Claim(
                f"c{len(claims) + 1}",
                (i,),
                item.source,
                quotes=quotes if item.quote_status != "indirect" else (),
                quote_status=item.quote_status or "indirect",
                link="explicit" if item.source else "inherited",
            )
        )
        owners.append(i)
    return article, tuple(sentences), tuple(claims), owners


def mention_kind(gold: LabelledArticle, item) -> str:
    """pronoun, no span, name or description, as the gold span is written."""
    if item.source is None:
        return "no span"
    words = gold.text[item.source.start : item.source.end].split()
    if words and words[0].lower() in PRONOUNS and len(words) <= 2:
        return "pronoun"
    if item.source_type in ("named_person", "named_organization", "media_outlet") and any(
        w[:1].isupper() for w in words[1:] or words
    ):
        return "name"
    return "description"


def in_check_part(article_id: str) -> bool:
    return hashlib.sha256(article_id.encode()).digest()[0] % 5 == 0


def measure(articles: list[LabelledArticle], errors: str | None) -> None:
    right: dict[str, Counter] = defaultdict(Counter)
    types, confusion, anonymous = Counter(), Counter(), Counter()
    for gold in articles:
        article, sentences, claims, owners = make_inputs(gold)
        sources, linked = resolve_sources(article, sentences, claims, find_quotations(gold.text))
        by_id = {source.id: source for source in sources}
        for claim, owner in zip(linked, owners, strict=True):
            item = gold.sentences[owner]
            source = by_id.get(claim.source_id)
            kind = mention_kind(gold, item)
            if item.source_name is not None:
                ok = source is not None and rank_match(item, source) == 2
                for row in ("all", kind, item.source_type or "-"):
                    right[row][ok] += 1
                if not ok and errors in ("all", kind, item.source_type):
                    shown = gold.text[item.source.start : item.source.end] if item.source else None
                    print(
                        f"{gold.id[:40]} [{owner}] {kind}: {shown!r} gold={item.source_name!r} "
                        f"got={source and source.name!r}"
                    )
            if item.source_type:
                got = source.type if source else None
                types[got == item.source_type] += 1
                confusion[item.source_type, got] += got != item.source_type
                if errors == "type" and got != item.source_type:
                    shown = gold.text[item.source.start : item.source.end] if item.source else None
                    print(
                        f"{gold.id[:30]} [{owner}] {shown!r} {item.source_name!r}: gold={item.source_type} "
                        f"got={got} ({source and source.name!r})"
                    )
                anonymous[item.label == ANONYMOUS, bool(source and source.anonymous)] += 1
                if source is not None:
                    assert source.anonymous == (source.type in ANONYMOUS_TYPES)
    for row, counts in right.items():
        total = counts[True] + counts[False]
        print(f"canonical {row:24s} {counts[True]:5d} of {total:5d}  {counts[True] / total:.3f}")
    total = sum(types.values())
    print(f"type accuracy {types[True]} of {total}  {types[True] / total:.3f}")
    hit, miss, extra = anonymous[True, True], anonymous[True, False], anonymous[False, True]
    precision, recall = hit / max(1, hit + extra), hit / max(1, hit + miss)
    print(
        f"anonymous P {precision:.3f} R {recall:.3f} "
        f"F1 {2 * precision * recall / max(1e-9, precision + recall):.3f} (n={hit + miss})"
    )
    print("confusions (gold, got):", *[f"{g}>{p}:{n}" for (g, p), n in confusion.most_common(14) if n])


def measure_attributes(articles: list[LabelledArticle]) -> None:
    """Anonymity type against gold, and for how many claims each attribute is found (gold of those is not in the file)."""
    right: Counter = Counter()
    found: dict[str, Counter] = defaultdict(Counter)
    for gold in articles:
        article, sentences, claims, owners = make_inputs(gold)
        sources, linked = resolve_sources(article, sentences, claims, find_quotations(gold.text))
        by_id = {source.id: source for source in sources}
        for claim, owner in zip(linked, owners, strict=True):
            item, source = gold.sentences[owner], by_id[claim.source_id]
            if item.anonymity_type is not None:
                right[source.anonymity_type == item.anonymity_type] += 1
            for key in ("role", "affiliation", "access", "occasion", "provenance", "relayed_by", "sector"):
                found[source.type][key] += getattr(source, key) is not None
            found[source.type]["reason"] += source.reason is not None
            found[source.type]["n"] += 1
    total = max(1, sum(right.values()))
    print(f"anonymity type {right[True]} of {total}  {right[True] / total:.3f}")
    for kind, counts in sorted(found.items(), key=lambda row: -row[1]["n"]):
        shares = "  ".join(f"{key} {n / counts['n']:.2f}" for key, n in sorted(counts.items()) if key != "n")
        print(f"found {kind:24s} n={counts['n']:5d}  {shares}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path")
    parser.add_argument(
        "--errors", help="print the errors of a kind: pronoun, 'no span', name, description, type, all or a source type"
    )
    parser.add_argument(
        "--part", choices=("develop", "check"), help="only one part of the split (default: both, one after the other)"
    )
    parser.add_argument(
        "--attributes", action="store_true", help="measure anonymity type and what attributes are found"
    )
    options = parser.parse_args()
    articles = read_labelled(options.path)
    for part in ("develop", "check"):
        if options.part in (None, part):
            chosen = [article for article in articles if in_check_part(article.id) == (part == "check")]
            print(f"-- {part}: {len(chosen)} articles")
            measure_attributes(chosen) if options.attributes else measure(chosen, options.errors)


if __name__ == "__main__":
    main()
