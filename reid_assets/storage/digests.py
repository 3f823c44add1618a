"""Content digests of files, computed once per change.

A file whose size and modification time did not change is not read again: the digests are kept in one
small file under the root. What a digest means for an artifact is `reid_assets.state.staleness`.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from reid_assets.reid.core.outside_files import reason_of
from reid_assets.storage.atomic import write_json
from reid_assets.storage.records import read_stamped

ABSENT = "absent"


class Digests:
    """Digests of files and folder listings below (or beside) one root."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._known = read_stamped(store)
        self._changed = False

    def of(self, path: Path) -> str:
        """Digest of a file's content or of a folder's listing (names and sizes); `ABSENT` if neither.

        What cannot be read (not permitted, a FIFO, a device) has a version that says so and nothing more: who
        reads it will tell, and what others make is not kept from them.
        """
        try:
            stat = path.stat()
            if S_ISDIR(stat.st_mode):
                return _listing(path)
        except (FileNotFoundError, NotADirectoryError):
            return ABSENT
        except OSError as error:
            return f"unreadable: {reason_of(error)}"
        if not S_ISREG(stat.st_mode):
            return "unreadable: not a file"
        key, stamp = str(path), [stat.st_size, stat.st_mtime_ns]
        known = self._known.get(key)
        if known and known[:2] == stamp:
            return known[2]
        try:
            digest = content_digest(path)
        except PermissionError as error:
            return f"unreadable: {reason_of(error)}"
        self._known[key] = [*stamp, digest]
        self._changed = True
        return digest

    def of_file(self, path: Path) -> str:
        """The same of what should be a file: a folder in its place is not looked through."""
        return "unreadable: a folder" if os.path.isdir(path) else self.of(path)  # noqa: PTH112

    def differs(self, path: Path) -> bool:
        """Whether a file is not as it was when its digest was computed; nothing is read for the answer."""
        known = self._known.get(str(path))
        try:
            stat = path.stat()
        except OSError:
            return known is not None
        return known is not None and known[:2] != [stat.st_size, stat.st_mtime_ns]

    def forget(self, paths: Iterable[Path]) -> None:
        """Drop what is known of files that are gone, or of those below folders that are."""
        gone = {str(path) for path in paths}
        folders = tuple(f"{path}{os.sep}" for path in gone)
        below = [key for key in self._known if key in gone or key.startswith(folders)]
        for key in below:
            del self._known[key]
        self._changed = self._changed or bool(below)

    def forget_missing(self) -> None:
        """Drop what is known of files that are not there, and keep the rest."""
        there = {key: known for key, known in self._known.items() if Path(key).exists()}
        self._changed, self._known = len(there) < len(self._known) or self._changed, there
        self._write()

    def save(self) -> None:
        """Keep what was computed for the next process, if the disk takes it: else it is computed again."""
        with contextlib.suppress(OSError):
            self._write()

    def _write(self) -> None:
        if self._changed:
            write_json(self._store, self._known)
            self._changed = False


def digest_of_text(text: str) -> str:
    """Digest of a text, as short as those of files."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def content_digest(path: Path) -> str:
    """Digest of a file's content, read anew."""
    hasher = hashlib.blake2b(digest_size=12)
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            hasher.update(chunk)
    return hasher.hexdigest()


def _listing(folder: Path) -> str:
    names = []
    for parent, folders, files in os.walk(folder):
        folders.sort()
        names += [f"{parent}/{file}:{os.path.getsize(os.path.join(parent, file))}" for file in sorted(files)]  # noqa: PTH118,PTH202
    return digest_of_text("\n".join(name.removeprefix(str(folder)) for name in names))
