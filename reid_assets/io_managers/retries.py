"""Trouble of the whole machine that passes by itself: the step is tried again by Dagster a few times."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from reid_assets.storage.transient_errors import is_transient

_TIMES, _SECONDS = 3, 20.0


@contextmanager
def retried_if_transient() -> Iterator[None]:
    """Turn what can pass into Dagster's request to try the step again; let everything else bubble.

    Raises:
        RetryRequested: something that can pass.
    """
    try:
        yield
    except (OSError, MemoryError) as error:
        if not is_transient(error):
            raise
        raise dg.RetryRequested(max_retries=_TIMES, seconds_to_wait=_SECONDS) from error
