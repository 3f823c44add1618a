"""Quick check whether a download host is reachable.

Without a network, the clients of the model hubs retry for minutes. One DNS lookup and one TCP connection
with a short timeout come first, so that being offline is reported within seconds.
"""

import os
import socket
import threading
import time
import urllib.parse
import urllib.request

CONNECT_SECONDS = 4.0
_REMEMBERED_SECONDS = 60.0
_lately: dict[str, tuple[float, str | None]] = {}


def unreachable_reason(url: str, seconds: float = CONNECT_SECONDS) -> str | None:
    """Why the host of `url`, or the proxy in front of it, accepts no connection; None if it does.

    Args:
        url: of the download.
        seconds: time limit of the whole check.
    """
    host, port = _first_hop(url)
    reason: list[str | None] = [f"no answer from {host} within {seconds:g} s"]

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=seconds).close()
            reason[0] = None
        except OSError as error:
            reason[0] = f"{host}: {error}"

    # Name resolution has no timeout of its own, hence the thread.
    attempt = threading.Thread(target=connect, daemon=True)
    attempt.start()
    attempt.join(seconds)
    return reason[0]


def lately_unreachable(url: str) -> str | None:
    """The same, asked once a minute for each host: several backbones may be looked for in one place."""
    host = urllib.parse.urlsplit(url)
    origin, now = f"{host.scheme}://{host.netloc}", time.monotonic()
    asked, reason = _lately.get(origin, (-_REMEMBERED_SECONDS, None))
    if now - asked >= _REMEMBERED_SECONDS:
        reason = unreachable_reason(origin)
        _lately[origin] = (now, reason)
    return reason


def hugging_face_url() -> str:
    """URL of the Hugging Face hub, or of the mirror set in `HF_ENDPOINT`."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co")


def _first_hop(url: str) -> tuple[str, int]:
    parts = urllib.parse.urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urllib.parse.urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.hostname or url, parts.port or (443 if parts.scheme == "https" else 80)
