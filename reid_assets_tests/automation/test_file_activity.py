"""A video counts once it has stopped changing, whatever its files' own times say."""

import os
import time
from pathlib import Path

from reid_assets.automation.file_activity import seconds_since_change, stamp_of
from reid_assets.layout import Layout


def video(root: Path) -> Layout:
    (root / "a").mkdir()
    (root / "a" / "tracks.csv").write_text("frame\n")
    return Layout(root)


def test_a_file_with_an_old_time_that_was_just_copied_has_just_changed(tmp_path: Path) -> None:
    at = video(tmp_path)
    os.utime(at.tracks("a"), (0, 0))
    assert seconds_since_change(at, "a") < 60


def test_what_this_product_writes_into_the_folder_is_no_change(tmp_path: Path) -> None:
    at = video(tmp_path)
    time.sleep(0.3)
    at.path("tracks_global", "a").touch()
    at.path("summary_global", "a").touch()
    assert seconds_since_change(at, "a") >= 0.3
    at.summary("a").touch()
    assert seconds_since_change(at, "a") < 0.3


def test_a_folder_that_lost_its_tracks_has_just_changed_and_none_at_all_is_long_at_rest(
    tmp_path: Path,
) -> None:
    at = video(tmp_path)
    at.tracks("a").unlink()
    assert seconds_since_change(at, "a") < 60
    assert seconds_since_change(at, "none") > 1e6


def test_the_stamp_of_a_root_changes_with_every_file_of_it(tmp_path: Path) -> None:
    at = video(tmp_path)
    stamps = [stamp_of(at)]
    for path in (at.analysis("a"), at.batch_summary, at.track_meta("b"), at.global_id_map):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        stamps.append(stamp_of(at))
    at.analysis("a").write_text("longer")
    stamps.append(stamp_of(at))
    assert all(before != after for before, after in zip(stamps, stamps[1:], strict=False))
    assert stamp_of(at) == stamps[-1]
    assert stamp_of(Layout(tmp_path / "none")) == []
