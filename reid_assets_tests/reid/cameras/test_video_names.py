"""Names tell cameras where a part stays and a time or a number varies; what is doubtful tells nothing."""

import pytest

from reid_assets.reid.cameras.video_names import camera_label, cameras_by_name


def groups(*names: str) -> set[frozenset[str]]:
    found: dict[tuple[str, bool], set[str]] = {}
    for video, named in cameras_by_name(names).items():
        found.setdefault((named.camera, named.labelled), set()).add(video)
    return {frozenset(videos) for videos in found.values()}


@pytest.mark.parametrize(
    "together",
    [
        ["c1s1", "c1s2", "c1s30"],
        ["cam02_2026-05-01_10-00", "cam02_2026-05-01_11-00", "cam2_20260502T101500Z"],
        ["entrance-0815", "entrance-0930"],
        ["NVR_ch3_20260501100000", "NVR_ch3_20260501110000"],
        ["lobby 2026-05-01 10.00.00", "lobby 2026-05-02 10.00.00"],
        ["Eingang_1746093600", "Eingang_1746097200"],
        ["cam1_clip_003", "cam1_clip_004"],
        ["ch01_00000001", "ch01_00000002"],
        ["entrance-morning", "entrance-evening"],
        ["match_part1", "match_part2"],
        ["入口-0815", "入口-0930"],
    ],
    ids=lambda names: names[0],
)
def test_names_that_differ_in_a_time_or_a_sequence_alone_are_of_one_camera(together: list[str]) -> None:
    assert groups(*together, "elsewhere") == {frozenset(together)}


@pytest.mark.parametrize(
    "apart",
    [
        [],
        ["", " ", "---"],
        ["entrance-0815"],
        ["video1", "video2", "video3"],
        ["MVI_0001", "MVI_0002"],
        ["IMG_20260501_101010", "IMG_20260501_111010"],
        ["GOPR0001", "GOPR0002"],
        ["2026-05-01_10-00", "2026-05-02_10-00"],
        ["monday_0815", "tuesday_0930"],
        ["cam1", "cam2", "cam3"],
        ["camera_1", "camera_2"],
        ["cam_0815", "cam_0930"],
        ["cam_20260501", "cam_20260502"],
        ["entrance1", "entrance2"],
        ["entrance_1", "entrance_2"],
        ["gate-0001", "gate-0002", "gate-0003"],
        ["room101", "room102"],
        ["S01_c001", "S02_c001"],
        ["cam1_front_20260501", "cam1_back_20260501"],
        ["entrance-20261399", "entrance-20261398"],
        ["a", "b", "c"],
    ],
    ids=lambda names: names[0] if names else "none",
)
def test_counters_and_numbers_that_may_be_the_cameras_own_tell_nothing(apart: list[str]) -> None:
    assert groups(*apart) == set()


def test_cameras_of_one_pattern_stay_apart_and_order_does_not_matter() -> None:
    names = [f"c{camera}s{sequence}" for camera in range(1, 7) for sequence in range(1, 4)]
    wanted = {frozenset(names[start : start + 3]) for start in range(0, 18, 3)}
    assert groups(*names) == groups(*names[::-1]) == wanted


def test_only_a_name_that_says_camera_is_a_label() -> None:
    assert camera_label("cam02_0815") == camera_label("cam2") == "cam2"
    assert camera_label("entrance-0815") is None and camera_label("") is None
    named = cameras_by_name(["c1s1", "c1s2", "entrance-0815", "entrance-0930"])
    assert named["c1s1"].labelled and not named["entrance-0815"].labelled
