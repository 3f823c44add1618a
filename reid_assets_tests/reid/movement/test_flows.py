"""The reason for a direction is stated in words; `io_managers/test_movement_io.py` tests the counts."""

import pytest

from reid_assets.reid.movement.flows import Direction


@pytest.mark.parametrize(
    ("counts", "without_clock", "said"),
    [
        ((0, 0, 0), "common_start", None),
        ((9, 0, 0), "undirected", None),
        ((9, 4, 0), "common_start", "4 of 9 moves are ordered by frame numbers, as if all videos had"),
        ((9, 9, 0), "undirected", "9 of 9 moves have no direction"),
        ((9, 0, 2), "common_start", "2 of 9 moves are ordered by creation times, a guess"),
        ((9, 4, 2), "common_start", "; 2 of 9 moves"),
    ],
)
def test_an_assumption_is_named_and_knowledge_is_not(
    counts: tuple[int, int, int], without_clock: str, said: str | None
) -> None:
    note = Direction(*counts, without_clock=without_clock).note()  # type: ignore[arg-type]
    assert (note is None) if said is None else (note is not None and said in note)
