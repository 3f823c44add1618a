"""The way in: a token that opens the page once, and the cookie that it is changed for."""

import secrets
import threading


class OneTimeToken:
    """A token for the first request, and the session that it opens."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        self._used = False
        self._lock = threading.Lock()

    def redeem(self, given: str) -> str | None:
        """The session for the right token, the first time; None for a wrong or used one."""
        with self._lock:
            if self._used or not secrets.compare_digest(given.encode(), self.token.encode()):
                return None
            self._used = True
            return self._session

    def is_session(self, given: str | None) -> bool:
        """Whether a cookie is that of the session."""
        return given is not None and secrets.compare_digest(given.encode(), self._session.encode())
