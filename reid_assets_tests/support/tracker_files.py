"""Files of detectors with trackers, of the small set of tracks: supervision, Ultralytics, Trackflow."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.formats.imported_video import ImportOptions
from reid_assets_tests.support.tool_files import (
    NAMES,
    SIZE,
    ToolFile,
    coco_cvat,
    coco_tao,
    coco_vid,
    cvat,
    known_tracks,
    mot_ground_truth,
    mot_results,
    write_clip,
)


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
