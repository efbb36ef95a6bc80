"""Run the review on a port of this machine until it is interrupted."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from annotator.errors import ConfigError
from annotator.review.app import make_app
from annotator.review.codebook import load_codebook
from annotator.review.guard import LOOPBACK, Door
from annotator.review.session import Session


def serve_session(session: Session, port: int, announce: Callable[[str], None], open_browser: bool) -> None:
    """Serve one session on 127.0.0.1 until Ctrl-C. Port 0 takes a free one; `announce` is given the address.

    Raises ConfigError where the port is taken.
    """
    codebook = load_codebook()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            raise ConfigError(
                f"--port {port}: cannot be used ({error.strerror}); leave it out for a free one"
            ) from error
        listener.listen()
        door = Door(listener.getsockname()[1])
        config = uvicorn.Config(
            make_app(session, codebook, door),
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
        announce(door.url)
        if open_browser:
            webbrowser.open(door.url)
        with suppress(KeyboardInterrupt):  # uvicorn has stopped in good order and passes it on
            uvicorn.Server(config).run(sockets=[listener])
