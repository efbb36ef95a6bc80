"""Run the service until SIGTERM or Ctrl-C; requests at work are finished first."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from annotator.errors import ConfigError
from annotator.pipeline import Annotator
from annotator.serve.app import Limits, make_app
from annotator.serve.desk import Desk

GRACE = 30  # seconds that requests at work are given when the service is stopped


def run_service(
    annotator: Annotator, host: str, port: int, limits: Limits, version: str, announce: Callable[[str], None]
) -> None:
    """Serve on `host` until stopped. Port 0 takes a free one; `announce` is given the address.

    Raises ConfigError where host or port cannot be used.
    """
    desk = Desk(annotator, limits.waiting)
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise ConfigError(
            f"--host {host} --port {port}: cannot be used ({error.strerror}); choose another port"
        ) from error
    with listener:
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(
            make_app(desk, limits, version),
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        announce(f"http://{shown}:{listener.getsockname()[1]}")
        # uvicorn finishes what is at work and then raises the signal anew: it has done its work by then.
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            with suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            signal.signal(signal.SIGTERM, before)
    desk.close()
