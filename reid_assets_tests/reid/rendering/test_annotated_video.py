"""Rendered videos are decoded again: the right frame at the right time, the right box in the right colour."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.presentation.blurring import BLOCKS
from reid_assets.reid.presentation.identity_colours import NOBODY, identity_colour
from reid_assets.reid.rendering.annotated_video import Annotations, render_video
from reid_assets.reid.video.frames import FrameReader, VideoSource
from reid_assets.reid.video.packet_index import index_video
from reid_assets_tests.support.decoded_clips import X264, decoded, distance
from reid_assets_tests.support.numbered_video import (
    HEIGHT,
    WIDTH,
    number_of,
    numbered_picture,
    write_av,
    write_opencv,
)
from reid_assets_tests.support.synthetic_video import tracks_from

pytestmark = X264
FRAMES = 40
UNEVEN = np.cumsum(np.random.default_rng(3).integers(150, 900, FRAMES)).tolist()
LATE = [48_000 + 400 * n for n in range(FRAMES)]
# Below the squares that carry the number.
BOX = (60, 50, 120, 90)


def job(path: Path, lines: list[str], stride: int = 1, kind: str = "original") -> VideoJob:
    source = VideoSource(path, kind, stride)  # type: ignore[arg-type]
    return VideoJob(tracks_from(path.parent, lines, path.stem), (source,))


def row(frame: int, track: int, box: tuple[float, ...] = BOX) -> str:
    return f"{frame},,{track},0,person," + ",".join(map(str, box)) + ",,,0.9,,\n"


def edges(picture: np.ndarray, box: tuple[float, ...], skip_top: int = 0) -> np.ndarray:
    """Pixels of the four borders of a box, one line further in."""
    x1, y1, x2, y2 = (2 * round(side / 2) for side in box)
    lines = (picture[y1 + skip_top : y2, x1], picture[y1:y2, x2 - 1], picture[y2 - 1, x1:x2])
    return np.concatenate(lines)


def source_of(folder: Path, kind: str) -> Path:
    match kind:
        case "uneven.mp4":
            return write_av(folder / kind, FRAMES, "libx264", {"bf": "3", "g": "20"}, UNEVEN)
        case "late.mp4":
            return write_av(folder / kind, FRAMES, "libx264", {"bf": "3"}, LATE)
        case "fields.ts" | "b-frames.avi" | "b-frames.mkv":
            return write_av(folder / kind, FRAMES, "libx264", {"bf": "3"})
        case "odd.mp4":
            return write_av(folder / kind, FRAMES, size=(WIDTH + 1, HEIGHT + 1))
        case "opencv.mp4" | "opencv.avi":
            return write_opencv(folder / kind, FRAMES, "mp4v" if kind.endswith("mp4") else "XVID")
    raise ValueError(kind)


@pytest.mark.parametrize(
    "kind",
    [
        "opencv.mp4",
        "opencv.avi",
        "odd.mp4",
        "uneven.mp4",
        "late.mp4",
        "fields.ts",
        "b-frames.avi",
        "b-frames.mkv",
    ],
)
def test_every_frame_is_there_with_the_box_of_its_own_row_at_its_own_time(tmp_path: Path, kind: str) -> None:
    path, target = source_of(tmp_path, kind), tmp_path / "clip.mp4"
    boxes = {frame: (20 + 2 * frame, 40, 60 + 2 * frame, 90) for frame in range(5, 30)}
    lines = [row(frame, 7, box) for frame, box in boxes.items()]
    table, problems = render_video(job(path, lines), Annotations({7: 12}), target)
    clip = decoded(target)
    assert problems == [] and clip.video_codec == "h264"
    assert [number_of(picture) for picture in clip.pictures] == list(range(FRAMES))
    for frame, picture in enumerate(clip.pictures):
        if frame in boxes:
            assert distance(edges(picture, boxes[frame]), identity_colour(12)) < 45, frame
        assert frame in boxes or distance(picture[50:80, 40:120], (110, 110, 110)) < 12, frame
    if kind in ("uneven.mp4", "late.mp4"):
        times = np.array(UNEVEN if kind.startswith("uneven") else LATE) / 12000
        assert np.abs(np.array(clip.seconds) - (times - times[0])).max() < 0.002
    (track,) = table.to_dict("records")
    assert (track["track_id"], track["global_id"]) == (7, 12)
    assert track["begin_s"] == pytest.approx(clip.seconds[5], abs=0.002)
    assert track["end_s"] == pytest.approx(clip.seconds[29], abs=0.002)


def test_the_picture_around_the_boxes_is_that_of_the_file(tmp_path: Path) -> None:
    """Odd sides get a line more, colours of full range and of other samplings stay the same."""
    for name, codec, form in (
        ("odd.avi", "mjpeg", "yuvj420p"),
        ("full.avi", "mjpeg", "yuvj444p"),
        ("rgb.mkv", "ffv1", "bgr0"),
        ("grey.mkv", "ffv1", "gray"),
    ):
        size = (WIDTH + 1, HEIGHT + 1) if name.startswith("odd") else (WIDTH, HEIGHT)
        path, target = tmp_path / name, tmp_path / f"{name}.mp4"
        picture = cv2.GaussianBlur(numbered_picture(5, *size), (0, 0), 5)
        picture[40:80, 50:100] = (40, 40, 200)
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=25)
            (stream.width, stream.height), stream.pix_fmt = size, form
            for _ in range(3):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            container.mux(stream.encode(None))
        render_video(job(path, []), Annotations(), target)
        shown = decoded(target).pictures[1]
        ((_, read),) = FrameReader(index_video(path), np.array([1]))
        assert shown.shape == (HEIGHT + 2 * (size[1] % 2), WIDTH + 2 * (size[0] % 2), 3), name
        difference = np.abs(shown[: size[1], : size[0]].astype(float) - read)
        assert difference[10:-10, 10:-10].mean() < 4, name


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_phone_video_is_upright_with_its_boxes_where_the_reader_has_them(
    tmp_path: Path, rotation: int
) -> None:
    path, target = write_av(tmp_path / "v.mp4", 4, rotation=rotation), tmp_path / "clip.mp4"
    ((_, read),) = FrameReader(index_video(path), np.array([2]))
    box = (20, 30, 60, 80)
    render_video(job(path, [row(2, 1, box)]), Annotations({1: 3}), target)
    shown = decoded(target).pictures[2]
    assert shown.shape == read.shape
    assert distance(edges(shown, box), identity_colour(3)) < 45
    rest = np.ones(read.shape[:2], bool)
    rest[0:90, 10:70] = False
    assert np.abs(shown.astype(float) - read)[rest].mean() < 6


def test_boxes_of_every_second_frame_move_evenly_through_all_frames_of_the_original(tmp_path: Path) -> None:
    path, target = write_opencv(tmp_path / "v.mp4", FRAMES), tmp_path / "clip.mp4"
    lines = [row(frame, 1, (20 + 8 * frame, 40, 60 + 8 * frame, 90)) for frame in range(10)]
    render_video(job(path, lines, stride=2), Annotations({1: 5}), target)
    clip = decoded(target)
    assert [number_of(picture) for picture in clip.pictures] == list(range(FRAMES))
    for number in range(20):
        left = 20 + 4 * min(number, 18)
        assert distance(edges(clip.pictures[number], (left, 40, left + 40, 90)), identity_colour(5)) < 45, (
            number
        )


def test_a_track_without_identity_is_grey_and_untracked_detections_are_not_drawn(tmp_path: Path) -> None:
    path, target = write_opencv(tmp_path / "v.mp4", 3), tmp_path / "clip.mp4"
    table, _ = render_video(job(path, [row(1, 4), row(2, -1)]), Annotations({}), target)
    pictures = decoded(target).pictures
    assert distance(edges(pictures[1], BOX), NOBODY) < 30
    assert np.abs(pictures[2].astype(float) - pictures[0])[50:, :].mean() < 12
    assert table["global_id"].isna().all() and len(table) == 1


def test_who_is_hidden_cannot_be_seen_even_where_the_tracker_lost_them_for_a_moment(tmp_path: Path) -> None:
    path, target = tmp_path / "v.avi", tmp_path / "clip.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (320, 240))
    face = np.random.default_rng(0).integers(0, 2, (20, 10), dtype=np.uint8) * 255
    face = np.dstack([cv2.resize(face, (60, 120), interpolation=cv2.INTER_NEAREST)] * 3)
    for _ in range(40):
        picture = np.full((240, 320, 3), 128, np.uint8)
        picture[60:180, 100:160] = picture[60:180, 220:280] = face
        writer.write(picture)
    writer.release()
    seen = [*range(15, 18), *range(24, 28)]
    lines = [row(frame, 1, (100, 60, 160, 180)) for frame in seen]
    lines += [row(frame, 2, (220, 60, 280, 180)) for frame in range(40)]
    one = job(path, lines)
    hidden = (one.tracks.rows["track_id"] == 1).to_numpy()
    render_video(one, Annotations({2: 8}, hidden=hidden), target)
    for number, picture in enumerate(decoded(target).pictures):
        shape = picture[64:176, 104:156].astype(float).mean(axis=2)
        # What is left of a face of 20 by 10 squares, half black and half white, is a mean.
        small = cv2.resize(cv2.resize(shape, (4, BLOCKS), interpolation=cv2.INTER_AREA), shape.shape[::-1])
        detail = float(np.abs(shape - small).mean())
        assert (detail < 25) == (2 <= number < 40), (number, detail)
        assert picture[70:170, 226:274].std() > 80, "somebody else"


def test_sound_is_kept_and_stays_where_it_was(tmp_path: Path) -> None:
    for name, codec, layout in (("aac.mp4", "aac", "stereo"), ("pcm.mov", "pcm_s16le", "mono")):
        path, target = tmp_path / name, tmp_path / f"{name}-clip.mp4"
        with av.open(str(path), "w") as container:
            video = container.add_stream("mpeg4", rate=25)
            video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            sound = container.add_stream(codec, rate=16000)
            sound.layout = layout
            for number in range(50):
                frame = av.VideoFrame.from_ndarray(numbered_picture(number), format="bgr24")
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
            channels = 2 if layout == "stereo" else 1
            samples = np.zeros((channels, 32000), np.float32)
            samples[:, 16000:16800] = np.sin(np.arange(800))
            for start in range(0, 32000, 1000):
                part = np.ascontiguousarray(samples[:, start : start + 1000])
                chunk = av.AudioFrame.from_ndarray(part, format="fltp", layout=layout)
                chunk.sample_rate, chunk.pts, chunk.time_base = 16000, start, Fraction(1, 16000)
                container.mux(sound.encode(chunk))
            container.mux(sound.encode(None))
        _, problems = render_video(job(path, []), Annotations(), target)
        assert problems == [] and len(decoded(target).pictures) == 50
        ((kept, seconds),) = decoded(target).audio
        assert kept == "aac" and abs(seconds - 2.0) < 0.2
        with av.open(str(target)) as container:
            loud = [
                frame.time
                for frame in container.decode(audio=0)
                if frame.time is not None and np.abs(frame.to_ndarray()).max() > 0.3
            ]
        assert 0.85 < loud[0] < 1.05 and loud[-1] < 1.15, name


def test_damage_costs_the_damaged_frames_alone_and_is_told(tmp_path: Path) -> None:
    path, target = write_av(tmp_path / "v.mp4", FRAMES, "mpeg4", {"g": "10"}), tmp_path / "clip.mp4"
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    for packet in packets[20:22]:
        data[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    path.write_bytes(data)
    _, problems = render_video(job(path, [row(35, 1)]), Annotations({1: 2}), target)
    clip = decoded(target)
    for second, picture in zip(clip.seconds, clip.pictures, strict=True):
        frame = round(second * 30)
        assert 20 <= frame < 30 or number_of(picture) == frame
    assert len(clip.pictures) >= FRAMES - 10 and any("damaged" in problem for problem in problems)


def test_a_video_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    path.write_bytes(b"no video at all")
    with pytest.raises(InputError, match=r"v\.mp4.*Copy or export it again"):
        render_video(job(path, [row(0, 1)]), Annotations(), tmp_path / "clip.mp4")
