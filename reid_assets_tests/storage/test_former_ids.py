"""Ids of tracks that left: recognised by their files, unreadable without them, bounded."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.core.errors import ReidError
from reid_assets.storage import former_ids
from reid_assets.storage.former_ids import FormerIds, read_former_ids, write_former_ids


def a_map(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["video", "track_id", "global_id"])


def test_a_root_without_memory_recalls_nothing(tmp_path: Path) -> None:
    known = read_former_ids(tmp_path / "none.npz")
    assert len(known.recall(a_map(("a", 1, 5)), {"a": "x"})) == 0
    assert len(known.recall(a_map(), {})) == 0
    write_former_ids(tmp_path / "none.npz", known)
    assert read_former_ids(tmp_path / "none.npz") == known, "an empty one is kept, too"


def test_a_track_is_recognised_by_its_video_its_number_and_its_files(tmp_path: Path) -> None:
    path = tmp_path / "former_ids.npz"
    write_former_ids(path, FormerIds().updated(a_map(("a", 1, 5), ("b", 1, 6)), {"a": "x", "b": "y"}))
    known = read_former_ids(path)
    tracks = a_map(("a", 1, 0), ("a", 2, 0), ("b", 1, 0))
    assert known.recall(tracks, {"a": "x", "b": "y"}).values.tolist() == [["a", 1, 5], ["b", 1, 6]]
    assert known.recall(tracks, {"a": "other", "b": "y"}).values.tolist() == [["b", 1, 6]]


def test_nothing_of_a_removed_video_can_be_read_and_equal_roots_have_different_keys(tmp_path: Path) -> None:
    path, kept = tmp_path / "former_ids.npz", a_map(("front door", 1, 5))
    known = FormerIds().updated(kept, {"front door": "digest"})
    write_former_ids(path, known.updated(a_map(), {}))
    assert b"front door" not in path.read_bytes() and b"digest" not in path.read_bytes()
    assert set(known.ids).isdisjoint(FormerIds().updated(kept, {"front door": "digest"}).ids)


def test_the_last_id_counts_and_those_that_left_longest_ago_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(former_ids, "MOST_DEPARTED", 2)
    known = FormerIds()
    for number in range(4):
        known = known.updated(a_map((f"v{number}", 1, number)), {f"v{number}": "x"})
    known = known.updated(a_map(("v3", 1, 9)), {"v3": "x"})
    everything = a_map(*((f"v{number}", 1, 0) for number in range(4)))
    found = known.recall(everything, {f"v{number}": "x" for number in range(4)})
    assert found["global_id"].tolist() == [1, 2, 9, 3], "two that left, the one there is, and its id before"


def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "former_ids.npz"
    for broken in (b"no archive", b""):
        path.write_bytes(broken)
        with pytest.raises(ReidError, match="Remove it and run again"):
            read_former_ids(path)
    np.savez(path, salt=np.zeros(16, np.uint8))
    with pytest.raises(ReidError, match="Remove it"):
        read_former_ids(path)
