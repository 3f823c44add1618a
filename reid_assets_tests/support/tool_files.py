"""Files of trackers and annotation tools, of one small set of tracks.

By the tool's own writer where it can be installed, else by its documented format, named at each. Boxes are
multiples of a quarter pixel and confidences of 1/64, which float32 and six digits hold exactly.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import cv2
import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.formats.imported_video import COLUMNS, ImportOptions

SIZE, FRAMES = (640, 480), 12
NAMES = {0: "person", 2: "car"}
BIG = 9_007_199_254_740_993  # no float holds it


def known_tracks(big: bool = True) -> pd.DataFrame:
    """Two persons and a car, one with an id beyond floats, and detections without a track: `COLUMNS`."""
    rows: list[tuple] = []
    for frame in range(1, FRAMES):
        for number, (track, kind) in enumerate(((1, 0), (BIG if big else 77, 0), (3, 2), (-1, 0))):
            if (frame + number) % 4 == 0:
                continue
            x, y = 20.25 + 40 * number + 3.5 * frame, 30.5 + 2.25 * frame
            conf = (40 + number + frame) / 64
            rows.append((frame, track, kind, NAMES[kind], x, y, x + 31.25, y + 80.75, conf))
    return pd.DataFrame(rows, columns=COLUMNS)


@dataclass(frozen=True)
class ToolFile:
    """A file or folder of a tool, and what has to be read from it.

    Attributes:
        damaged: the file that tests damage.
        close: tolerance of boxes in pixels, where the tool itself rounds.
    """

    path: Path
    form: str
    expected: pd.DataFrame
    damaged: Path
    options: ImportOptions = field(default_factory=ImportOptions)
    close: float = 0.0


def write_clip(path: Path) -> Path:
    """A video of the frames."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10.0, SIZE)
    for frame in range(FRAMES):
        writer.write(np.full((SIZE[1], SIZE[0], 3), 20 * frame, np.uint8))
    writer.release()
    return path


def mot_ground_truth(folder: Path) -> ToolFile:
    """gt.txt of a sequence, nine columns (motchallenge.net/instructions; TrackEval's loader)."""
    table = known_tracks()
    place = folder / "MOT17-02" / "gt" / "gt.txt"
    place.parent.mkdir(parents=True)
    kinds = {0: 1, 2: 3}
    lines = [
        f"{r.frame + 1},{r.track_id},{r.x1},{r.y1},{r.x2 - r.x1},{r.y2 - r.y1},{r.conf},{kinds[r.class_id]},1"
        for r in table.itertuples()
    ]
    place.write_text("\n".join(lines) + "\n")
    keys = "name=MOT17-02 imDir=img1 frameRate=30 seqLength=12 imWidth=640 imHeight=480 imExt=.jpg"
    text = "\n".join(["[Sequence]", *keys.split(), ""])
    (folder / "MOT17-02" / "seqinfo.ini").write_text(text)
    return ToolFile(folder / "MOT17-02", "mot", table, place)


def mot_results(folder: Path) -> ToolFile:
    """A tracker's results: ten columns, no classes."""
    table = known_tracks().assign(class_id=0, class_name="person")
    path = folder / "street.txt"
    lines = [
        f"{r.frame + 1},{r.track_id},{r.x1},{r.y1},{r.x2 - r.x1},{r.y2 - r.y1},{r.conf},-1,-1,-1"
        for r in table.itertuples()
    ]
    path.write_text("\n".join(lines) + "\n")
    return ToolFile(path, "mot", table, path)


def _detections(rows: pd.DataFrame) -> Any:
    sv = pytest.importorskip(
        "supervision", reason="supervision writes its own files: pip install supervision"
    )
    return sv.Detections(
        xyxy=rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float32),
        confidence=rows["conf"].to_numpy(np.float32),
        class_id=rows["class_id"].to_numpy(),
        tracker_id=rows["track_id"].to_numpy(),
        data={"class_name": rows["class_name"].to_numpy(str)},
    )


def _sink(folder: Path, kind: str) -> ToolFile:
    sv = pytest.importorskip(
        "supervision", reason="supervision writes its own files: pip install supervision"
    )
    table, path = known_tracks(), folder / f"street.{kind.lower()}"
    with getattr(sv, f"{kind}Sink")(str(path)) as sink:
        for frame, rows in table.groupby("frame"):
            sink.append(_detections(rows), custom_data={"frame_index": frame})
    return ToolFile(path, "supervision", table, path)


def supervision_csv(folder: Path) -> ToolFile:
    """By supervision's CSVSink."""
    return _sink(folder, "CSV")


