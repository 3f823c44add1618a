"""`privacy.blur`: nobody can be recognised in galleries, contact sheets and the report."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets.reid.presentation.blurring import BLOCKS, pixelate_boxes, pixelated
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import changed, files_under
from reid_assets_tests.support.tiny_root import write_config
from reid_assets_tests.test_corrections import ids


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("shape", [(96, 32), (20, 300), (7, 3), (1, 1)])
def test_a_picture_keeps_its_size_and_at_most_eight_blocks_a_side(shape: tuple[int, int]) -> None:
    hidden = pixelated(noise(*shape))
    assert hidden.shape == (*shape, 3)
    assert len(np.unique(hidden.reshape(-1, 3), axis=0)) <= BLOCKS**2
    assert len(np.unique(hidden[:, 0], axis=0)) <= BLOCKS


def test_outside_the_boxes_a_frame_is_as_it_was() -> None:
    image = noise(100, 200)
    hidden = pixelate_boxes(
        image, np.array([[50.0, 20, 90, 80], [np.nan] * 4, [190, 90, 400, 300], [-9, -9, -3, -3]])
    )
    same = (hidden == image).all(axis=2)
    assert not same[20:80, 50:90].any() or same[20:80, 50:90].mean() < 0.05
    assert same[:, :45].all() and same[:15].all() and not same[95:, 195:].all()


def grain(path: Path) -> float:
    """How much neighbouring pixels of a picture differ."""
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).astype(float)
    return float(np.abs(np.diff(image, axis=0)).mean() + np.abs(np.diff(image, axis=1)).mean())


@pytest.mark.long
def test_galleries_and_report_are_made_again_and_show_nobody(finished: Cli) -> None:
    at = Layout(finished.root)
    pictures = {path.relative_to(at.galleries): grain(path) for path in at.galleries.glob("*/*.jpg")}
    shown = {path.name: path.read_bytes() for path in (at.report / "pictures").rglob("*.jpg")}
    before, table = files_under(finished.root), at.global_id_map.read_bytes()
    write_config(finished.config.parent, privacy={"blur": True})
    assert finished("status").lines("galleries: privacy changed") or finished("status").lines(
        "galleries: privacy.blur"
    )
    called = finished.run("--yes")
    assert called.code == 0, called.said
    touched = changed(before, finished.root)
    assert {name.split("/")[1] for name in touched} == {"galleries", "report", "review_queue.csv"}, touched
    now = {path: grain(at.galleries / path) for path in pictures}
    assert all(now[path] < pictures[path] for path in pictures)
    assert all(path.read_bytes() != shown[path.name] for path in (at.report / "pictures").rglob("*.jpg"))
    assert at.global_id_map.read_bytes() == table and finished.run().lines("nothing to do")
    frames = pd.read_csv(at.report / "frames.csv")
    row = frames[frames["video"] == "a"].iloc[0]
    image = cv2.imread(str(at.report / "frames" / row["file"]))
    height, width = image.shape[:2]
    x, y, w, h = (int(row[name] * side) for name, side in zip("xywh", (width, height) * 2, strict=True))
    colours = np.unique(image[y + 2 : y + h - 2, x + 2 : x + w - 2].reshape(-1, 3) // 32, axis=0)
    assert len(colours) <= BLOCKS**2
    write_config(finished.config.parent, privacy={"mode": "shared"})
    write_config(finished.config.parent)
    assert finished.run("--yes").code == 0
    assert {path: grain(at.galleries / path) for path in pictures} == pictures


def test_the_mode_and_the_age_limit_make_nothing_again(finished: Cli) -> None:
    write_config(finished.config.parent, privacy={"mode": "shared", "keep_days": 10})
    assert finished.run("--yes").lines("nothing to do")


@pytest.mark.long
def test_whoever_is_forgotten_is_hidden_in_the_frames_of_others(finished: Cli) -> None:
    at = Layout(finished.root)
    frames = pd.read_csv(at.report / "frames.csv")
    tracks = pd.read_csv(at.tracks("a"))
    both = frames[(frames["video"] == "a") & (frames["track_id"] == 1)].merge(
        tracks[tracks["track_id"] == 0][["frame", "x1", "y1", "x2", "y2"]], on="frame"
    )
    (row, *_) = both.itertuples()
    was = cv2.imread(str(at.report / "frames" / row.file))
    assert ids(finished)["a:0"] != ids(finished)["a:1"]
    assert finished("forget", "a:0").code == 0
    now = pd.read_csv(at.report / "frames.csv").query(
        f"video == 'a' and frame == {row.frame} and track_id == 1"
    )
    image = cv2.imread(str(at.report / "frames" / now["file"].iloc[0]))
    assert not (at.report / "frames" / row.file).exists()
    difference = np.abs(image.astype(int) - was).max(axis=2)
    x1, y1, x2, y2 = map(int, (row.x1, row.y1, row.x2, row.y2))
    assert difference[y1:y2, x1:x2].max() > 40, "the one who was forgotten"
    assert np.delete(difference, slice(max(0, x1 - 12), x2 + 12), axis=1).max() < 40, "nobody else"
