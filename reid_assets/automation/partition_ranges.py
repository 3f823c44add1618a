"""Which ranges of the partition set a choice of videos is, and how a run is told its range.

Dagster runs many partitions in one run only where they lie together in the set's order.
"""

from collections.abc import Iterable, Iterator

_START = "dagster/asset_partition_range_start"
_END = "dagster/asset_partition_range_end"
# On runs that catch up: what is up to date within their range is left alone.
ONLY_STALE = "reid/only_stale"
# A run pays seconds to start and to load the backbone, whatever it then does.
MOST_RUNS = 4


def stretches(keys: Iterable[str], order: list[str]) -> Iterator[tuple[str, str]]:
    """First and last key of each contiguous stretch of `keys` in the partition set's order."""
    wanted, start, last = set(keys), None, ""
    for key in order:
        if key in wanted:
            start = key if start is None else start
            last = key
        elif start is not None:
            yield start, last
            start = None
    if start is not None:
        yield start, last


def few_ranges(keys: Iterable[str], order: list[str], most: int = MOST_RUNS) -> list[tuple[str, str]]:
    """The stretches of `keys`; where they are more than `most`, the nearest ones are joined.

    A joined range holds keys that nobody asked for: a run over it must leave those alone.
    """
    ranges, position = list(stretches(keys, order)), {key: n for n, key in enumerate(order)}
    gaps = [
        position[after[0]] - position[before[1]] for before, after in zip(ranges, ranges[1:], strict=False)
    ]
    kept = set(sorted(range(len(gaps)), key=lambda n: (-gaps[n], n))[: most - 1])
    joined: list[tuple[str, str]] = []
    for n, (first, last) in enumerate(ranges):
        if n and n - 1 not in kept:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def range_tags(first: str, last: str) -> dict[str, str]:
    """The tags of a run over a range."""
    return {_START: first, _END: last}
