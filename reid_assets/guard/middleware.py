"""The guard as an ASGI layer: refuses what the rules refuse, and adds security headers to every answer."""

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reid_assets.guard.access import GuardSettings
from reid_assets.guard.rules import Refusal, refusal

# Beside the policy that Dagster's page has itself: a browser applies both. Nothing is fetched from or sent
# to anywhere else, and no page may frame this one. Inline styles and scripts are Dagster's own.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Whoever guesses passwords waits for each answer.
_SECONDS_AFTER_WRONG_PASSWORD = 1.0


class Guard:
    """Stands before an ASGI application."""

    def __init__(self, app: ASGIApp, settings: GuardSettings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers.append("Content-Security-Policy", _POLICY)
            await send(message)

        if found := refusal(scope, self._settings):
            await _refuse(found, scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)


async def _refuse(found: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if found.status == 401 and any(name == b"authorization" for name, _ in scope["headers"]):
        await asyncio.sleep(_SECONDS_AFTER_WRONG_PASSWORD)
    if scope["type"] == "websocket":
        # Closed before it was accepted: the server answers the handshake with 403.
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": found.reason[:120]})
        return
    response = PlainTextResponse(f"{found.reason}\n", found.status, found.headers)
    await response(scope, receive, send)
