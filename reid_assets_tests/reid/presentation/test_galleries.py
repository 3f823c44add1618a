"""A gallery shows an identity from all its sides before it shows one side twice."""

import cv2
import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.core.tables import GLOBAL_ID_MAP, TRACK_CROPS
from reid_assets.reid.presentation.galleries import choose_thumbnails, square_thumbnail


def crops(*rows: tuple[str, int, int, float]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["video", "track_id", "frame", "quality"]).assign(file="x.jpg")
    return TRACK_CROPS.conform(frame) if rows else TRACK_CROPS.empty()


def id_map(*rows: tuple[str, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["video", "track_id", "global_id"])
    frame = frame.assign(class_id=0, class_name="p", n_samples=1, f_min=0, f_max=9)
    return GLOBAL_ID_MAP.conform(frame) if rows else GLOBAL_ID_MAP.empty()


def files(table: pd.DataFrame) -> list[str]:
    return table["file"].tolist()


def test_nobody_has_no_gallery() -> None:
    assert choose_thumbnails(id_map(), crops(), 8).empty
    assert choose_thumbnails(id_map(("a", 0, 1)), crops(), 8).empty
    assert choose_thumbnails(id_map(("a", 0, 1)), crops(("a", 9, 0, 1.0)), 8).empty


def test_every_track_comes_once_before_any_comes_twice() -> None:
    taken = crops(("a", 0, 1, 0.9), ("a", 0, 2, 0.8), ("a", 0, 3, 0.7), ("b", 1, 5, 0.1), ("a", 2, 6, 0.2))
    table = choose_thumbnails(id_map(("a", 0, 4), ("b", 1, 4), ("a", 2, 4)), taken, 4)
    assert files(table) == ["a_tid0_f1.jpg", "b_tid1_f5.jpg", "a_tid2_f6.jpg", "a_tid0_f2.jpg"]
    assert table["rank"].tolist() == [0, 1, 2, 3]


def test_among_tracks_the_most_certain_comes_first_and_of_a_track_its_best_crop() -> None:
    taken = crops(("a", 0, 1, 0.9), ("a", 2, 5, 0.1), ("a", 2, 6, 0.2))
    known = id_map(("a", 0, 4), ("a", 2, 4))
    evidence = known[["video", "track_id", "global_id"]].assign(confidence=[0.5, 0.9])
    table = choose_thumbnails(known, taken, 4, evidence)
    assert files(table) == ["a_tid2_f6.jpg", "a_tid0_f1.jpg", "a_tid2_f5.jpg"]
    assert table["confidence"].tolist() == [0.9, 0.5, 0.9]


def test_the_order_of_the_input_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    rows = [(str(rng.choice(["a", "b"])), i % 5, i, 0.5) for i in range(40)]
    known = id_map(*[(video, track, track % 2) for video in "ab" for track in range(5)])
    taken = crops(*rows)
    shuffled = taken.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(choose_thumbnails(known, taken, 3), choose_thumbnails(known, shuffled, 3))


def test_every_track_is_shown_however_few_thumbnails_are_asked_for() -> None:
    known = id_map(*[("a", track, 0) for track in range(12)], ("b", 0, 1))
    taken = crops(
        *[("a", track, frame, 0.1 * frame) for track in range(12) for frame in range(3)],
        *[("b", 0, frame, 0.1 * frame) for frame in range(3)],
    )
    evidence = known[["video", "track_id", "global_id"]].assign(confidence=[0.9] * 11 + [0.2, 0.9])
    table = choose_thumbnails(known, taken, 2, evidence)
    largest = table[table["global_id"] == 0]
    assert sorted(largest["track_id"]) == list(range(12)), "each once"
    assert set(largest["frame"]) == {2}, "the best crop of each"
    assert largest["track_id"].tolist()[-1] == 11, "the doubtful one last"
    assert (table["global_id"] == 1).sum() == 2, "an identity of few tracks has the number asked for"


@pytest.mark.parametrize(("width", "height"), [(20, 90), (90, 20), (3, 500), (224, 224)])
def test_a_thumbnail_is_square_and_holds_the_whole_crop(width: int, height: int) -> None:
    crop = np.full((height, width, 3), 255, np.uint8)
    jpeg = cv2.imencode(".jpg", crop)[1].tobytes()
    picture = cv2.imdecode(np.frombuffer(square_thumbnail(jpeg, 64), np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (64, 64, 3)
    bright = (picture.min(axis=2) > 200).sum()
    expected = 64 * 64 * min(width, height) / max(width, height)
    assert abs(bright - expected) <= 2 * 64


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="not a readable image"):
        square_thumbnail(b"x", 64)
