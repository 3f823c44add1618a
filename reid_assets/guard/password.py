"""The password of the UI: where it comes from, and how one that is sent is compared with it.

HTTP Basic: browsers ask for it by themselves, and the user's name is not looked at.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from reid_assets.reid.core.errors import ConfigError

_SHORTEST, _LONGEST = 8, 1024


@dataclass(frozen=True)
class SealedPassword:
    """A keyed digest of the password; made for one run of the UI, never stored."""

    key: str
    digest: str

    @classmethod
    def seal(cls, password: str) -> "SealedPassword":
        """The password under a fresh key."""
        key = secrets.token_hex(32)
        return cls(key, _digest(key, password.encode()))

    def opens_with(self, authorization: str | None) -> bool:
        """Whether this value of the header Authorization holds the password; compared in constant time."""
        scheme, _, coded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            _, _, sent = base64.b64decode(coded.strip(), validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(_digest(self.key, sent), self.digest)


def password_given(file: str | None, variable: str | None) -> str | None:
    """The password of a file, else of the environment variable; None where there is neither.

    Raises:
        ConfigError: the file cannot be read or others may read it; the password is too short.
    """
    if file is None and variable is None:
        return None
    password = _read(Path(file)) if file is not None else variable or ""
    if not _SHORTEST <= len(password) <= _LONGEST:
        where = file or "REID_UI_PASSWORD"
        raise ConfigError(f"{where}: a password has {_SHORTEST} to {_LONGEST} characters, in one line.")
    return password


def _read(path: Path) -> str:
    try:
        # Not blocking: a pipe that nobody writes to would be waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ConfigError(f"--password-file {path}: not a regular file.")
            if os.name == "posix" and status.st_mode & 0o077:
                raise ConfigError(
                    f"--password-file {path}: other users may open it ({stat.filemode(status.st_mode)}). "
                    f"Say `chmod 600 {path}`, and choose another password if it may have been read."
                )
            text = stream.read(_LONGEST * 4 + 2).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--password-file {path}: cannot be read ({error}).") from error
    return text.rstrip("\r\n")


def _digest(key: str, password: bytes) -> str:
    return hmac.new(bytes.fromhex(key), password, hashlib.sha256).hexdigest()