def supervision_json(folder: Path) -> ToolFile:
    """By supervision's JSONSink."""
    return _sink(folder, "JSON")


def _results(table: pd.DataFrame) -> Iterator[tuple[int, Any]]:
    """Frame and Ultralytics Results, as `model.track` gives them: without ids where a frame has no track."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YOLO_OFFLINE", "true")
        patch.setenv("YOLO_AUTOINSTALL", "false")
        patch.setenv("YOLO_CONFIG_DIR", tempfile.gettempdir())
        module = pytest.importorskip("ultralytics.engine.results", reason="Ultralytics writes its own files")
    import torch

    for frame, rows in table.groupby("frame"):
        columns = ["x1", "y1", "x2", "y2", "track_id", "conf", "class_id"]
        columns = [name for name in columns if name != "track_id" or (rows["track_id"] >= 0).all()]
        boxes = torch.tensor(rows[columns].to_numpy(np.float32))
        yield (
            int(frame),
            module.Results(np.zeros((SIZE[1], SIZE[0], 3), np.uint8), "street.mp4", NAMES, boxes=boxes),
        )


def _of_a_tracker() -> pd.DataFrame:
    """Ultralytics gives every box of a frame an id, or none: the third frame has none."""
    table = known_tracks(big=False).query("track_id >= 0").reset_index(drop=True)
    table.loc[table["frame"] == 3, "track_id"] = -1
    return table


def ultralytics_labels(folder: Path) -> ToolFile:
    """By `Results.save_txt(save_conf=True)`, named as the predictor does: `<video>_<frame from 1>.txt`."""
    table = _of_a_tracker()
    write_clip(folder / "track" / "street.mp4")
    for frame, result in _results(table):
        result.save_txt(folder / "track" / "labels" / f"street_{frame + 1}.txt", save_conf=True)
    damaged = folder / "track" / "labels" / "street_6.txt"
    return ToolFile(
        folder / "track",
        "ultralytics",
        table,
        damaged,
        ImportOptions(classes={0: "person", 1: "bus", 2: "car"}),
        1e-3,
    )


def ultralytics_json(folder: Path) -> ToolFile:
    """By `Results.summary`, what `to_json` writes, with the frame added as the documentation says."""
    table, path = _of_a_tracker(), folder / "street.json"
    records = [
        {"frame": frame, **row} for frame, result in _results(table) for row in result.summary(decimals=7)
    ]
    path.write_text(json.dumps(records))
    return ToolFile(path, "ultralytics", table, path)


def ultralytics_csv(folder: Path) -> ToolFile:
    """By `Results.to_df` of Polars, joined with the frame added."""
    pl = pytest.importorskip("polars", reason="Ultralytics' tables are Polars'")
    table, path = _of_a_tracker(), folder / "street.csv"
    frames = [result.to_df(decimals=7).with_columns(frame=pl.lit(frame)) for frame, result in _results(table)]
    pl.concat(frames, how="diagonal").unnest("box").write_csv(path)
    return ToolFile(path, "ultralytics", table, path)


def ultralytics_frames(folder: Path) -> ToolFile:
    """By `Results.to_csv`, a file a frame."""
    table = _of_a_tracker()
    (folder / "street").mkdir()
    for frame, result in _results(table):
        (folder / "street" / f"street_{frame + 1}.csv").write_text(result.to_csv(decimals=7))
    return ToolFile(folder / "street", "ultralytics", table, folder / "street" / "street_6.csv")


def _trackflow(folder: Path, suffix: str) -> ToolFile:
    """As far as the page of trackflow-python 0.4 on PyPI documents it.

    Run folders with tracks.parquet and the like, columns track_id and confidence; the other names are the
    usual ones.
    """
    table = known_tracks()
    run = folder / "run-1"
    run.mkdir()
    path = run / f"tracks.{suffix}"
    other = table.rename(columns={"conf": "confidence"})
    if suffix == "parquet":
        other.to_parquet(path, index=False)
    elif suffix == "jsonl":
        other.to_json(path, orient="records", lines=True, double_precision=10)
    else:
        other.to_csv(path, index=False)
    return ToolFile(run, "trackflow", table, path)


def trackflow_parquet(folder: Path) -> ToolFile:
    """A run with tracks.parquet."""
    return _trackflow(folder, "parquet")


def trackflow_jsonl(folder: Path) -> ToolFile:
    """A run with tracks.jsonl."""
    return _trackflow(folder, "jsonl")


def trackflow_csv(folder: Path) -> ToolFile:
    """A run with tracks.csv."""
    return _trackflow(folder, "csv")


def cvat(folder: Path) -> ToolFile:
    """CVAT for video 1.1 (CVAT's manual, "XML annotation format", Interpolation).

    A box a frame with two decimals, and one with `outside` where a track ends.
    """
    table = known_tracks()
    table.loc[table["conf"] > 0.7, "conf"] = np.nan
    table.loc[table["track_id"] < 0, "track_id"] = 8
    order = {"car": 0, "person": 1}
    table["class_id"] = table["class_name"].map(order)
    table = table.sort_values(["track_id", "frame"], ignore_index=True)
    labels = "".join(f"<label><name>{name}</name><attributes></attributes></label>" for name in order)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<annotations>",
        "  <version>1.1</version>",
        f"  <meta><task><id>5</id><name>a task</name><size>{FRAMES}</size><mode>interpolation</mode>",
        f"    <labels>{labels}</labels><owner><username>admin</username></owner>",
        "    <original_size><width>640</width><height>480</height></original_size>",
        "    <source>street.mp4</source></task><dumped>2026-01-01 00:00:00</dumped></meta>",
    ]
    for track, rows in table.groupby("track_id"):
        lines.append(f'  <track id="{track}" label={quoteattr(rows["class_name"].iloc[0])} source="manual">')
        for r in rows.itertuples():
            lines.append(_cvat_box(r, outside=0))
        lines += [_cvat_box(r._replace(frame=r.frame + 1), outside=1), "  </track>"]
    path = folder / "annotations.xml"
    path.write_text("\n".join([*lines, "</annotations>", ""]))
    return ToolFile(path, "cvat", table, path)


def _cvat_box(r: Any, outside: int) -> str:
    corners = zip(("xtl", "ytl", "xbr", "ybr"), (r.x1, r.y1, r.x2, r.y2), strict=True)
    box = " ".join(f'{name}="{value:.2f}"' for name, value in corners)
    conf = "" if np.isnan(r.conf) else f'<attribute name="confidence">{r.conf}</attribute>'
    return f'    <box frame="{r.frame}" outside="{outside}" occluded="0" keyframe="1" {box}>{conf}</box>'


def _coco(folder: Path, key: str) -> ToolFile:
    table = known_tracks()
    images = [
        {
            "id": 100 + n,
            "video_id": 7,
            "frame_id": n,
            "file_name": f"street/{n:06d}.jpg",
            "width": 640,
            "height": 480,
        }
        for n in range(FRAMES)
    ]
    annotations: list[dict[str, Any]] = []
    for number, r in enumerate(table.itertuples()):
        track = {} if r.track_id < 0 else {key: r.track_id}
        track = {"attributes": {"track_id": r.track_id}} if key == "attributes" and track else track
        box = [r.x1, r.y1, r.x2 - r.x1, r.y2 - r.y1]
        place = {
            "id": number,
            "image_id": 100 + r.frame,
            "category_id": r.class_id,
            "bbox": box,
            "score": r.conf,
        }
        annotations.append(place | track)
    content = {
        "info": {},
        "videos": [{"id": 7, "name": "street", "fps": 10, "width": 640, "height": 480, "camera": "north"}],
        "images": images,
        "annotations": annotations,
        "categories": [{"id": number, "name": name} for number, name in NAMES.items()],
    }
    path = folder / "instances.json"
    path.write_text(json.dumps(content, indent=1))
    return ToolFile(path, "coco-video", table.assign(track_id=table["track_id"].clip(lower=-1)), path)


def coco_tao(folder: Path) -> ToolFile:
    """`track_id`, as of TAO (TrackEval, docs/TAO-format.txt)."""
    return _coco(folder, "track_id")


def coco_vid(folder: Path) -> ToolFile:
    """`instance_id`, as of CocoVID (MMTracking)."""
    return _coco(folder, "instance_id")


def coco_cvat(folder: Path) -> ToolFile:
    """`track_id` in `attributes`, as CVAT's COCO exports have it."""
    return _coco(folder, "attributes")


WRITERS: dict[str, Callable[[Path], ToolFile]] = {
    writer.__name__: writer
    for writer in (
        *(
            mot_ground_truth,
            mot_results,
            supervision_csv,
            supervision_json,
            ultralytics_labels,
            ultralytics_json,
        ),
        *(ultralytics_csv, ultralytics_frames, trackflow_parquet, trackflow_jsonl, trackflow_csv, cvat),
        *(coco_tao, coco_vid, coco_cvat),
    )
}
