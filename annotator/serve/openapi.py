"""The description of the service in OpenAPI 3.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parent.parent / "schema.json"
_TEXT = {"type": "string"}


def describe_service(version: str, most: int) -> dict[str, Any]:
    """The OpenAPI document of the service; `most` articles may come in one request."""
    record = json.loads(SCHEMA.read_text(encoding="utf-8"))
    failure = {"type": "object", "required": ["failure"], "properties": {"failure": _describe_failure()}}
    answers = {"type": "array", "items": {"anyOf": [{"$ref": "#/components/schemas/Annotation"}, failure]}}
    request = {"anyOf": [_describe_article(), _describe_batch(most)]}
    body = {"required": True, "content": {"application/json": {"schema": request}}}
    results = {"type": "object", "required": ["results"], "properties": {"results": answers}}
    responses = {"200": _answer("The results, in the order of the articles.", results)}
    for status, words in (
        ("400", "The body cannot be read; the message says why."),
        ("413", "The body is too large."),
        ("415", "The body is not declared as application/json."),
        ("503", "Too many requests are waiting; try again after the time in Retry-After."),
    ):
        responses[status] = _answer(words, {"$ref": "#/components/schemas/Error"})
    health = {
        "type": "object",
        "required": ["status", "model", "waiting"],
        "properties": {
            "status": {"const": "ok"},
            "model": {"type": "object"},
            "waiting": {"type": "integer", "minimum": 0},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "claim-annotator",
            "version": version,
            "description": "Who says so, and how well can a reader check it? Labels, sources and grades of news articles.",
        },
        "paths": {
            "/annotate": {"post": {"operationId": "annotate", "requestBody": body, "responses": responses}},
            "/healthz": {"get": {"operationId": "health", "responses": {"200": _answer("The service is up.", health)}}},
            "/openapi.json": {
                "get": {"operationId": "openapi", "responses": {"200": _answer("This document.", {"type": "object"})}}
            },
        },
        "components": {
            "schemas": {
                "Annotation": record,
                "Error": {"type": "object", "required": ["error"], "properties": {"error": _TEXT}},
            }
        },
    }


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _describe_failure() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["path", "stage", "message"],
        "properties": {"path": _TEXT, "stage": _TEXT, "message": _TEXT},
    }


def _describe_article() -> dict[str, Any]:
    fields = dict.fromkeys(("id", "title", "outlet", "url", "published"), _TEXT)
    kinds = [
        {
            "type": "object",
            "required": [kind],
            "properties": {kind: _TEXT, **fields},
            "additionalProperties": False,
        }
        for kind in ("text", "html")
    ]
    return {"oneOf": kinds}


def _describe_batch(most: int) -> dict[str, Any]:
    articles = {"type": "array", "minItems": 1, "maxItems": most, "items": _describe_article()}
    return {
        "type": "object",
        "required": ["articles"],
        "properties": {"articles": articles},
        "additionalProperties": False,
    }
