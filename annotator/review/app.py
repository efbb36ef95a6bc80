"""The web application: a page, its files, and three addresses that speak JSON. All reading and writing is in `session`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from annotator.errors import InputError
from annotator.review.codebook import Codebook
from annotator.review.guard import Door, Guard
from annotator.review.session import Session, StaleCoding

STATIC = Path(__file__).parent / "static"
MAX_BODY = 64_000_000  # bytes; the coding of a text of some megabytes


def make_app(session: Session, codebook: Codebook, door: Door) -> Starlette:
    """The application of one session. Its answers run in the event loop, one after the other: a session has one writer."""

    async def show_page(request: Request) -> Response:
        return FileResponse(STATIC / "index.html")

    async def show_session(request: Request) -> Response:
        return _answer(session.describe(codebook))

    async def show_article(request: Request) -> Response:
        return _answer(session.open_article(_find_number(request, session)))

    async def save_coding(request: Request) -> Response:
        number = _find_number(request, session)
        try:
            message = json.loads(await request.body())
        except ValueError as error:
            raise InputError("the body is not JSON") from error
        if not isinstance(message, dict):
            raise InputError("the body is not a JSON object")
        return _answer(session.save_coding(number, message))

    return Starlette(
        routes=[
            Route("/", show_page),
            Route("/api/session", show_session),
            Route("/api/articles/{number:int}", show_article),
            Route("/api/articles/{number:int}", save_coding, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, door=door), Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)],
        exception_handlers={StaleCoding: _refuse(409), InputError: _refuse(400), OSError: _refuse(507)},
    )


def _find_number(request: Request, session: Session) -> int:
    number = request.path_params["number"]
    if number >= len(session.headings):
        raise InputError(f"there is no article {number}")
    return number


def _refuse(status: int) -> Any:
    async def answer(request: Request, error: Exception) -> Response:
        return _answer({"error": str(error)}, status)

    return answer


def _answer(value: Any, status: int = 200) -> Response:
    """JSON in ASCII: a lone surrogate in a text stays an escape."""
    return Response(json.dumps(value, separators=(",", ":")), status, media_type="application/json")
