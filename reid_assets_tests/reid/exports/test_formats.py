"""Each export format holds ids, frames, class names and confidences exactly, and its own readers read it."""

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pytest

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.exports.boxes import FrameFacts, VideoBoxes, drawable, identified
from reid_assets.reid.exports.fiftyone import fiftyone_files
from reid_assets.reid.exports.formats import FORMATS, ExportLog, export_files
from reid_assets.reid.exports.tables import parquet_files
from reid_assets_tests.reid.exports.boxes_with_everything import (
    BIG,
    FACTS,
    KEPT,
    NAME,
    boxes_with_everything,
)

EVERYTHING = boxes_with_everything()
ROWS = EVERYTHING.rows.iloc[KEPT].reset_index(drop=True)


def written(folder: Path, name: str, *videos: VideoBoxes) -> ExportLog:
    log = ExportLog()
    for path, chunks in export_files(name, videos, log):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"".join(chunks))
    return log


def test_what_a_format_of_tracks_cannot_hold_is_counted() -> None:
    kept = drawable(identified(EVERYTHING))
    assert kept.rows.equals(ROWS)
    assert kept.left_out == {
        "untracked": 1,
        "of tracks without an identity": 1,
        "without a box of positive area": 1,
        "a track twice in one frame": 1,
        "an identity twice in one frame": 1,
    }


def test_mot_keeps_ids_frames_and_confidences_in_the_results_and_classes_in_the_truth(tmp_path: Path) -> None:
    written(tmp_path, "mot", identified(EVERYTHING))
    results = [line.split(",") for line in _lines(tmp_path / "_results" / "data" / f"{NAME}.txt")]
    truth = [line.split(",") for line in _lines(tmp_path / NAME / "gt" / "gt.txt")]
    labels = _lines(tmp_path / NAME / "gt" / "labels.txt")
    by_frame = ROWS.sort_values(["frame", "global_id"])
    assert [int(cells[0]) - 1 for cells in results] == by_frame["frame"].tolist()
    assert [int(cells[1]) for cells in results] == by_frame["global_id"].tolist()
    assert [float(cells[6]) for cells in results] == by_frame["conf"].fillna(-1).tolist()
    assert [cells[:6] for cells in truth] == [cells[:6] for cells in results]
    assert results[0][2:6] == ["10.1", "20.2", "40.2", "100.2"], "no digits that a subtraction adds"
    assert [labels[int(cells[7]) - 1] for cells in truth] == by_frame["class_name"].tolist()
    assert labels[0] == "person", "a pedestrian is class 1, as in the benchmark"
    assert not (tmp_path / NAME / "det").exists()
    info = dict(line.split("=", 1) for line in _lines(tmp_path / NAME / "seqinfo.ini")[1:])
    assert info == {
        "name": NAME,
        "imDir": "img1",
        "frameRate": "13",
        "seqLength": "30",
        "imWidth": "640",
        "imHeight": "360",
        "imExt": ".jpg",
    }


def test_mot_puts_boxes_without_an_identity_among_the_detections(tmp_path: Path) -> None:
    written(tmp_path, "mot", EVERYTHING)
    detections = _lines(tmp_path / NAME / "det" / "det.txt")
    assert [line.split(",")[:2] for line in detections] == [["7", "-1"], ["8", "-1"]]
    assert len(_lines(tmp_path / NAME / "gt" / "gt.txt")) == len(ROWS)


def test_trackeval_reads_the_folders_as_they_are(tmp_path: Path) -> None:
    trackeval = pytest.importorskip("trackeval")
    plain = identified(boxes_with_everything("a, b"))
    plain = plain.without(plain.rows["global_id"] == BIG, "too large an id for an array")
    written(tmp_path, "mot", plain)
    dataset = trackeval.datasets.MotChallenge2DBox(
        {
            "GT_FOLDER": str(tmp_path),
            "TRACKERS_FOLDER": str(tmp_path),
            "SKIP_SPLIT_FOL": True,
            "TRACKERS_TO_EVAL": ["_results"],
            "SEQMAP_FILE": str(tmp_path / "_seqmap.txt"),
            "DO_PREPROC": False,
            "PRINT_CONFIG": False,
        }
    )
    raw = dataset.get_raw_seq_data("_results", "a, b")
    data = dataset.get_preprocessed_seq_data(raw, "pedestrian")
    found = trackeval.metrics.HOTA().eval_sequence(data)
    assert data["num_gt_dets"] == len(ROWS) - 1
    assert found["HOTA"].mean() == 1.0


