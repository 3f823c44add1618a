"""One DuckDB file that stays open from one use to the next, for a bounded time.

To open and close it takes 40 ms, which a run would pay a hundred times. While the file is open no other
process can look into it, so it is closed after a moment and stays so for another, long enough for a reader
that asks again every `POLL_S`.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

POLL_S = 0.05
_OPEN_S, _CLOSED_S = 2.0, 2 * POLL_S


class _KeptFile:
    """A connection that nobody uses; others of this process share its file."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._timer: threading.Timer | None = None
        self._closed_at = -_CLOSED_S

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection for reading and writing, which is the caller's to close."""
        with self._lock:
            if self._connection is None:
                if time.monotonic() - self._closed_at < _OPEN_S:
                    time.sleep(_CLOSED_S)
                self._connection = duckdb.connect(str(self._path))
                self._timer = threading.Timer(_OPEN_S, self.close)
                self._timer.daemon = True
                self._timer.start()
            return duckdb.connect(str(self._path))

    def close(self) -> None:
        """Let others have the file, once the connections of this moment are closed."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
            if self._connection is not None:
                self._connection.close()
                self._closed_at = time.monotonic()
            self._connection = self._timer = None


_kept: dict[Path, _KeptFile] = {}


@contextmanager
def kept_open(path: Path) -> Iterator[None]:
    """Within it, a file that is opened stays open from one use to the next."""
    if path in _kept:
        yield
        return
    _kept[path] = _KeptFile(path)
    try:
        yield
    finally:
        _kept.pop(path).close()


@contextmanager
def let_go(path: Path) -> Iterator[None]:
    """Within it, a file that is kept open is closed, and opened by nobody but who names it."""
    kept = _kept.pop(path, None)
    if kept:
        kept.close()
    try:
        yield
    finally:
        if kept:
            _kept[path] = kept


def connect(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection, which is the caller's to close.

    Raises:
        duckdb.Error: somebody else has the file open, or it is none of DuckDB.
    """
    if (kept := _kept.get(path)) is not None:
        try:
            return kept.connect()
        except duckdb.Error:
            # Beside another's reader, reading is still possible.
            if not read_only:
                raise
    return duckdb.connect(str(path), read_only=read_only)
