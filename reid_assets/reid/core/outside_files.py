"""The one way to read a file that comes from outside: whoever made it, it may be anything.

A file is only opened if it is a regular one of bounded size: a FIFO or a device would be read for ever. Text
is UTF-8, JSON is bounded in depth, and its numbers are finite. What a file says is for its reader to judge.
"""

import errno
import json
import math
import os
import re
import stat
from pathlib import Path
from typing import Any

from reid_assets.reid.core.errors import InputError

MEGABYTE = 1 << 20
# Largest files that are read whole, by kind. A larger one is not what its name says.
MAX_JSON = 16 * MEGABYTE
MAX_BATCH_SUMMARY = 64 * MEGABYTE
MAX_YAML = MEGABYTE
MAX_TABLE = 1 << 31
MAX_TRACKS = 1 << 34
MAX_ARRAYS = 1 << 35
_MAX_DEPTH = 64

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
_REASONS = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.ENAMETOOLONG: "there is no such file, as no name is that long",
    errno.ELOOP: "it is a symbolic link that leads to itself",
    errno.EACCES: "it may not be read (permission denied)",
    errno.EPERM: "it may not be read (permission denied)",
}
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)
# What opens a level of JSON, and the texts in which that means nothing.
_LEVELS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def reason_of(error: Exception) -> str:
    """Why a file cannot be read, in words."""
    known = _REASONS.get(getattr(error, "errno", None) or 0)
    return known or getattr(error, "strerror", None) or str(error) or type(error).__name__


def file_problem(path: Path, limit: int | None = None) -> str | None:
    """Why a file cannot be read by its looks; None if it is a regular one, not larger than `limit` bytes."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        return reason_of(error) if isinstance(error, OSError) else "there is no such file"
    if not stat.S_ISREG(found.st_mode):
        return f"it is {_KINDS.get(stat.S_IFMT(found.st_mode), 'something')}, not a file"
    if limit is not None and found.st_size > limit:
        return f"it is larger than {limit // MEGABYTE} MB"
    return None


def is_file(path: Path) -> bool:
    """Whether a path leads to a regular file; a path that cannot be, or may not be followed, does not."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def may_be_file(path: Path) -> bool:
    """Whether a regular file is there, or nobody may look or can: then it is not known to be gone."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        return error.errno not in _NOT_THERE
    except ValueError:
        return False


def require_file(path: Path, limit: int | None = None, advice: str = "") -> None:
    """Refuse what is not a regular file of at most `limit` bytes, before anything opens it.

    Raises:
        InputError: with the reason, and the `advice`.
    """
    if problem := file_problem(path, limit):
        raise InputError(f"{path}: {problem}. {advice}".rstrip())


def read_bytes(path: Path, limit: int) -> bytes:
    """The content of a file.

    Raises:
        InputError: it cannot be read, is not a regular file, or is larger than `limit` bytes.
    """
    require_file(path, limit)
    try:
        # What has become a FIFO since does not block.
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:  # noqa: PTH123
            content = stream.read(limit + 1)
    except OSError as error:
        raise InputError(f"{path}: {reason_of(error)}.") from error
    if len(content) > limit:
        raise InputError(f"{path}: it is larger than {limit // MEGABYTE} MB.")
    return content


def read_text(path: Path, limit: int) -> str:
    """The content of a UTF-8 file, without a byte order mark.

    Raises:
        InputError: as of `read_bytes`; or it is not UTF-8.
    """
    try:
        return read_bytes(path, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: it is not UTF-8 text ({error.reason} at byte {error.start}).") from error


def read_json(path: Path, limit: int = MAX_JSON) -> Any:
    """The content of a JSON file. NaN and infinities, which are no JSON, become None.

    A number beyond what a float can hold (`1e999`) stays the text it is, so that nothing takes it for one.

    Raises:
        InputError: as of `read_text`; or it is no JSON, is nested too deep, or holds half a letter.
    """
    return parse_json(read_text(path, limit), str(path))


def parse_json(text: str, where: str) -> Any:
    """The value that a JSON text says; see `read_json`.

    Args:
        where: what messages begin with.

    Raises:
        InputError: it is no JSON, is nested too deep, or holds half a letter.
    """
    if (depth := _depth(text)) > _MAX_DEPTH:
        raise InputError(f"{where}: it is nested more than {_MAX_DEPTH} levels deep ({depth}).")
    try:
        content = json.loads(text, parse_constant=lambda name: None, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: it is not JSON ({error}).") from error
    if "\\u" in text and (half := half_letter(content)):
        raise InputError(f"{where}: {half} holds half a letter (a lone surrogate).")
    return content


def _depth(text: str) -> int:
    """Levels of JSON, valid or not, without parsing it."""
    depth = deepest = 0
    for match in _LEVELS.finditer(text):
        if match[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "]}":
            depth -= 1
    return deepest


def _finite(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def half_letter(content: Any, place: str = "it") -> str | None:
    """Where in a nested value a text is no Unicode; None if all are."""
    if isinstance(content, str):
        return place if _SURROGATE.search(content) else None
    if isinstance(content, dict):
        if any(isinstance(key, str) and _SURROGATE.search(key) for key in content):
            return "a key"
        found = (half_letter(value, repr(key)) for key, value in content.items())
    elif isinstance(content, list):
        found = (half_letter(value, place) for value in content)
    else:
        return None
    return next((one for one in found if one), None)
