"""Which errors of the whole machine can pass by themselves: a full disk, no memory, too many open files."""

import errno

_NAMES = ("ENOSPC", "EDQUOT", "ENOMEM", "EMFILE", "ENFILE", "EAGAIN", "EBUSY")
_FULL = ("database or disk is full", "No space left on device", "Disk quota exceeded")
_TRANSIENT = {getattr(errno, name) for name in _NAMES if hasattr(errno, name)}


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, is that nothing more can be written.

    SQLite and DuckDB have words of their own for it, and others wrap them.
    """
    while error is not None:
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", -1))
        if full or says_disk_full(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def says_disk_full(text: str) -> bool:
    """Whether the message of an error says so."""
    return any(words in text for words in _FULL)


def is_transient(error: BaseException) -> bool:
    """Whether waiting may help."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _TRANSIENT)
