from pathlib import Path

import numpy as np

from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.sampling import eligible_rows, score_candidates
from reid_assets.reid.tracks.tracks_csv import Tracks
from reid_assets_tests.support.synthetic_video import GREEN, RED, Walker, rows_of, tracks_from

PICTURE = (320.0, 240.0)
SETTINGS = EmbedSettings()


def _wanted_ids(tracks: Tracks, settings: EmbedSettings) -> set[int]:
    wanted, _ = eligible_rows(tracks, settings)
    return set(tracks.rows["track_id"].to_numpy()[wanted].tolist())


def test_an_empty_file_wants_nothing_and_misses_nobody(tmp_path: Path) -> None:
    wanted, without = eligible_rows(tracks_from(tmp_path, []), SETTINGS)
    assert len(wanted) == 0
    assert without == {"filtered": 0, "no_box": 0, "too_small": 0}


def test_untracked_rows_are_never_wanted(tmp_path: Path) -> None:
    tracks = tracks_from(tmp_path, rows_of([RED, Walker(-1, (0, 0, 0), range(50))]))
    assert _wanted_ids(tracks, SETTINGS) == {1}


def test_rows_come_by_track_and_frame_however_the_file_is_ordered(tmp_path: Path) -> None:
    lines = rows_of([RED, GREEN])
    tracks = tracks_from(tmp_path, lines[::-1])
    wanted, _ = eligible_rows(tracks, SETTINGS)
    rows = tracks.rows.iloc[wanted]
    assert rows[["track_id", "frame"]].apply(tuple, axis=1).is_monotonic_increasing


def test_the_filter_asks_for_the_class_of_the_track_and_not_of_the_row(tmp_path: Path) -> None:
    lines = rows_of([RED])
    for row in range(0, len(lines), 3):
        lines[row] = lines[row].replace(",0,thing0", ",5,thing5")
    tracks = tracks_from(tmp_path, lines)
    assert len(eligible_rows(tracks, EmbedSettings(class_filter=[0]))[0]) == len(lines)
    assert eligible_rows(tracks, EmbedSettings(class_filter=[5]))[1]["filtered"] == 1


def test_small_is_judged_by_the_shorter_side(tmp_path: Path) -> None:
    tracks = tracks_from(tmp_path, rows_of([RED, Walker(2, (0, 0, 0), range(9), size=(15, 90))]))
    assert _wanted_ids(tracks, EmbedSettings(min_box_size=15)) == {1, 2}
    assert _wanted_ids(tracks, EmbedSettings(min_box_size=16)) == {1}
    assert eligible_rows(tracks, EmbedSettings(min_box_size=16))[1]["too_small"] == 1


def test_bad_boxes_and_exact_duplicates_are_not_wanted(tmp_path: Path) -> None:
    good = rows_of([RED])[:3]
    bad = ["9,0,1,0,thing0,nan,1,50,90,,,0.9,,\n", "10,0,1,0,thing0,60,90,10,10,,,0.9,,\n"]
    tracks = tracks_from(tmp_path, [*good, good[0], *bad])
    assert tracks.rows["frame"].to_numpy()[eligible_rows(tracks, SETTINGS)[0]].tolist() == [0, 1, 2]


def test_what_lies_outside_the_picture_is_no_candidate(tmp_path: Path) -> None:
    inside, outside = "0,0,1,0,p,10,10,60,90,,,0.9,,\n", "5,0,1,0,p,310,10,360,90,,,0.9,,\n"
    tracks = tracks_from(tmp_path, [inside, outside])
    wanted, _ = eligible_rows(tracks, SETTINGS)
    candidates = score_candidates(tracks, wanted, PICTURE, SETTINGS)
    assert candidates.frame.tolist() == [0]
    assert len(candidates) == len(candidates.box) == len(candidates.quality) == 1
    assert len(score_candidates(tracks, np.empty(0, np.int64), PICTURE, SETTINGS)) == 0
