"""The background of a video: what moves is forgotten, and what cannot be known is not claimed."""

import numpy as np
import pytest

from reid_assets.reid.cameras.background import MAX_FRAMES, Background, BackgroundBuilder
from reid_assets_tests.support.painted_views import HEIGHT, NO_BOXES, WIDTH, background, moved, room

VIEW = room(1)


def built(frames: list[np.ndarray], boxes: list[np.ndarray] | None = None) -> Background:
    builder = BackgroundBuilder(np.arange(len(frames)))
    for number, frame in enumerate(frames):
        if builder.wants(number):
            builder.add(frame, boxes[number] if boxes else NO_BOXES)
    return builder.background()


def test_without_a_frame_nothing_is_known() -> None:
    nothing = BackgroundBuilder(np.empty(0, np.int64)).background()
    assert not nothing.known.any() and nothing.frames == 0


def test_who_stands_in_most_frames_is_not_in_it_where_his_box_is_known() -> None:
    box = np.array([[250.0, 100.0, 330.0, 300.0]])
    with_him = VIEW.copy()
    with_him[100:300, 250:330] = (0, 0, 255)
    found = built([with_him] * 9 + [VIEW] * 4, [box] * 9 + [NO_BOXES] * 4)
    without = built([VIEW] * 4)
    inside = (slice(22, 58), slice(52, 64))
    assert found.known[inside].all()
    assert np.abs(found.image[inside].astype(int) - without.image[inside]).max() < 12


def test_what_a_box_always_covers_is_unknown() -> None:
    box = np.array([[250.0, 100.0, 330.0, 300.0]])
    found = built([VIEW] * 8, [box] * 8)
    assert not found.known[22:58, 52:64].any() and found.known[:, :40].all()


def test_a_box_that_is_no_number_or_outside_hides_nothing() -> None:
    odd = np.array([[np.nan, 0, 9, 9], [-500.0, -500.0, -400.0, -400.0], [5000.0, 0.0, 6000.0, 9.0]])
    assert built([VIEW] * 3, [odd] * 3).known.all()


def test_a_camera_that_pans_has_no_background_and_one_that_trembles_has() -> None:
    wide = np.hstack([room(1), room(2), room(3)])
    pans = [wide[:, 50 * step : 50 * step + WIDTH] for step in range(20)]
    assert not built(pans).known.any()
    trembles = [moved(step % 3 - 1, 0)(VIEW) for step in range(20)]
    assert built(trembles).known.mean() > 0.8


def test_an_exposure_that_jumps_leaves_no_edges_where_boxes_were() -> None:
    box = np.array([[200.0, 90.0, 420.0, 270.0]])
    grey = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    found = built([grey] * 4 + [(grey * 1.4).astype(np.uint8)] * 5, [NO_BOXES] * 4 + [box] * 5)
    assert int(found.image.max()) - int(found.image.min()) < 8


def test_it_survives_being_a_picture() -> None:
    found = background(VIEW)
    again = Background.from_png(found.png())
    assert (again.image == found.image).all() and (again.known == found.known).all()
    for other in (b"", b"no picture"):
        with pytest.raises(ValueError, match="not a picture"):
            Background.from_png(other)


def test_a_long_video_costs_no_more_frames_and_they_are_spread() -> None:
    builder = BackgroundBuilder(np.arange(0, 90_000, 3))
    wanted = [number for number in range(90_000) if builder.wants(number)]
    assert len(wanted) == MAX_FRAMES and wanted[0] == 0 and wanted[-1] == 89_997
