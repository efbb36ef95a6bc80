"""A small HTTP service around one annotator: POST /annotate, GET /healthz, GET /openapi.json.

requests (JSON -> articles) -> desk (one model, a short queue) -> app (routes and limits) -> run (a server that stops in order).
"""

from annotator.serve.app import Limits, make_app
from annotator.serve.run import run_service

__all__ = ["Limits", "make_app", "run_service"]
