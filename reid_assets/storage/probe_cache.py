"""What video files say of themselves, read once per change of the file.

Opening thousands of containers takes a minute, and clocks are asked for at every look at a root. The
answers are kept beside the records of what was made; like the digests they are only a cache.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

from reid_assets.storage.atomic import write_json
from reid_assets.storage.records import read_stamped


class FileFacts:
    """Facts of files, by the name of the fact, the file and its size and time."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._known = read_stamped(store)
        self._changed = False

    def of(self, path: Path, name: str, read: Callable[[Path], object]) -> object:
        """The fact, plain enough for JSON; None where there is no such file."""
        try:
            stat = path.stat()
        except OSError:
            return None
        key, stamp = f"{name} {path}", [stat.st_size, stat.st_mtime_ns]
        known = self._known.get(key)
        if known and known[:2] == stamp:
            return known[2]
        fact = read(path)
        self._known[key] = [*stamp, fact]
        self._changed = True
        return fact

    def forget_missing(self) -> None:
        """Drop what is known of files that are not there, and keep the rest."""
        there = {key: fact for key, fact in self._known.items() if Path(key.partition(" ")[2]).exists()}
        self._changed, self._known = len(there) < len(self._known) or self._changed, there
        self._write()

    def save(self) -> None:
        """Keep what was read for the next process, on roots where something was made already.

        Where the disk does not take it, it is read again.
        """
        with contextlib.suppress(OSError):
            self._write()

    def _write(self) -> None:
        if self._changed and self._store.parent.is_dir():
            write_json(self._store, self._known)
            self._changed = False