def test_csv_holds_every_row_exactly(tmp_path: Path) -> None:
    written(tmp_path, "csv", EVERYTHING)
    read = pd.read_csv(tmp_path / f"{NAME}.csv", dtype={"global_id": "Int64", "video": "str"})
    pd.testing.assert_frame_equal(read.astype(EVERYTHING.rows.dtypes.to_dict()), EVERYTHING.rows)


def test_parquet_partitions_are_read_by_arrow_and_duckdb_with_their_names(tmp_path: Path) -> None:
    names = [NAME, "007", "a:b*c?[d]{e}^f|g+h", "2024-01-01 ä"]
    written(tmp_path, "parquet", *(boxes_with_everything(name) for name in names))
    hive = pads.partitioning(pa.schema([("video", pa.string())]), flavor="hive")
    read = pads.dataset(tmp_path, partitioning=hive).to_table()
    assert sorted(set(read["video"].to_pylist())) == sorted(names)
    assert set(read["global_id"].to_pylist()) == {None, 0, BIG}
    found = duckdb.sql(
        f"SELECT video, count(*) AS n, max(global_id) AS largest FROM read_parquet('{tmp_path}/*/*.parquet', "
        "hive_partitioning = true, hive_types = {'video': VARCHAR}) GROUP BY video"
    ).fetchall()
    assert sorted(found) == sorted((name, len(EVERYTHING.rows), BIG) for name in names)


def test_a_name_that_grows_too_long_as_a_partition_fails_by_name() -> None:
    with pytest.raises(InputError, match="longer than 255 bytes. Rename the video"):
        parquet_files(boxes_with_everything("%" * 150))


def test_coco_video_is_consistent_and_read_by_pycocotools(tmp_path: Path) -> None:
    coco = pytest.importorskip("pycocotools.coco")
    written(tmp_path, "coco-video", identified(EVERYTHING), identified(boxes_with_everything("b")))
    content = json.loads((tmp_path / "coco_video.json").read_text())
    assert [(video["name"], video["length"]) for video in content["videos"]] == [(NAME, 30), ("b", 30)]
    assert [image["id"] for image in content["images"]] == list(range(1, 61))
    images = {image["id"]: image for image in content["images"]}
    classes = {one["id"]: one["name"] for one in content["categories"]}
    for number in (1, 2):
        own = [one for one in content["annotations"] if one["video_id"] == number]
        assert all(images[one["image_id"]]["video_id"] == number for one in own)
        assert [images[one["image_id"]]["frame_id"] for one in own] == ROWS["frame"].tolist()
        assert [one["instance_id"] for one in own] == ROWS["global_id"].tolist()
        assert [one["source_track_id"] for one in own] == ROWS["track_id"].tolist()
        assert [classes[one["category_id"]] for one in own] == ROWS["class_name"].tolist()
        assert [one.get("score") for one in own] == [None if pd.isna(c) else c for c in ROWS["conf"]]
    assert len(coco.COCO(str(tmp_path / "coco_video.json")).getAnnIds(imgIds=[1])) == 1


def test_coco_video_gives_no_id_to_boxes_without_an_identity(tmp_path: Path) -> None:
    written(tmp_path, "coco-video", boxes_with_everything("all"))
    annotations = json.loads((tmp_path / "coco_video.json").read_text())["annotations"]
    without = [one for one in annotations if "instance_id" not in one]
    assert [one["source_track_id"] for one in without] == [-1, 6]
    assert not any("track_id" in one for one in without)


