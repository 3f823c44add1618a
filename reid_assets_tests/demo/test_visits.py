"""Visits are the same every time, possible for real people, and not to be read off frame numbers."""

import numpy as np
import pytest

from reid_assets.demo.cameras import CAMERAS, FPS, WIDTH, Camera
from reid_assets.demo.dogs import DOGS
from reid_assets.demo.looks import ROSTER
from reid_assets.demo.visits import Visit, plan_visits

SEEDS = [7, 1, 2, 3]


def frames_of(visit: Visit) -> tuple[int, int]:
    """First and last frame of the recording in which the feet are in the picture."""
    inside = [
        frame
        for frame in range(visit.camera.frames)
        if (place := visit.feet_at(frame)) is not None and 0 <= place[0] <= WIDTH
    ]
    return inside[0], inside[-1]


def per_camera(visits: list[Visit], identity: str) -> dict[Camera, list[Visit]]:
    return {
        camera: [v for v in visits if v.identity == identity and v.camera == camera] for camera in CAMERAS
    }


def test_the_script_depends_on_the_seed_alone() -> None:
    assert plan_visits(7) == plan_visits(7)
    assert plan_visits(7) != plan_visits(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_twice_at_one_place_at_one_time(seed: int) -> None:
    visits = plan_visits(seed)
    for identity in (*ROSTER, *DOGS):
        for own in per_camera(visits, identity).values():
            spans = sorted(frames_of(visit) for visit in own)
            assert all(end < start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_walk_begins_out_of_sight_and_is_seen_for_seconds(seed: int) -> None:
    for visit in plan_visits(seed):
        assert visit.feet_at(0) is None, "somebody stands in the picture when the recording begins"
        first, last = frames_of(visit)
        assert last - first > 3 * FPS


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_is_seen_by_several_cameras(seed: int) -> None:
    visits = plan_visits(seed)
    assert {visit.identity for visit in visits} == {*ROSTER, *DOGS}
    for identity in (*ROSTER, *DOGS):
        assert sum(bool(own) for own in per_camera(visits, identity).values()) >= 3


def test_exactly_one_walker_comes_back_within_a_camera() -> None:
    visits = plan_visits(7)
    again = [
        (identity, camera.name)
        for identity in (*ROSTER, *DOGS)
        for camera, own in per_camera(visits, identity).items()
        if len(own) > 1
    ]
    assert again == [("emi", "hall")]


def test_two_walk_side_by_side_wherever_they_go() -> None:
    visits = plan_visits(7)
    ben, cleo = ([v for v in visits if v.identity == name] for name in ("ben", "cleo"))
    assert len(ben) == len(cleo) >= 3
    for one, other in zip(ben, cleo, strict=True):
        frame = round((one.start - one.camera.start + 3) * FPS)
        (x, y), (other_x, other_y) = one.feet_at(frame) or (0, 0), other.feet_at(frame) or (9999, 9999)
        assert abs(x - other_x) < 80
        assert abs(y - other_y) < 20


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_frame_numbers_is_not_the_order_in_time(seed: int) -> None:
    visits = plan_visits(seed)
    wrong = 0
    for identity in ROSTER:
        own = [visits for visits in per_camera(visits, identity).values() if visits]
        in_time = [walks[0].start for walks in own]
        in_frames = [walks[0].start - walks[0].camera.start for walks in own]
        assert np.all(np.diff(in_time) > 0), "the cameras stand along the way"
        wrong += bool(np.any(np.diff(in_frames) < 0))
    assert wrong >= len(ROSTER) // 2
