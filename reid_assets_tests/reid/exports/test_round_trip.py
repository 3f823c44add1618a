"""What is exported and imported again is the same: ids, frames, class names and confidences, exactly."""

from pathlib import Path

import numpy as np

from reid_assets.reid.exports.boxes import identified
from reid_assets.reid.exports.formats import ExportLog, export_files
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.registry import recognise
from reid_assets_tests.reid.exports.boxes_with_everything import KEPT, NAME, boxes_with_everything

EVERYTHING = identified(boxes_with_everything())
ROWS = boxes_with_everything().rows.iloc[KEPT].reset_index(drop=True)


def brought_back(folder: Path, form: str, path: str, kind: str) -> ImportedVideo:
    """The boxes, exported and then read by the importer that recognises them."""
    for name, chunks in export_files(form, [EVERYTHING], ExportLog()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"".join(chunks))
    found = recognise(folder / path)
    assert found is not None and found.form.name == kind
    (video,) = found.form.read(found.path, ImportOptions())
    return video


def same(video: ImportedVideo, *names: str) -> None:
    """Assert that these columns came back as they were; the track of an imported box is our identity."""
    mine = ROWS.assign(track_id=ROWS["global_id"].astype("int64")).sort_values(["frame", "track_id"])
    back = video.tracks.sort_values(["frame", "track_id"])
    for name in ("frame", "track_id", *names):
        # Of floats this asks for every digit; two missing ones are the same.
        np.testing.assert_array_equal(back[name].to_numpy(), mine[name].to_numpy(), err_msg=name)
    corners = ["x1", "y1", "x2", "y2"]
    np.testing.assert_allclose(back[corners].to_numpy(float), mine[corners].to_numpy(float), atol=1e-9)


def test_mot_ground_truth(tmp_path: Path) -> None:
    video = brought_back(tmp_path, "mot", NAME, "mot")
    same(video, "class_name")
    assert (video.name, video.frames, video.size) == (NAME, 30, (640, 360))


def test_mot_results(tmp_path: Path) -> None:
    video = brought_back(tmp_path, "mot", f"_results/data/{NAME}.txt", "mot")
    same(video)
    # MOTChallenge writes -1 where there is no confidence.
    conf = video.tracks["conf"].replace(-1.0, np.nan)
    np.testing.assert_array_equal(conf, ROWS.sort_values(["frame", "global_id"])["conf"])
    assert video.name == NAME


def test_coco_video(tmp_path: Path) -> None:
    video = brought_back(tmp_path, "coco-video", "coco_video.json", "coco-video")
    same(video, "class_name", "conf")
    assert (video.name, video.frames, video.fps, video.size) == (NAME, 30, 12.5, (640, 360))


def test_cvat(tmp_path: Path) -> None:
    video = brought_back(tmp_path, "cvat", f"{NAME}.xml", "cvat")
    same(video, "class_name", "conf")
    assert (video.name, video.size) == (NAME, (640, 360))


def test_a_detection_without_an_identity_comes_back_as_untracked(tmp_path: Path) -> None:
    boxes = boxes_with_everything("a")
    for name, chunks in export_files("mot", [boxes], ExportLog()):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"".join(chunks))
    found = recognise(tmp_path / "a" / "det" / "det.txt")
    assert found is not None
    (video,) = found.form.read(found.path, ImportOptions())
    assert (video.tracks["track_id"] < 0).all() and len(video.tracks) == 2
    assert video.tracks["frame"].tolist() == [6, 7]
