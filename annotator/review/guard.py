"""Who may talk to the review: this machine, from the page that the review itself served, with the token of this run.

Another site open in the same browser can send requests to 127.0.0.1 and, by rebinding its name, even read answers. It has
neither the token, which only our own script adds as a header, nor our Host and Origin.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
HEADERS = {
    # Only our own files; nothing inline, nothing from elsewhere. Trusted Types make the browser refuse to parse markup.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
SCHEME = "Bearer "


@dataclass(frozen=True, slots=True)
class Door:
    """Where this run is to be reached, and the token that opens it."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def hosts(self) -> tuple[str, ...]:
        return (f"{LOOPBACK}:{self.port}", f"localhost:{self.port}")

    @property
    def url(self) -> str:
        """The address to open. What follows # stays in the browser: in no request, no log, no Referer."""
        return f"http://{LOOPBACK}:{self.port}/#token={self.token}"


class Guard:
    """ASGI middleware: refuses with 403 what does not come from our page, and adds HEADERS to every answer."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send) if scope["type"] == "lifespan" else None

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        reason = find_fault(scope["method"], scope["path"], Headers(scope=scope), self._door)
        answer = self._app if reason is None else JSONResponse({"error": reason}, 403)
        return await answer(scope, receive, send_guarded)


def find_fault(method: str, path: str, headers: Headers, door: Door) -> str | None:
    """Why a request is refused, None where it is not."""
    if headers.getlist("host") not in [[host] for host in door.hosts]:
        return "this Host is not the review; open the address that was printed"
    origin = headers.get("origin")
    if origin is not None and origin not in [f"http://{host}" for host in door.hosts]:
        return "requests of other sites are refused"
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return "requests of other sites are refused"
    if method not in ("GET", "HEAD") and origin is None:
        return "a request that changes something needs an Origin"
    if path.startswith("/api/"):
        given = headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"{SCHEME}{door.token}".encode()):
            return "the token is missing or is that of another run; open the address that was printed"
    return None
