"""`annotator serve`: the annotator behind HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from annotator.cli import options
from annotator.config import Precision

EPILOG = """\b
Examples:
  annotator serve --port 8080
  curl -s localhost:8080/annotate -H 'Content-Type: application/json' -d '{"text": "The dam held, engineer Ola Brandt said."}'
\b
POST /annotate takes {"text": ...} or {"html": ...}, with title, outlet, url, published and id if you have them, or
{"articles": [...]} of such objects. GET /openapi.json describes it, GET /healthz says whether it is up.
\b
Exit codes: 0 stopped by SIGTERM or Ctrl-C, after the requests at work; 2 wrong use."""


def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port; 0 takes a free one.")] = 8080,
    max_body: Annotated[int, typer.Option(min=1, metavar="BYTES", help="Largest body of a request.")] = 5_000_000,
    max_articles: Annotated[int, typer.Option(min=1, metavar="N", help="Most articles in a request.")] = 100,
    max_waiting: Annotated[
        int, typer.Option(min=0, metavar="N", help="Requests that may wait; more are told to come back (503).")
    ] = 8,
    model: options.Model = None,
    rubric: options.Rubric = None,
    threads: options.Threads = None,
    engine_precision: options.EnginePrecision = Precision.auto,
) -> None:
    """Annotate over HTTP, for programs in other languages.

    Only this machine can reach it unless --host says otherwise; it asks for no password, so put it behind something that does.
    """
    options.require_extra("web", "starlette", "uvicorn")
    from annotator.batch import find_version
    from annotator.serve import Limits, run_service

    if host not in ("127.0.0.1", "::1", "localhost"):
        typer.echo(f"warning: {host} can be reached from other machines, and nobody is asked who they are", err=True)
    annotator = options.load_annotator(model, threads, rubric, engine_precision)
    limits = Limits(max_body, max_articles, max_waiting)
    version = find_version("claim-annotator") or "unknown"
    run_service(annotator, host, port, limits, version, lambda address: typer.echo(f"serving: {address}"))
