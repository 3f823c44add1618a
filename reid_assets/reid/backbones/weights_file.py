"""Local weight files: that they are there, and a short digest of their content.

The digest, not the path, goes into a backbone's label: a file that was moved is the same backbone,
a file that was replaced is another one.
"""

import functools
import hashlib
from pathlib import Path

from reid_assets.reid.core.errors import BackboneError


def require_file(path: Path, what: str) -> Path:
    """The path, once it is certain that a readable file with content stands there.

    Raises:
        BackboneError: there is none.
    """
    if not path.is_file():
        raise BackboneError(
            f"{path}: there is no such {what}. Correct the path in backbone.name (relative paths count "
            f"from the current directory, {Path.cwd()})."
        )
    if path.stat().st_size == 0:
        raise BackboneError(f"{path}: the {what} is empty. Download or export it again.")
    return path


def file_digest(path: Path) -> str:
    """First 12 hex digits of the SHA-256 of a file's content; read once per state of the file.

    Raises:
        BackboneError: the file cannot be read.
    """
    try:
        stat = path.stat()
        return _digest(path.resolve(), stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise BackboneError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error


@functools.lru_cache(maxsize=64)
def _digest(path: Path, _size: int, _mtime_ns: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]
