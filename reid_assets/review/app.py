"""The review page as an ASGI application: the page itself, what it shows, and what a person says on it.

Every answer is in corrections.csv before it is acknowledged. The guard (`reid_assets.guard`) stands before
it: Host, Origin and the kind of body are checked there; here the session is.
"""

from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

import anyio
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.errors import ReidError
from reid_assets.review.apply import Apply
from reid_assets.review.desk import Desk
from reid_assets.review.messages import body_of, correction_in, list_of, track_of, write_all
from reid_assets.review.token import OneTimeToken

COOKIE = "reid_review"
_FILES = {"page.css": "text/css", "page.js": "text/javascript", "grid.js": "text/javascript"}
_ONE_DAY = 86400


def review_app(desk: Desk, apply: Apply, token: OneTimeToken) -> Starlette:
    """The application; whoever brings the token is let in once, and stays in by a cookie."""
    page = _Page(desk, apply, token)
    routes = [
        Route("/", page.index),
        Route("/static/{name}", page.static),
        Route("/api/queue", page.queue),
        Route("/api/identities", page.identities),
        Route("/api/identity/{number:int}", page.identity),
        Route("/api/apply", page.applied, methods=["GET"]),
        Route("/api/apply", page.apply, methods=["POST"]),
        Route("/api/say", page.say, methods=["POST"]),
        Route("/api/undo", page.undo, methods=["POST"]),
        Route("/api/split", page.split, methods=["POST"]),
        Route("/api/merge", page.merge, methods=["POST"]),
        Route("/crop/{video}/{track:int}/{frame:int}.jpg", page.crop),
        Route("/frame/{video}/{track:int}/{frame:int}.jpg", page.frame),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=page.only_with_session)],
        exception_handlers={ReidError: _told},
    )


async def _told(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 409)


class _Page:
    def __init__(self, desk: Desk, apply: Apply, token: OneTimeToken) -> None:
        self._desk, self._apply, self._token = desk, apply, token
        # Corrections are read, checked and written one after the other.
        self._one = anyio.Lock()

    async def only_with_session(
        self, request: Request, proceed: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Let in whoever has the session; the token opens one, once."""
        if self._token.is_session(request.cookies.get(COOKIE)):
            return await proceed(request)
        session = (
            self._token.redeem(request.query_params.get("token", "")) if request.url.path == "/" else None
        )
        if session is None:
            return PlainTextResponse(
                "This page is opened by the address that `reid-assets review` prints; it works once. "
                "Start the command again for another.\n",
                403,
            )
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, session, max_age=_ONE_DAY, httponly=True, samesite="strict")
        return answer

    async def index(self, request: Request) -> Response:
        if "token" in request.query_params:
            return RedirectResponse("/", 303)
        return Response(_template("page.html"), media_type="text/html", headers=_UNCACHED)

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _FILES:
            return PlainTextResponse("Not here.\n", 404)
        return Response(_template(name), media_type=_FILES[name], headers=_UNCACHED)

    async def queue(self, request: Request) -> Response:
        return await self._json(self._desk.questions)

    async def identities(self, request: Request) -> Response:
        return await self._json(self._desk.identities)

    async def identity(self, request: Request) -> Response:
        return await self._json(lambda: self._desk.identity(request.path_params["number"]))

    async def say(self, request: Request) -> Response:
        """`{action, tracks, value?}`: one correction."""
        said = await body_of(request)
        one = correction_in(said)
        async with self._one:
            await anyio.to_thread.run_sync(self._desk.add, one)
        return await self._json(self._desk.questions)

    async def undo(self, request: Request) -> Response:
        """`{said: [{action, tracks, value?}, …]}`: these lines are deleted."""
        lines = [correction_in(one) for one in list_of(await body_of(request), "said")]
        async with self._one:
            for one in reversed(lines):
                await anyio.to_thread.run_sync(self._desk.take_back, one)
        return await self._json(self._desk.questions)

    async def split(self, request: Request) -> Response:
        """`{tracks, target?}`: these tracks leave their identity, and join another."""
        said = await body_of(request)
        tracks = [track_of(one) for one in list_of(said, "tracks")]
        target = said.get("target")
        if target is not None and not isinstance(target, int):
            raise ReidError("target: the number of an identity is wanted.")
        return await self._say_all(lambda: self._desk.split_off(tracks, target))

    async def merge(self, request: Request) -> Response:
        """`{one, other}`: two identities become one."""
        said = await body_of(request)
        one, other = said.get("one"), said.get("other")
        if not (isinstance(one, int) and isinstance(other, int) and one != other):
            raise ReidError("one, other: the numbers of two identities are wanted.")
        return await self._say_all(lambda: self._desk.merge(one, other))

    async def _say_all(self, what: Callable[[], list[tuple[Any, TrackRef, TrackRef]]]) -> Response:
        """Write what follows from one gesture, all or nothing; answers with what was written."""
        async with self._one:
            written = await anyio.to_thread.run_sync(write_all, self._desk, what)
        return JSONResponse({"said": written})

    async def apply(self, request: Request) -> Response:
        if not self._apply.start():
            raise ReidError("A run is at work already.")
        return JSONResponse(self._apply.state())

    async def applied(self, request: Request) -> Response:
        return JSONResponse(self._apply.state())

    async def crop(self, request: Request) -> Response:
        return await self._picture(request, self._desk.crop)

    async def frame(self, request: Request) -> Response:
        return await self._picture(request, self._desk.frame)

    async def _picture(self, request: Request, make: Callable[[TrackRef, int], bytes]) -> Response:
        ref = TrackRef(request.path_params["video"], request.path_params["track"])
        jpeg = await anyio.to_thread.run_sync(make, ref, request.path_params["frame"])
        return Response(jpeg, media_type="image/jpeg", headers=_UNCACHED)

    async def _json(self, make: Callable[[], Any]) -> Response:
        return JSONResponse(await anyio.to_thread.run_sync(make))


# Pictures of people are nobody's business after the page is closed.
_UNCACHED = {"Cache-Control": "no-store"}


def _template(name: str) -> str:
    return (resources.files("reid_assets.review") / "templates" / name).read_text(encoding="utf-8")
