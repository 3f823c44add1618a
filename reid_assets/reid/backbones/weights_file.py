"""Local weights files: existence checks and content digests.

A backbone's label contains the digest, not the path: a moved file is the same backbone, a replaced file
is another one.
"""

import functools
import hashlib
from pathlib import Path

from reid_assets.reid.backbones.user_cache import remember_digest, remembered_digest
from reid_assets.reid.core.errors import BackboneError


def require_file(path: Path, what: str) -> Path:
    """Return the path if it is a file that is not empty.

    Args:
        path: the file.
        what: kind of file, for the message.

    Raises:
        BackboneError: there is no such file, or it is empty.
    """
    if not path.is_file():
        raise BackboneError(
            f"{path}: there is no such {what}. Correct the path in backbone.name (relative paths start "
            f"at the current directory, {Path.cwd()})."
        )
    if path.stat().st_size == 0:
        raise BackboneError(f"{path}: the {what} is empty. Download or export it again.")
    return path


def file_digest(path: Path) -> str:
    """First 12 hex digits of `file_sha256`, which tell one file from another in a label.

    Raises:
        BackboneError: the file cannot be read.
    """
    return file_sha256(path)[:12]


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, 64 hex digits; remembered between runs until the file changes.

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
    if known := remembered_digest(path):
        return known
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    remember_digest(path, found)
    return found
