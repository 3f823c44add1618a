"""FiftyOne's FiftyOneVideoLabelsDataset: a manifest, and the labels of each video in ETA's VideoLabels JSON.

Formats: https://docs.voxel51.com/user_guide/import_datasets.html (FiftyOneVideoLabelsDataset) and
https://github.com/voxel51/eta/blob/develop/docs/video_labels_guide.md. Frames are numbered from 1, boxes are
relative to the frame. The videos are not copied: the manifest names them by absolute path.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.exports.boxes import VideoBoxes, drawable

MANIFEST = "manifest.json"
_COLUMNS = ["frame", "class_name", "x1", "y1", "x2", "y2", "conf", "global_id", "track_id"]


def fiftyone_files(boxes: VideoBoxes) -> tuple[VideoBoxes, list[tuple[str, bytes]]]:
    """The boxes that are written, and `labels/<video>.json`.

    A detection's `index` is the global id; the number of its track is the attribute `track_id`.

    Raises:
        InputError: the size of the frames is unknown, or no video file has the frames of tracks.csv.
    """
    facts, kept = boxes.facts, drawable(boxes)
    if not (facts.width and facts.height and facts.media):
        raise InputError(
            f"{boxes.video}: no readable video file with the frames of tracks.csv is at hand, and FiftyOne's "
            "labels need one. Put analysis.mp4 into its folder."
        )
    scale = np.array([facts.width, facts.height, facts.width, facts.height], dtype=float)
    rows = kept.rows.sort_values("frame", kind="stable")
    relative = rows[["x1", "y1", "x2", "y2"]].to_numpy(float) / scale
    rows = rows.assign(**{name: relative[:, place] for place, name in enumerate(("x1", "y1", "x2", "y2"))})
    text = '{"frames": {' + ", ".join(_frames(rows)) + "}}\n"
    return kept, [(f"labels/{kept.video}.json", text.encode())]


def manifest(videos: Sequence[tuple[str, str]]) -> bytes:
    """The list of (video, path of its media file) that FiftyOne reads first."""
    index = [{"data": media, "labels": f"labels/{video}.json"} for video, media in videos]
    content = {"type": "eta.core.datasets.LabeledVideoDataset", "description": "reid-assets", "index": index}
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _frames(rows: pd.DataFrame) -> Iterator[str]:
    """One member of `frames` each: as text, since the objects of a whole video take ten times its memory."""
    cells = rows[_COLUMNS].itertuples(index=False, name=None)
    for frame, own in groupby(cells, key=itemgetter(0)):
        number = frame + 1
        objects = ", ".join(json.dumps(_detection(*row), ensure_ascii=False, allow_nan=False) for row in own)
        yield f'"{number}": {{"frame_number": {number}, "objects": {{"objects": [{objects}]}}}}'


def _detection(
    frame: int,
    label: str,
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    conf: float,
    identity: Any,
    track: int,
) -> dict[str, Any]:
    known = {} if pd.isna(identity) else {"index": int(identity)}
    confidence = {} if pd.isna(conf) else {"confidence": conf}
    attribute = {"type": "eta.core.data.CategoricalAttribute", "name": "track_id", "value": str(track)}
    corners = {"top_left": {"x": x1, "y": y1}, "bottom_right": {"x": x2, "y": y2}}
    return {
        "type": "eta.core.objects.DetectedObject",
        "label": label,
        "bounding_box": corners,
        **confidence,
        **known,
        "frame_number": frame + 1,
        "attrs": {"attrs": [attribute]},
    }
