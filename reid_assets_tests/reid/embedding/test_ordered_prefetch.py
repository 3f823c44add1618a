import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from reid_assets.reid.embedding.ordered_prefetch import ordered_prefetch


def _count(name: str, size: int, pause: float = 0.0, seen: list[str] | None = None) -> Iterator[str]:
    for number in range(size):
        time.sleep(pause)
        if seen is not None:
            seen.append(f"{name}{number}")
        yield f"{name}{number}"


def _makers(*makers: tuple[str, int, float]) -> list[Callable[[], Iterator[str]]]:
    return [partial(_count, *maker) for maker in makers]


def test_nothing_gives_nothing_and_empty_iterators_are_passed_over() -> None:
    assert list(ordered_prefetch([], 2, 3)) == []
    assert list(ordered_prefetch(_makers(("a", 0, 0), ("b", 1, 0), ("c", 0, 0)), 2, 3)) == ["b0"]


@pytest.mark.parametrize("ahead", [1, 2, 5])
@pytest.mark.parametrize("capacity", [1, 4])
def test_items_come_in_order_however_fast_each_iterator_is(ahead: int, capacity: int) -> None:
    makers = _makers(("slow", 3, 0.01), ("fast", 5, 0.0), ("last", 2, 0.0))
    expected = [*_count("slow", 3), *_count("fast", 5), *_count("last", 2)]
    assert list(ordered_prefetch(makers, ahead, capacity)) == expected


def test_a_slow_consumer_holds_the_producers_back() -> None:
    seen: list[str] = []
    items = ordered_prefetch([partial(_count, name, 100, 0.0, seen) for name in "abcd"], 2, 3)
    next(items)
    time.sleep(0.1)
    # Two run ahead, each with three items ready and one in hand; one has been taken.
    assert len(seen) <= 2 * (3 + 1) + 1
    items.close()


def test_makers_are_taken_late_and_from_the_calling_thread() -> None:
    taken: list[int] = []

    def makers() -> Iterator[Callable[[], Iterator[str]]]:
        for number in range(100):
            taken.append(threading.get_ident())
            yield partial(_count, str(number), 1)

    items = ordered_prefetch(makers(), 3, 1)
    next(items)
    assert len(taken) == 3
    assert set(taken) == {threading.get_ident()}
    items.close()


def test_an_error_comes_where_its_item_would_have_come() -> None:
    def breaks() -> Iterator[str]:
        yield "before"
        raise ValueError("broken")

    items = ordered_prefetch([*_makers(("a", 1, 0)), breaks, *_makers(("b", 1, 0))], 3, 2)
    assert [next(items), next(items)] == ["a0", "before"]
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_leaving_early_ends_the_threads_and_closes_the_iterators() -> None:
    closed = threading.Event()

    def endless() -> Iterator[str]:
        try:
            while True:
                yield "x"
        finally:
            closed.set()

    items = ordered_prefetch([endless], 1, 2)
    assert next(items) == "x"
    items.close()
    assert closed.wait(2.0)
    assert not [thread for thread in threading.enumerate() if thread.name == "reid-reader"]
