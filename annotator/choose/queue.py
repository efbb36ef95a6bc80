"""The queue: labelled articles in which the chosen sentences carry the model's suggestion and all others have no label."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotator.choose.select import Choice
from annotator.errors import InputError
from annotator.formats.documents import SUGGESTED
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan, read_labelled
from annotator.records import Span

QUEUE = "queue"  # key of an article: its chosen sentences, by place, and why
_META = ("title", "outlet", "published", "url")


def make_queue(records: Iterable[Mapping[str, Any]], choices: Sequence[Choice]) -> list[LabelledArticle]:
    """The articles that hold chosen sentences, the most useful first, from their lines of annotations.jsonl.

    Sentences of one article stay together, since reading it is most of the work.
    """
    chosen: dict[str, dict[int, Choice]] = {}
    for choice in choices:
        chosen.setdefault(choice.candidate.article, {})[choice.candidate.sentence] = choice
    found = {record["article"]["id"]: record for record in records if record["article"]["id"] in chosen}
    order = sorted(found, key=lambda article: -sum(choice.score for choice in chosen[article].values()))
    return [_make_article(found[article], chosen[article]) for article in order]


def read_queue(path: Path | str) -> dict[str, list[int]]:
    """The places of the chosen sentences by article, in the order of the queue. Raises InputError for a file that is none."""
    queue = {}
    for article in read_labelled(path):
        rows = article.meta.get(QUEUE)
        if not isinstance(rows, list) or not all(
            isinstance(row, dict) and isinstance(row.get("sentence"), int) for row in rows
        ):
            raise InputError(
                f"{path}: is no queue of annotator next --to jsonl; {article.id} has no list of chosen sentences"
            )
        queue[article.id] = [row["sentence"] for row in rows]
    return queue


def _make_article(record: Mapping[str, Any], chosen: Mapping[int, Choice]) -> LabelledArticle:
    claims = {claim["id"]: claim for claim in record["claims"]}
    sources = {source["id"]: source for source in record["sources"]}
    sentences, spans = [], []
    for position, sentence in enumerate(record["sentences"]):
        if position not in chosen:
            sentences.append(LabelledSentence(sentence["start"], sentence["end"], None, zone=sentence["zone"]))
            continue
        mine = [claims[i] for i in sentence["claim_ids"]]
        sentences.append(_suggest(sentence, mine, sources))
        spans += [span for claim in mine for span in _list_spans(claim, sentence)]
    rows = sorted(chosen.items(), key=lambda item: -item[1].score)
    meta = {key: record["article"].get(key) for key in _META if record["article"].get(key)}
    meta |= {QUEUE: [{"sentence": place, "score": choice.score, "why": choice.why} for place, choice in rows]}
    meta |= {SUGGESTED: record["model"]["name"]}
    return LabelledArticle(record["article"]["id"], record["article"]["text"], tuple(sentences), tuple(spans), meta)


def _suggest(sentence: Mapping[str, Any], claims: Sequence[Mapping[str, Any]], sources) -> LabelledSentence:
    claim = next((claim for claim in claims if claim["source_id"] in sources), None)
    source = sources[claim["source_id"]] if claim else None
    span = claim["source"] if claim else None
    inside = span is not None and sentence["start"] <= span["start"] and span["end"] <= sentence["end"]
    return LabelledSentence(
        sentence["start"],
        sentence["end"],
        sentence["label"],
        Span(span["start"], span["end"]) if inside else None,
        source and source["name"],
        (),
        source and source["type"],
        source and source["anonymity_type"],
        claim and claim["quote_status"],
        sentence["zone"],
    )


def _list_spans(claim: Mapping[str, Any], sentence: Mapping[str, Any]) -> Iterable[LabelledSpan]:
    """The spans of a claim inside a sentence."""
    for role, places in (("source", [claim["source"]]), ("cue", [claim["cue"]]), ("content", claim["content"])):
        for place in places:
            if place and sentence["start"] <= place["start"] and place["end"] <= sentence["end"]:
                yield LabelledSpan(place["start"], place["end"], role, claim["id"])
