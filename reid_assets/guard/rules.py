"""The rules: which request is let through to Dagster, and what the others are told.

A browser sends requests to this server for any page that is open in it. Three things tell such a request
from one of the UI: the name in Host (a rebound DNS name is not ours), Origin and Sec-Fetch-Site (another
page's), and a body declared as JSON (which no page may send elsewhere without asking first).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import Scope

from reid_assets.guard.access import GuardSettings

_READING = ("GET", "HEAD")
_OWN = ("same-origin", "none")
# Addresses that are never the page of a tab: data and actions.
_NOT_PAGES = ("/graphql", "/logs", "/download_debug", "/notebook", "/dagit", "/report_asset", "/server_info")


@dataclass(frozen=True)
class Refusal:
    """Why a request is not let through, with the next step."""

    status: int
    reason: str
    headers: dict[str, str] = field(default_factory=dict)


def refusal(scope: Scope, settings: GuardSettings) -> Refusal | None:
    """Why the request is refused; None if it is let through.

    Args:
        scope: of ASGI, `http` or `websocket`.
        settings: what is enforced.
    """
    headers = Headers(scope=scope)
    rules: tuple[Callable[[Scope, Headers, GuardSettings], Refusal | None], ...]
    rules = (_host, _origin, _fetch_site, _login, _path, _method)
    return next((found for rule in rules if (found := rule(scope, headers, settings))), None)


def _host(scope: Scope, headers: Headers, settings: GuardSettings) -> Refusal | None:
    named = [name.lower() for name in headers.getlist("host")]
    if len(named) == 1 and named[0] in settings.names:
        return None
    said = ", ".join(named) or "(none)"
    return Refusal(
        403,
        f"This server does not answer under the name {said[:200]!r}. Open http://127.0.0.1:{settings.port}; "
        "if the name is that of your proxy or tunnel, start with `reid-assets ui --allow-host NAME[:PORT]`.",
    )


def _origin(scope: Scope, headers: Headers, settings: GuardSettings) -> Refusal | None:
    for origin in headers.getlist("origin"):
        scheme, _, authority = origin.lower().partition("://")
        # A proxy may have put its own name for this server into Host.
        ours = authority in (headers["host"].lower(), *settings.proxy_names)
        if scheme not in ("http", "https") or not ours:
            return Refusal(403, f"Requests of other pages are refused (Origin: {origin[:200]}).")
    return None


def _fetch_site(scope: Scope, headers: Headers, settings: GuardSettings) -> Refusal | None:
    site = headers.get("sec-fetch-site", "none").lower()
    if site in _OWN or _is_link(scope, headers):
        return None
    return Refusal(403, f"Requests of other pages are refused (Sec-Fetch-Site: {site[:40]}).")


def _is_link(scope: Scope, headers: Headers) -> bool:
    """Whether somebody follows a link to a page of the UI: it is shown in a tab of its own, nothing more."""
    return (
        scope.get("method") == "GET"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and not scope["path"].startswith(_NOT_PAGES)
    )


def _login(scope: Scope, headers: Headers, settings: GuardSettings) -> Refusal | None:
    if settings.trusted_header is not None:
        peer = (scope.get("client") or ("",))[0].removeprefix("::ffff:")
        if headers.get(settings.trusted_header) and peer in settings.proxies:
            return None
        if settings.password is None:
            return Refusal(
                401,
                f"Log in at the proxy: it sends {settings.trusted_header}, which counts from "
                f"{', '.join(settings.proxies)} alone (`--proxy-from ADDRESS`).",
            )
    if settings.password is None or settings.password.opens_with(headers.get("authorization")):
        return None
    ask = {"WWW-Authenticate": 'Basic realm="reid-assets", charset="UTF-8"'}
    return Refusal(401, "The password of this UI is needed; any user name will do.", ask)


def _path(scope: Scope, headers: Headers, settings: GuardSettings) -> Refusal | None:
    parts = scope["path"].replace("\\", "/").split("/")
    return Refusal(400, "Not an address of this server.") if ".." in parts or "\0" in scope["path"] else None


def _method(scope: Scope, headers: Headers, settings: GuardSettings) -> Refusal | None:
    if scope["type"] == "websocket":
        return None
    if scope["method"] in _READING:
        if scope["path"] == "/graphql" and scope.get("query_string"):
            return Refusal(405, "GraphQL is asked by POST with a JSON body.", {"Allow": "POST"})
        return None
    if scope["method"] != "POST":
        return Refusal(405, "Only GET, HEAD and POST are answered.", {"Allow": "GET, HEAD, POST"})
    kinds = headers.getlist("content-type")
    if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != "application/json":
        return Refusal(415, "What is sent here is JSON: Content-Type: application/json.")
    return None
