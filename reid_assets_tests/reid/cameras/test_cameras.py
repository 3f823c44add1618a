"""Which camera each video is of: people first, then names, then backgrounds; who is in doubt stays alone."""

from collections.abc import Mapping

import pandas as pd
import pytest

from reid_assets.reid.cameras.background import Background
from reid_assets.reid.cameras.cameras import CAMERAS, assign_cameras, camera_of, describe
from reid_assets.reid.core.clocks import VideoClock
from reid_assets_tests.support.painted_views import background, brightness, room

ONE, OTHER, THIRD = (room(seed) for seed in (700, 701, 702))
DOOR, DUSK, HALL, NIGHT = (
    background(ONE),
    background(ONE, brightness(0.4)),
    background(OTHER),
    background(THIRD),
)


def table(
    backgrounds: Mapping[str, Background | None],
    stated: Mapping[str, str] | None = None,
    guess: bool = True,
) -> pd.DataFrame:
    """The table of some videos with their backgrounds, and the cameras that cameras.yaml states."""
    clocks = {
        video: VideoClock(
            (stated or {}).get(video, video), "cameras.yaml" if video in (stated or {}) else "video"
        )
        for video in backgrounds
    }
    known = {video: one for video, one in backgrounds.items() if one is not None}
    found = assign_cameras(clocks, known, guess)
    assert list(found["video"]) == sorted(backgrounds) and found["confidence"].between(0, 1).all()
    assert (found["reason"].str.len() > 0).all()
    return found.set_index("video", drop=False)


def groups(found: pd.DataFrame) -> set[frozenset[str]]:
    return {frozenset(rows["video"]) for _, rows in found.groupby("camera")}


def test_no_video_and_one_video() -> None:
    assert assign_cameras({}, {}).equals(CAMERAS.empty())
    alone = table({"a": DOOR})
    assert alone.loc["a", ["camera", "source"]].tolist() == ["a", "own"]
    assert describe(alone) == "0 of 1 videos"


def test_one_background_is_one_camera_without_a_word_in_the_names() -> None:
    found = table({"x": DOOR, "y": DUSK, "z": HALL, "blind": None})
    assert groups(found) == {frozenset("xy"), frozenset("z"), frozenset({"blind"})}
    assert found.loc[["x", "y", "z", "blind"], "source"].tolist() == [
        "background",
        "background",
        "own",
        "own",
    ]
    assert describe(found) == "2 of 4 videos (2 share x: x, y, by background)"


def test_a_name_alone_is_enough_and_its_confidence_grows_with_the_pictures() -> None:
    by_name = table({"entrance-0815": None, "entrance-0930": None})
    assert set(by_name["camera"]) == {"entrance"} and set(by_name["source"]) == {"name"}
    both = table({"entrance-0815": DOOR, "entrance-0930": DUSK})
    assert both["confidence"].min() > by_name["confidence"].max()
    labelled = table({"cam1_0815": None, "cam1_0930": None})
    assert labelled["confidence"].min() > by_name["confidence"].max()


def test_a_word_that_returns_is_not_believed_against_the_pictures() -> None:
    found = table({"hall-0815": DOOR, "hall-0930": DUSK, "hall-1100": NIGHT, "hall-1300": None})
    assert groups(found) == {
        frozenset({"hall-0815", "hall-0930"}),
        frozenset({"hall-1100"}),
        frozenset({"hall-1300"}),
    }
    assert "several views" in found.loc["hall-1100", "reason"]


def test_a_name_that_says_camera_is_believed_and_says_that_the_pictures_differ() -> None:
    found = table({"cam1_0815": DOOR, "cam1_0930": NIGHT, "cam2_0815": HALL})
    assert found.loc[["cam1_0815", "cam1_0930"], "camera"].nunique() == 1
    assert "differ" in found.loc["cam1_0815", "reason"]
    assert found.loc["cam1_0815", "confidence"] < 0.7


def test_a_background_never_joins_two_names_that_say_two_cameras() -> None:
    found = table({"cam1": DOOR, "cam2": DUSK, "other": DOOR})
    assert found.loc["cam1", "camera"] != found.loc["cam2", "camera"]
    assert found.loc["other", "camera"] == "other" and "two cameras" in found.loc["other", "reason"]


def test_what_people_say_always_holds_and_others_come_to_it() -> None:
    stated = {"entrance-0815": "Door", "q": "Hall", "same view": "Hall"}
    found = table(
        {"entrance-0815": DOOR, "entrance-0930": DUSK, "q": HALL, "r": HALL, "same view": DOOR}, stated
    )
    for video, camera in stated.items():
        assert found.loc[video, ["camera", "source", "confidence"]].tolist() == [camera, "cameras.yaml", 1.0]
    assert found.loc["entrance-0930", "camera"] == "Door"
    assert found.loc["r", "camera"] in ("Hall", "r")


def test_names_that_people_give_two_cameras_say_nothing() -> None:
    stated = {"entrance-0815": "Door", "entrance-0930": "Hall"}
    found = table({"entrance-0815": None, "entrance-0930": None, "entrance-1000": None}, stated)
    assert found.loc["entrance-1000", ["camera", "source"]].tolist() == ["entrance-1000", "own"]
    assert "two cameras" in found.loc["entrance-1000", "reason"]


@pytest.mark.parametrize("stated", [{}, {"somewhere": "entrance"}])
def test_a_guessed_camera_never_takes_the_name_of_another(stated: dict[str, str]) -> None:
    names = ["entrance", "somewhere", "entrance-0815", "entrance-0930"]
    found = table(dict.fromkeys(names), stated)
    assert found.loc[["entrance-0815", "entrance-0930"], "camera"].nunique() == 1
    assert found.loc["entrance-0815", "camera"] not in found.loc[["entrance", "somewhere"], "camera"].tolist()


def test_without_guessing_only_what_people_say_counts() -> None:
    found = table({"cam1_0815": DOOR, "cam1_0930": DUSK, "x": DOOR}, {"x": "Door"}, guess=False)
    assert camera_of(found) == {"cam1_0815": "cam1_0815", "cam1_0930": "cam1_0930", "x": "Door"}


def test_the_answer_does_not_depend_on_the_order_of_the_videos() -> None:
    backgrounds = {"cam1_0815": DOOR, "cam1_0930": None, "x": DUSK, "y": HALL, "z": HALL, "w": NIGHT}
    backwards = dict(reversed(backgrounds.items()))
    assert table(backgrounds).equals(table(backwards))