def test_an_empty_coco_video_is_valid_json(tmp_path: Path) -> None:
    written(tmp_path, "coco-video")
    content = json.loads((tmp_path / "coco_video.json").read_text())
    assert content == {"annotations": [], "images": [], "videos": [], "categories": []}


def test_cvat_shows_each_box_and_ends_each_run_of_frames(tmp_path: Path) -> None:
    written(tmp_path, "cvat", identified(EVERYTHING))
    found, ends = [], []
    tree = ElementTree.parse(tmp_path / f"{NAME}.xml")
    for track in tree.iter("track"):
        for box in track.iter("box"):
            said = {one.get("name"): one.text for one in box.iter("attribute")}
            place = (int(box.get("frame", "")), int(track.get("id", "")), track.get("label"))
            if box.get("outside") == "1":
                ends.append(place[:2])
                continue
            corners = tuple(float(box.get(name, "")) for name in ("xtl", "ytl", "xbr", "ybr"))
            conf = float(said["confidence"]) if said.get("confidence") else None
            found.append((*place, *corners, int(said["track_id"] or ""), conf))
            assert said["global_id"] == track.get("id")
    names = ["frame", "global_id", "class_name", "x1", "y1", "x2", "y2", "track_id", "conf"]
    rows = [
        tuple(None if pd.isna(cell) else cell for cell in row) for row in ROWS[names].itertuples(index=False)
    ]
    assert sorted(found, key=str) == sorted(rows, key=str)
    # The last frame of the video needs no end.
    assert sorted(ends) == [(2, 0), (2, BIG), (6, 0), (7, 0)]
    assert tree.findtext("meta/task/name") == NAME


def test_cvat_without_identity_has_no_global_id(tmp_path: Path) -> None:
    written(tmp_path, "cvat", boxes_with_everything("all"))
    tracks = list(ElementTree.parse(tmp_path / "all.xml").iter("track"))
    without = [track for track in tracks if not track.findall("box/attribute[@name='global_id']")]
    assert [track.get("id") for track in without] == [str(BIG + 1), str(BIG + 2)]
    assert len({track.get("id") for track in tracks}) == 4


def test_fiftyone_labels_are_relative_and_count_frames_from_one(tmp_path: Path) -> None:
    written(tmp_path, "fiftyone", identified(EVERYTHING))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["type"] == "eta.core.datasets.LabeledVideoDataset"
    assert manifest["index"] == [{"data": FACTS.media, "labels": f"labels/{NAME}.json"}]
    frames = json.loads((tmp_path / "labels" / f"{NAME}.json").read_text())["frames"]
    assert list(frames) == ["1", "2", "6", "7", "30"]
    (first,) = frames["1"]["objects"]["objects"]
    assert (first["label"], first["index"], first["confidence"]) == ("person", 0, 0.1 + 0.2)
    assert first["bounding_box"]["bottom_right"] == {"x": 50.3 / 640, "y": 120.4 / 360}


def test_fiftyone_needs_a_video_file() -> None:
    with pytest.raises(InputError, match="Put analysis.mp4 into its folder"):
        fiftyone_files(boxes_with_everything(facts=FrameFacts(30)))


@pytest.mark.parametrize("name", FORMATS)
def test_one_video_is_asked_for_at_a_time(name: str) -> None:
    asked: list[str] = []

    def videos() -> Iterator[VideoBoxes]:
        for video in ("a", "b", "c"):
            asked.append(video)
            yield boxes_with_everything(video)

    first = next(chunks for _, chunks in export_files(name, videos(), ExportLog()))
    assert len(asked) <= 1
    if name == "coco-video":
        pieces = iter(first)
        next(pieces), next(pieces)
    assert asked == ["a"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_video_without_rows_is_written(name: str, tmp_path: Path) -> None:
    empty = EVERYTHING.without(EVERYTHING.rows["frame"] >= 0, "test")
    log = written(tmp_path, name, empty)
    assert (log.rows, log.failed) == ({NAME: 0}, {})


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
