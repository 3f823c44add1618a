"""Trouble of the whole machine that can pass by itself: a full disk, no memory, too many open files.

A step that meets it is tried again by Dagster a few times; what a person has to mend never is.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

_TIMES, _SECONDS = 3, 20.0
_NAMES = ("ENOSPC", "EDQUOT", "ENOMEM", "EMFILE", "ENFILE", "EAGAIN", "EBUSY")
_PASSING = {getattr(errno, name) for name in _NAMES if hasattr(errno, name)}


def can_pass(error: BaseException) -> bool:
    """Whether waiting may help."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _PASSING)


@contextmanager
def retried_if_it_can_pass() -> Iterator[None]:
    """Turn what can pass into Dagster's request to try the step again; let everything else bubble.

    Raises:
        RetryRequested: something that can pass.
    """
    try:
        yield
    except (OSError, MemoryError) as error:
        if not can_pass(error):
            raise
        raise dg.RetryRequested(max_retries=_TIMES, seconds_to_wait=_SECONDS) from error
