"""`reid-assets import` of image sequences: a video is made of them only if told, and whole or not at all."""

import shutil
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from reid_assets_tests.support.cli_calls import Called, call
from reid_assets_tests.support.tool_files import FRAMES, SIZE, mot_ground_truth


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "cv"


def bring_in(root: Path, *arguments: str | Path) -> Called:
    return call("import", "--root", str(root), *(str(one) for one in arguments))


def images_of(folder: Path, frames: int = FRAMES) -> None:
    folder.mkdir()
    for frame in range(frames):
        picture = np.full((SIZE[1], SIZE[0], 3), 20 * frame, np.uint8)
        cv2.imwrite(str(folder / f"{frame + 1:06d}.jpg"), picture)


def test_an_image_sequence_becomes_a_video_only_if_told(tmp_path: Path, root: Path) -> None:
    made = mot_ground_truth(tmp_path)
    images_of(made.path / "img1")
    target = root / "MOT17-02" / "analysis.mp4"
    assert bring_in(root, made.path).lines("--make-video") and not target.exists()
    called = bring_in(root, made.path, "--make-video", "--force")
    assert called.code == 0, called.said
    with av.open(str(target)) as container:
        frames = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == 30
    assert len(frames) == FRAMES
    for number, frame in enumerate(frames):
        assert frame.shape == (SIZE[1], SIZE[0], 3) and abs(frame.mean() - 20 * number) < 4


def test_a_damaged_or_missing_image_leaves_no_video(tmp_path: Path, root: Path) -> None:
    made = mot_ground_truth(tmp_path)
    images_of(made.path / "img1")
    (made.path / "img1" / "000005.jpg").write_bytes(b"no picture")
    called = bring_in(root, made.path, "--make-video")
    assert called.code == 1 and called.lines("000005.jpg")
    assert (
        not (root / "MOT17-02" / "analysis.mp4").exists() and not (root / "MOT17-02" / "tracks.csv").exists()
    )
    (made.path / "img1" / "000005.jpg").unlink()
    called = bring_in(root, made.path, "--make-video")
    assert called.code == 1 and called.lines("after image 4 comes 6")
    for number in range(1, 5):
        (made.path / "img1" / f"{number:06d}.jpg").unlink()
    called = bring_in(root, made.path, "--make-video")
    assert called.code == 0 and called.lines("begin with number 6 and the frames with 1: left out")
    assert not (root / "MOT17-02" / "analysis.mp4").exists(), "each picture would be of another frame"
    shutil.rmtree(made.path / "img1")
    images_of(made.path / "img1")
    (made.path / "seqinfo.ini").unlink()
    assert bring_in(root, made.path, "--make-video", "--force").lines("--fps")
    assert bring_in(root, made.path, "--make-video", "--fps", "12.5", "--force").code == 0
