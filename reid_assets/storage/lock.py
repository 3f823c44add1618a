"""One writer at a time on one root.

The lock belongs to the operating system, so it ends with its process however that ends. Whoever
holds it leaves a line beside it that says who.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from reid_assets.storage.atomic import write_json
from reid_assets.storage.records import read_record


class RootBusyError(Exception):
    """Somebody else is writing under this root; the message says who."""


def holder_of(lock: Path) -> str:
    """Who holds (or held last) the lock, in words."""
    note = read_record(lock.with_suffix(".json"))
    try:
        return f"process {note['pid']}, {note['what']}, since {note['since']}"
    except KeyError:
        return "an unknown process"


def is_held(lock: Path) -> bool:
    """Whether another process holds the lock now."""
    if not lock.exists():
        return False
    probe = FileLock(lock)
    try:
        probe.acquire(timeout=0)
    except Timeout:
        return True
    probe.release()
    return False


@contextmanager
def hold(lock: Path, what: str, patience: float, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the root's lock; again inside the same process at once.

    Args:
        lock: the lock file.
        what: what the holder does, for others to read.
        patience: seconds to wait for another process.
        say: called once where there is somebody to wait for.

    Raises:
        RootBusyError: it was held elsewhere for all that time.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    # One object a process: a run inside `reid-assets run` enters the same lock a second time.
    file_lock = FileLock(lock, thread_local=False, is_singleton=True)
    first = not file_lock.is_locked
    try:
        file_lock.acquire(timeout=0)
    except Timeout:
        say(f"Waiting for {lock.parent.parent}: {holder_of(lock)} writes there.")
        try:
            file_lock.acquire(timeout=patience)
        except Timeout:
            raise RootBusyError(
                f"{lock.parent.parent}: {holder_of(lock)} is still writing there. Wait for it, or stop it."
            ) from None
    try:
        if first:
            since = time.strftime("%Y-%m-%d %H:%M:%S")
            write_json(lock.with_suffix(".json"), {"pid": os.getpid(), "what": what, "since": since})
        yield
    finally:
        file_lock.release()
