"""The routes and limits of the service (Starlette)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from annotator.serve.desk import Busy, Desk
from annotator.serve.openapi import describe_service
from annotator.serve.requests import BadRequest, parse_request

RETRY_AFTER = 2  # seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may hold, and how many may wait."""

    body_bytes: int = 5_000_000
    articles: int = 100
    waiting: int = 8


def make_app(desk: Desk, limits: Limits, version: str) -> Starlette:
    """The ASGI application over one desk."""
    document = describe_service(version, limits.articles)

    async def annotate(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return _refuse(415, "send the body as application/json")
        body = await _read_body(request, limits.body_bytes)
        if body is None:
            return _refuse(413, f"the body is larger than {limits.body_bytes} bytes; send fewer articles at a time")
        try:
            articles = parse_request(body, limits.articles)
            return JSONResponse({"results": await desk.annotate(articles)})
        except BadRequest as error:
            return _refuse(400, str(error))
        except Busy:
            return _refuse(503, "too many requests are waiting; try again", {"Retry-After": str(RETRY_AFTER)})

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "model": desk.model, "waiting": desk.present})

    async def openapi(_: Request) -> Response:
        return JSONResponse(document)

    return Starlette(
        routes=[
            Route("/annotate", annotate, methods=["POST"]),
            Route("/healthz", health, methods=["GET"]),
            Route("/openapi.json", openapi, methods=["GET"]),
        ]
    )


async def _read_body(request: Request, most: int) -> bytes | None:
    """The body, or None as soon as it is too large, whatever its header says."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _refuse(status: int, words: str, headers: dict[str, str] | None = None) -> JSONResponse:
    # A surrogate half of the request must not break the answer.
    return JSONResponse({"error": words.encode("utf-8", "replace").decode("utf-8")}, status, headers)
