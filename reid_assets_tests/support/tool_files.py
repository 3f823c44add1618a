"""Files of trackers and annotation tools, of one small set of tracks.

By the tool's own writer where it can be installed, else by its documented format, named at each. Boxes are
multiples of a quarter pixel and confidences of 1/64, which float32 and six digits hold exactly.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import cv2
import numpy as np
import pandas as pd

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
        "    </task><dumped>2026-01-01 00:00:00</dumped><source>street.mp4</source></meta>",
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
