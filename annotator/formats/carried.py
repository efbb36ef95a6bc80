"""What a tool has no place for travels as one extra field, which Label Studio, Prodigy and doccano give back untouched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from annotator.formats.documents import SUGGESTED
from annotator.labelled import REVIEW, LabelledArticle, LabelledSentence
from annotator.labels import ZONES

CARRIED = "carried"  # the field
ARTICLE = "article_id"
_PLACE = re.compile(r"(\d+)-(\d+)(?::(\w+))?")


def describe_article(article: LabelledArticle) -> dict[str, Any]:
    """Id and field for a task: the cut of the text, whether spans were looked for, and what else is known of the article.

    The coding of a review does not go along: it would outlive what is changed in the tool.
    """
    places = [
        f"{item.start}-{item.end}" + (f":{item.zone}" if item.zone in ZONES else "") for item in article.sentences
    ]
    meta = {key: value for key, value in article.meta.items() if key not in (REVIEW, SUGGESTED)}
    carried = {"sentences": " ".join(places), "length": len(article.text), "spans": article.spans_known, "meta": meta}
    return {ARTICLE: article.id, CARRIED: carried}


def read_carried(task: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Arguments for Document from what `describe_article` wrote; the cut only while the text is as long as it was."""
    found: dict[str, Any] = {"meta": {}}
    if isinstance(task.get(ARTICLE), str | int):
        found["id"] = str(task[ARTICLE])
    carried = task.get(CARRIED)
    if not isinstance(carried, Mapping):
        return found
    if isinstance(carried.get("meta"), Mapping):
        found["meta"] = dict(carried["meta"])
    if isinstance(carried.get("spans"), bool):
        found["spans_known"] = carried["spans"]
    if carried.get("length") == len(text) and isinstance(carried.get("sentences"), str):
        places = [(int(a), int(b), zone or None) for a, b, zone in _PLACE.findall(carried["sentences"])]
        if all(start <= end <= len(text) for start, end, _ in places):
            found["sentences"] = tuple(LabelledSentence(a, b, None, zone=zone) for a, b, zone in places)
    return found
