"""Which errors of the whole machine can pass by themselves: a full disk, no memory, too many open files."""

import errno

_NAMES = ("ENOSPC", "EDQUOT", "ENOMEM", "EMFILE", "ENFILE", "EAGAIN", "EBUSY")
_TRANSIENT = {getattr(errno, name) for name in _NAMES if hasattr(errno, name)}


def is_transient(error: BaseException) -> bool:
    """Whether waiting may help."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _TRANSIENT)
