"""Our own files: labelled articles (annotator.labelled) and what `annotator annotate` writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from annotator.formats.documents import LIST_KEYS, NOTE_KEYS, SUGGESTED, Document, Mark, Notes, RowError, read_notes
from annotator.formats.rows import Row, get_name, get_offsets, get_text
from annotator.labelled import LabelledArticle, LabelledSentence, labelled_to_dict
from annotator.labels import ANONYMOUS, NARRATION
from annotator.write.entry import encode_line

NAME = "labelled articles (JSON Lines)"
ANNOTATIONS = "annotations of annotator annotate"
_KEYS = frozenset({"id", "text", "sentences", "spans"})
_SENTENCE_KEYS = frozenset({"start", "end", "label", "source", "zone", *NOTE_KEYS, *LIST_KEYS})
_ARTICLE_KEYS = {"title": "title", "outlet": "outlet", "url": "url", "published": "date"}


def matches_labelled(row: dict[str, Any]) -> bool:
    """Whether a row is a labelled article."""
    return isinstance(row.get("sentences"), list) and isinstance(row.get("text"), str)


def matches_annotation(row: dict[str, Any]) -> bool:
    """Whether a row is a line of annotations.jsonl."""
    return str(row.get("schema", "")).startswith("annotator/") and isinstance(row.get("article"), dict)


def parse_labelled_row(row: Row) -> Iterator[Document]:
    """The document of a labelled article. Raises RowError."""
    value = row.value or {}
    text, where = get_text(value, "text"), row.where
    places, marks = [], []
    for number, item in enumerate(_objects(value, "sentences"), 1):
        start, end = get_offsets(item)
        place = f"{where} (sentence {number})"
        source = item.get("source")
        marks.append(
            Mark(
                start,
                end,
                get_name(item, "label"),
                place,
                source=Mark(*get_offsets(source), "source", place) if isinstance(source, dict) else None,
                notes=read_notes(item),
            )
        )
        if 0 <= start <= end <= len(text):
            places.append(LabelledSentence(start, end, None, zone=get_name(item, "zone")))
    for number, item in enumerate(_objects(value, "spans"), 1):
        claim = item.get("claim")
        claim = claim if claim is None else str(claim)
        marks.append(Mark(*get_offsets(item), get_name(item, "label") or "", f"{where} (span {number})", claim=claim))
    meta = {key: item for key, item in value.items() if key not in _KEYS}
    identity = str(value["id"]) if value.get("id") is not None else None
    known = value.get("spans") is not None
    yield Document(text, tuple(marks), where, identity, tuple(places), known, meta=meta)


def list_unknown_keys(row: Row) -> set[str]:
    """Keys of the sentences of a labelled article that we know nothing of and leave out."""
    sentences = (row.value or {}).get("sentences", ())
    return {key for item in sentences if isinstance(item, dict) for key in item} - _SENTENCE_KEYS


def parse_annotation_row(row: Row) -> Iterator[Document]:
    """The document of one line of annotations.jsonl, with the model's labels and claims as marks. Raises RowError."""
    value = row.value or {}
    article = value["article"]
    text = get_text(article, "text")
    sources = {item["id"]: item for item in _objects(value, "sources")}
    claims = {item["id"]: item for item in _objects(value, "claims")}
    places, marks = [], []
    for item in _objects(value, "sentences"):
        start, end = get_offsets(item)
        zone = get_name(item, "zone")
        places.append(LabelledSentence(start, end, None, zone=zone if zone != "body" else None))
        claim = _find_principal(item, claims, sources)
        source, notes = _describe(claim, sources.get((claim or {}).get("source_id")), item)
        span = Mark(*source, "source", row.where) if source else None
        marks.append(Mark(start, end, get_name(item, "label"), row.where, source=span, notes=notes))
    for identity, claim in claims.items():
        spans = [("source", claim.get("source")), ("cue", claim.get("cue"))]
        spans += [("content", span) for span in claim.get("content") or ()]
        marks += [Mark(*get_offsets(span), role, row.where, claim=identity) for role, span in spans if span]
    meta = {name: article[key] for key, name in _ARTICLE_KEYS.items() if article.get(key) is not None}
    model = value.get("model") or {}
    meta[SUGGESTED] = f"{model.get('name')} {model.get('version')} {str(model.get('sha256'))[:12]}"
    yield Document(text, tuple(marks), row.where, str(article.get("id")), tuple(places), True, meta=meta)


def _find_principal(sentence: dict[str, Any], claims: dict[str, Any], sources: dict[str, Any]) -> dict[str, Any] | None:
    """The claim that decides the label of a sentence: the first whose source is as anonymous as the label."""
    if sentence.get("label") in (None, NARRATION):
        return None
    own = [claims[identity] for identity in sentence.get("claim_ids") or () if identity in claims]
    anonymous = sentence["label"] == ANONYMOUS
    same = [
        claim for claim in own if bool(sources.get(claim.get("source_id"), {}).get("anonymous", anonymous)) == anonymous
    ]
    return next(iter(same or own), None)


def _describe(claim: dict[str, Any] | None, source: dict[str, Any] | None, sentence: dict[str, Any]):
    """The place of the source of a sentence, where it is in it, and what is known of the source."""
    if claim is None:
        return None, Notes()
    source = source or {}
    notes = Notes(
        source_name=source.get("name"),
        source_type=source.get("type"),
        anonymity_type=source.get("anonymity_type"),
        quote_status=claim.get("quote_status"),
    )
    span = claim.get("source")
    inside = span and sentence["start"] <= span["start"] and span["end"] <= sentence["end"]
    return (get_offsets(span) if inside else None), notes


def _objects(row: dict[str, Any], key: str) -> Sequence[dict[str, Any]]:
    found = row.get(key) or ()
    if not isinstance(found, list | tuple) or not all(isinstance(item, dict) for item in found):
        raise RowError(f"{key} is no list of objects")
    return found


def write_jsonl(articles: Iterable[LabelledArticle], path: Path) -> None:
    """Write labelled articles, one a line. Nothing is lost."""
    with path.open("wb") as out:
        out.writelines(encode_line(labelled_to_dict(article)) for article in articles)
