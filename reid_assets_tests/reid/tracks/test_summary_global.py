"""What summary.json says stays; identities are added; without one, what is known stands in."""

from pathlib import Path

import pandas as pd
import pytest

from reid_assets.reid.core.tables import GLOBAL_ID_MAP
from reid_assets.reid.tracks.summary_global import global_summary
from reid_assets.reid.tracks.tracks_csv import Tracks, read_tracks

FACTS = {"fps": 25.0}


def tracks(folder: Path, *rows: str) -> Tracks:
    lines = ["frame,track_id,class_id,class_name,x1,y1,x2,y2", *rows] if rows else []
    (folder / "tracks.csv").write_text("\n".join(lines))
    return read_tracks(folder / "tracks.csv", "a")


@pytest.fixture
def three(tmp_path: Path) -> Tracks:
    return tracks(
        tmp_path, "0,0,0,person,1,1,9,9", "0,1,0,person,1,1,9,9", "8,2,2,car,1,1,9,9", "9,-1,2,car,1,1,9,9"
    )


def seen(*rows: tuple[int, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["track_id", "class_name", "global_id"])
    frame = frame.assign(video="a", class_id=0, n_samples=1, f_min=0, f_max=9)
    return GLOBAL_ID_MAP.conform(frame) if rows else GLOBAL_ID_MAP.empty()


def test_a_video_without_tracks_has_no_identities(tmp_path: Path) -> None:
    summary = global_summary({"frames": 3}, FACTS, seen(), tracks(tmp_path))
    assert summary["reid_attached"] is True
    assert (summary["global_unique_by_class"], summary["global_ids"]) == ({}, [])
    assert (summary["tracks_with_identity"], summary["tracks_without_identity"]) == (0, 0)


def test_every_key_of_the_summary_stays_as_it_was(three: Tracks) -> None:
    given = {"frames": 10, "fps": 5, "zone": {"a": [1, None]}, "ü": "x"}
    summary = global_summary(given, FACTS, seen(), three)
    assert given.items() <= summary.items()
    assert "summary_missing" not in summary


def test_identities_are_counted_by_class_name_and_tracks_without_one_apart(three: Tracks) -> None:
    summary = global_summary({}, FACTS, seen((0, "person", 7), (1, "person", 7)), three)
    assert summary["global_unique_by_class"] == {"person": 1}
    assert summary["global_ids"] == [7]
    assert (summary["tracks_with_identity"], summary["tracks_without_identity"]) == (2, 1)
    assert summary["rows"]["untracked"] == 1


def test_without_a_summary_the_video_and_its_tracks_speak(three: Tracks) -> None:
    summary = global_summary(None, FACTS, seen((0, "person", 7)), three)
    assert summary["summary_missing"] is True
    assert (summary["fps"], summary["last_frame_with_rows"]) == (25.0, 9)
    assert summary["unique_ids_by_class"] == {"0": 2, "2": 1}
    assert summary["global_unique_by_class"] == {"person": 1}


def test_neither_summary_nor_tracks_is_no_failure(tmp_path: Path) -> None:
    summary = global_summary(None, {}, seen(), tracks(tmp_path))
    assert summary["last_frame_with_rows"] is None
    assert summary["unique_ids_by_class"] == {}
