"""Choices of videos become few ranges, and each range as short as it can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reid_assets.automation.partition_ranges import few_ranges, stretches

ORDER = list("abcdefghij")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [("", []), ("c", ["cc"]), ("abc", ["ac"]), ("bca", ["ac"]), ("acd", ["aa", "cd"]), ("xz", [])],
)
def test_neighbours_are_one_stretch(keys: str, expected: list[str]) -> None:
    assert [first + last for first, last in stretches(keys, ORDER)] == expected


def test_the_nearest_stretches_are_joined_where_they_are_too_many() -> None:
    assert few_ranges("aceij", ORDER, most=2) == [("a", "e"), ("i", "j")]
    assert few_ranges("aceij", ORDER, most=1) == [("a", "j")]


@given(st.sets(st.sampled_from(ORDER)), st.integers(1, 5))
def test_every_key_is_in_one_of_at_most_so_many_ranges(keys: set[str], most: int) -> None:
    ranges = few_ranges(keys, ORDER, most)
    inside = [k for first, last in ranges for k in ORDER[ORDER.index(first) : ORDER.index(last) + 1]]
    assert len(ranges) <= most
    assert keys <= set(inside) and len(inside) == len(set(inside))
    assert all(first in keys and last in keys for first, last in ranges)
