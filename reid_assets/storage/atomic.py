"""Files that appear whole or not at all.

Everything is written beside its place under a name that begins with a dot and ends in `.partial`,
then renamed. What a killed run left behind is swept by the next holder of the root's lock.
"""

import errno
import glob
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any


def partial_of(path: Path) -> Path:
    """Where a file or folder is made before it gets its name."""
    name = os.fsencode(path.name)
    # A name of 200 bytes must not grow beyond what file systems take, and two long ones must not become one.
    digest = hashlib.blake2b(name, digest_size=6).hexdigest()
    start = name[:80].decode("utf-8", "ignore")
    return path.with_name(f".{start}.{digest}.{os.getpid():x}.partial")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to; it takes the place of `path` when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(errno.EISDIR, "a folder lies where a file belongs. Remove it", str(path))
    partial = partial_of(path)
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """An empty folder to fill; it takes the place of `path` when the block ends without an error.

    Where `path` is a link to a folder, that folder is replaced and the link stays.
    """
    path = _led_to(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial, old = partial_of(path), partial_of(path.with_name(f"{path.name}-old"))
    _remove(partial)
    partial.mkdir()
    try:
        yield partial
        if path.exists():
            path.replace(old)
        partial.replace(path)
    finally:
        _remove(partial)
        _remove(old)


def _remove(path: Path) -> None:
    """Remove a file, a link or a folder; nothing where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def write_bytes(path: Path, chunks: Iterable[bytes]) -> int:
    """Write the chunks, return how many bytes they were."""
    size = 0
    with replacing(path) as partial, partial.open("wb") as stream:
        for chunk in chunks:
            size += stream.write(chunk)
    return size


def write_json(path: Path, value: Any) -> int:
    """Write readable JSON with a final newline, return its bytes."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return write_bytes(path, [text.encode("utf-8")])


def free_name(path: Path) -> Path:
    """A name beside a damaged file that it can be kept under, such as `reid.duckdb.damaged-1`."""
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    return next(name for name in names if not name.exists())


def _led_to(path: Path) -> Path:
    # Not `resolve`: it refuses a link that leads in a circle.
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def sweep_partials(folder: Path) -> None:
    """Remove what killed runs left half-written: three levels deep, in hidden folders (records) four.

    Beside the folders that links lead to, what was to take their place.
    """
    deep = ("*/.*/*/.*.partial", ".*/*/*/.*.partial")
    for pattern in (".*.partial", "*/.*.partial", "*/*/.*.partial", *deep):
        for path in folder.glob(pattern):
            _remove(path)
    for link in (path for pattern in ("*", "*/*") for path in folder.glob(pattern) if path.is_symlink()):
        place = _led_to(link)
        for path in place.parent.glob(f".{glob.escape(place.name[:40])}*.partial"):
            _remove(path)
