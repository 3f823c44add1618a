"""Where long work tells how far it is.

The assets report here; the command line listens to draw its bars. Without a listener nothing happens:
the Dagster log gets its own lines from the assets.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int, str], None]
_listeners: list[Listener] = []


def report(stage: str, done: int, total: int, detail: str = "") -> None:
    """`done` of `total` units of a stage (an asset's name) are finished."""
    for listener in _listeners:
        listener(stage, done, total, detail)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Call the listener for every report inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
