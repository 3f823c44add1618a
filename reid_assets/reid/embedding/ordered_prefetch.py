"""Ordered prefetching: runs iterators ahead in background threads and yields their items in order.

Each iterator has a thread and a bounded queue, so that a slow consumer holds the producers back and the
order of the items never depends on timing. Independent of what the items are.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from typing import Generic, TypeVar

T = TypeVar("T")
_POLL_S = 0.1
# A thread checks for the stop signal only between two items; after this time it is left to end by itself.
_JOIN_TIMEOUT_S = 5.0


def ordered_prefetch(
    makers: Iterable[Callable[[], Iterator[T]]], ahead: int, capacity: int
) -> Generator[T, None, None]:
    """Yield the items of all iterators, one iterator after the other.

    Args:
        makers: each returns one iterator, which then runs in its own thread. Consumed in the calling
            thread, as late as possible.
        ahead: number of iterators that run in parallel, 1 or more.
        capacity: items that each may queue, 1 or more.

    Raises:
        Any exception of a maker or its iterator, in place of the item that failed.
    """
    stop = threading.Event()
    lanes: deque[_Lane[T]] = deque()
    remaining = iter(makers)
    try:
        while True:
            while len(lanes) < ahead and (maker := next(remaining, None)) is not None:
                lanes.append(_Lane(maker, capacity, stop))
            if not lanes:
                return
            yield from lanes[0].items()
            lanes.popleft()
    finally:
        stop.set()
        for lane in lanes:
            lane.thread.join(_JOIN_TIMEOUT_S)


class _Lane(Generic[T]):
    """One iterator, its thread and its queue."""

    def __init__(self, maker: Callable[[], Iterator[T]], capacity: int, stop: threading.Event) -> None:
        self._ready: queue.Queue[tuple[T] | BaseException | None] = queue.Queue(capacity)
        self._stop = stop
        self.thread = threading.Thread(target=self._run, args=(maker,), name="reid-reader", daemon=True)
        self.thread.start()

    def items(self) -> Iterator[T]:
        while (entry := self._ready.get()) is not None:
            if isinstance(entry, BaseException):
                raise entry
            yield entry[0]
        self.thread.join()

    def _run(self, maker: Callable[[], Iterator[T]]) -> None:
        try:
            with closing(maker()) as items:  # type: ignore[type-var]
                for item in items:
                    if not self._put((item,)):
                        return
        except BaseException as error:
            self._put(error)
        else:
            self._put(None)

    def _put(self, entry: tuple[T] | BaseException | None) -> bool:
        while not self._stop.is_set():
            try:
                self._ready.put(entry, timeout=_POLL_S)
            except queue.Full:
                continue
            return True
        return False
