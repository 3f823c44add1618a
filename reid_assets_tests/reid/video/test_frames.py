from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from reid_assets.reid.video.frames import FrameReader, VideoShape, probe_video, spread_keyframes
from reid_assets.reid.video.packet_index import index_video
from reid_assets_tests.support.numbered_video import HEIGHT, WIDTH, number_of, write_av, write_opencv

FRAMES = 100
X264 = pytest.mark.skipif(
    "libx264" not in av.codecs_available, reason="this build of av has no H.264 encoder"
)
UNEVEN = np.cumsum(np.random.default_rng(3).integers(150, 900, FRAMES)).tolist()
B_FRAMES = {"g": "40", "bf": "3"}
OPEN_GOPS = {"x264-params": "keyint=30:open-gop=1:bframes=4:scenecut=0:log-level=none"}


def _one_of_many(folder: Path, kind: str) -> Path:
    path = folder / kind
    match kind:
        case "opencv.mp4" | "opencv.avi":
            return write_opencv(path, FRAMES, "mp4v" if path.suffix == ".mp4" else "XVID")
        case "mpeg4-b-frames.mp4" | "mpeg4-b-frames.avi":
            return write_av(path, FRAMES, "mpeg4", {"g": "12", "bf": "2"})
        case "h264-b-frames.mp4" | "h264-b-frames.avi" | "h264-b-frames.ts":
            return write_av(path, FRAMES, "libx264", B_FRAMES)
        case "h264-open-gops.mp4":
            return write_av(path, FRAMES, "libx264", OPEN_GOPS)
        case "h264-uneven.mp4" | "h264-uneven.mkv":
            return write_av(path, FRAMES, "libx264", B_FRAMES, UNEVEN)
        case "h264-starts-late.mp4":
            return write_av(path, FRAMES, "libx264", B_FRAMES, [48_000 + 400 * n for n in range(FRAMES)])
    raise ValueError(kind)


KINDS = [
    "opencv.mp4",
    "opencv.avi",
    "mpeg4-b-frames.mp4",
    "mpeg4-b-frames.avi",
    *(
        pytest.param(name, marks=X264)
        for name in (
            "h264-b-frames.mp4",
            "h264-b-frames.avi",
            "h264-b-frames.ts",
            "h264-open-gops.mp4",
            "h264-uneven.mp4",
            "h264-uneven.mkv",
            "h264-starts-late.mp4",
        )
    ),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_asked_for_is_the_one_that_carries_its_number(tmp_path: Path, kind: str) -> None:
    index = index_video(_one_of_many(tmp_path, kind))
    random = np.random.default_rng(0)
    everything, keyframes = np.arange(FRAMES), np.flatnonzero(index.depth == 0)
    few = [np.sort(random.choice(FRAMES, 6, replace=False)) for _ in range(3)]
    assert index.frames == FRAMES
    for wanted in [everything, keyframes, *few]:
        got = [(number, number_of(picture)) for number, picture in FrameReader(index, wanted)]
        assert got == [(number, number) for number in wanted]


def test_a_picture_is_the_one_opencv_reads_to_the_last_pixel(tmp_path: Path) -> None:
    path = write_opencv(tmp_path / "v.mp4", 30)
    capture = cv2.VideoCapture(str(path))
    for number, picture in FrameReader(index_video(path), np.arange(30)):
        assert np.array_equal(picture, capture.read()[1]), number


def test_a_phone_video_is_turned_upright_as_opencv_turns_it(tmp_path: Path) -> None:
    for rotation in (90, 180, 270):
        path = write_av(tmp_path / f"{rotation}.mp4", 3, rotation=rotation)
        ((_, picture),) = FrameReader(index_video(path), np.array([2]))
        capture = cv2.VideoCapture(str(path))
        expected = [capture.read()[1] for _ in range(3)][2]
        assert np.array_equal(picture, expected), rotation
        assert (probe_video(path).width, probe_video(path).height) == expected.shape[1::-1]


def test_asking_for_nothing_or_beyond_the_end_gives_nothing(tmp_path: Path) -> None:
    index = index_video(write_opencv(tmp_path / "v.mp4", 5))
    assert list(FrameReader(index, np.empty(0, np.int64))) == []
    assert list(FrameReader(index, np.array([5, 99]))) == []


def test_only_what_the_wanted_frames_hang_on_is_decoded(tmp_path: Path) -> None:
    path = write_av(tmp_path / "v.mp4", FRAMES, "mpeg4", {"g": "12", "sc_threshold": "1000000000"})
    index = index_video(path)
    reader = FrameReader(index, np.array([0, 24, 61, 96]))
    assert [number for number, _ in reader] == [0, 24, 61, 96]
    assert reader.decoded == 1 + 1 + 2 + 1


def test_what_is_left_of_a_truncated_file_is_read(tmp_path: Path) -> None:
    whole = write_av(tmp_path / "v.mkv", FRAMES)
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    index = index_video(whole)
    assert 0.3 * FRAMES < index.frames < 0.7 * FRAMES
    last = index.frames - 2
    assert [(number, number_of(picture)) for number, picture in FrameReader(index, np.array([3, last]))] == [
        (3, 3),
        (last, last),
    ]


def test_damage_in_the_middle_costs_the_damaged_pictures_alone(tmp_path: Path) -> None:
    path = write_av(tmp_path / "v.mp4", FRAMES, "mpeg4", {"g": "12"})
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    for packet in packets[60:66]:
        data[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    path.write_bytes(data)
    reader = FrameReader(index_video(path), np.arange(FRAMES))
    got = {number: number_of(picture) for number, picture in reader}
    assert all(number == carried for number, carried in got.items() if not 60 <= number < 84)
    assert set(range(60)) | set(range(84, FRAMES)) <= set(got)
    assert reader.broken
    once, twice = ([picture.tobytes() for _, picture in reader] for _ in range(2))
    assert once == twice


def test_a_file_says_its_size_and_how_many_pictures_it_promises(tmp_path: Path) -> None:
    assert probe_video(write_opencv(tmp_path / "v.mp4", 2)) == VideoShape(WIDTH, HEIGHT, 2)


@pytest.mark.parametrize("count", [1, 3, 12])
def test_keyframes_are_spread_over_the_file_and_cost_no_more_than_themselves(
    tmp_path: Path, count: int
) -> None:
    index = index_video(_one_of_many(tmp_path, "mpeg4-b-frames.mp4"))
    keyframes = spread_keyframes(index, count)
    assert 0 < len(keyframes) <= count and (index.depth[keyframes] == 0).all()
    assert count == 1 or keyframes[-1] - keyframes[0] >= FRAMES // 2
    reader = FrameReader(index, keyframes)
    assert [number for number, _ in reader] == keyframes.tolist()
    assert reader.decoded == len(keyframes)
