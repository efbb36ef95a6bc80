"""The body of a request -> articles, or what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

from annotator.errors import InputError
from annotator.records import Article, Failure

_FIELDS = ("title", "outlet", "url", "published", "id")
_KNOWN = frozenset({"text", "html", *_FIELDS})


class BadRequest(ValueError):
    """A request that cannot be read; the message says what to send."""


def parse_request(body: bytes, most: int) -> list[Article | Failure]:
    """The articles of a body: one object with `text` or `html`, or `{"articles": [...]}` with at most `most` of them.

    A page in which no article is found is a Failure in its place. Raises BadRequest for anything else.
    """
    try:
        value = json.loads(body)
    except ValueError as error:  # broken JSON and bytes that are no UTF-8
        raise BadRequest(f"the body is no JSON ({error})") from error
    if not isinstance(value, dict):
        raise BadRequest('send an object with "text" or "html", or with "articles"')
    if "articles" not in value:
        return [_parse_article(value, "text-1")]
    items = value["articles"]
    if set(value) != {"articles"} or not isinstance(items, list) or not items:
        raise BadRequest('"articles" must stand alone and be a list of one object or more')
    if len(items) > most:
        raise BadRequest(f"{len(items)} articles in one request; send {most} at most")
    return [_parse_article(item, f"text-{number}") for number, item in enumerate(items, 1)]


def _parse_article(item: Any, name: str) -> Article | Failure:
    if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
        raise BadRequest(f"{name}: each article is an object of strings")
    unknown = sorted(set(item) - _KNOWN)
    if unknown:
        raise BadRequest(f"{name}: unknown fields {', '.join(unknown)}; there are {', '.join(sorted(_KNOWN))}")
    if ("text" in item) == ("html" in item):
        raise BadRequest(f'{name}: give "text" or "html", one of them')
    given = {key: item[key] for key in _FIELDS if key in item}
    identity = given.pop("id", name)
    if "text" in item:
        return Article(identity, item["text"], **given)
    from annotator.read.html import extract_page

    try:
        page = extract_page(item["html"].encode("utf-8", "replace"))
    except InputError as error:
        return Failure(identity, "read", str(error))
    found = {"title": page.title, "outlet": page.outlet, "url": page.url, "published": page.published}
    return Article(identity, page.text, **(found | given))
