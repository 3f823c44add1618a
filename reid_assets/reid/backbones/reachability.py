"""Whether a download can begin at all, answered within seconds.

The hubs' own clients retry for minutes on a machine without network. One look-up and one TCP
connection with a short limit come first, so that "no network" is an answer, not a wait.
"""

import os
import socket
import threading
import urllib.parse
import urllib.request

CONNECT_SECONDS = 4.0


def why_unreachable(url: str, seconds: float = CONNECT_SECONDS) -> str | None:
    """None where the host of `url` (or the proxy in front of it) accepts a connection, else the reason."""
    host, port = _first_hop(url)
    reason: list[str | None] = [f"no answer from {host} within {seconds:g} s"]

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=seconds).close()
            reason[0] = None
        except OSError as error:
            reason[0] = f"{host}: {error}"

    # Resolving a name has no time limit of its own, hence the thread.
    attempt = threading.Thread(target=connect, daemon=True)
    attempt.start()
    attempt.join(seconds)
    return reason[0]


def hugging_face_url() -> str:
    """Address of the Hugging Face hub, or of the mirror that `HF_ENDPOINT` names."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co")


def _first_hop(url: str) -> tuple[str, int]:
    parts = urllib.parse.urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urllib.parse.urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.hostname or url, parts.port or (443 if parts.scheme == "https" else 80)
