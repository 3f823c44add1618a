"""The picture of the cameras: a row each, whatever their number, small enough for an event."""

import io

import pandas as pd
import pytest
from PIL import Image

from reid_assets.reid.cameras.cameras import CAMERAS, assign_cameras
from reid_assets.reid.core.clocks import VideoClock
from reid_assets.reid.presentation.cameras_picture import draw_cameras
from reid_assets_tests.support.painted_views import background, room


def size(table: pd.DataFrame, views: int = 0) -> tuple[int, int, int]:
    shown = {video: background(room(n), frames=1) for n, video in enumerate(table["video"].iloc[:views])}
    content = draw_cameras(table, shown)
    return *Image.open(io.BytesIO(content)).size, len(content)


def of(*videos: str) -> pd.DataFrame:
    return assign_cameras({video: VideoClock(video) for video in videos}, {})


@pytest.mark.parametrize("table", [CAMERAS.empty(), of("a"), of(*[f"c1s{n}" for n in range(50)])])
def test_any_number_of_videos_can_be_drawn(table: pd.DataFrame) -> None:
    width, height, _ = size(table, views=2)
    assert width > 500 and height >= 90


def test_it_grows_with_the_cameras_up_to_a_limit() -> None:
    heights = [
        size(of(*[f"c{n}s{s}" for n in range(cameras) for s in (1, 2)]))[1] for cameras in (1, 4, 9, 90)
    ]
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_it_stays_small_with_pictures_everywhere() -> None:
    many = of(*[f"c{n}s{s}" for n in range(12) for s in range(7)])
    assert size(many, views=84)[2] < 200_000
