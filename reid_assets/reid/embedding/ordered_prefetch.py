"""Running iterators ahead in the background, and consuming them in order.

Each has a thread and a queue of bounded length, so that a slow consumer holds the producers back
and the order in which things arrive never depends on timing. What is produced is no matter here.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from typing import Generic, TypeVar

T = TypeVar("T")
_POLL_S = 0.1
# A thread looks up only between two items; one that is long at work is left behind, it ends by itself.
_PATIENCE_S = 5.0


def in_order(
    makers: Iterable[Callable[[], Iterator[T]]], ahead: int, capacity: int
) -> Generator[T, None, None]:
    """The items of all iterators, one iterator after the other.

    Args:
        makers: each makes one iterator, which then runs in a thread of its own. Taken from the
            calling thread, as late as possible.
        ahead: how many run at once, 1 and more.
        capacity: items each may hold ready, 1 and more.

    Raises:
        Whatever a maker or its iterator raises, at the place of the item it did not give.
    """
    stop = threading.Event()
    lanes: deque[_Lane[T]] = deque()
    left = iter(makers)
    try:
        while True:
            while len(lanes) < ahead and (maker := next(left, None)) is not None:
                lanes.append(_Lane(maker, capacity, stop))
            if not lanes:
                return
            yield from lanes[0].items()
            lanes.popleft()
    finally:
        stop.set()
        for lane in lanes:
            lane.thread.join(_PATIENCE_S)


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
