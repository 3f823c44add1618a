"""One JSON of all videos in the COCO style for video (CocoVID of OpenMMLab's MMTracking and MMDetection).

`videos` and `images` (every frame, `frame_id` from 0), `annotations` with `instance_id` (and the same as
`track_id`, which other readers ask for), `categories`. Boxes are `x, y, width, height`. Written video by
video: the annotations come first, and what is small or follows from the facts of the videos after them.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from reid_assets.reid.exports.boxes import FrameFacts, VideoBoxes, extent

FILE = "coco_video.json"
_COLUMNS = ("frame", "track_id", "global_id", "class_id", "class_name", "x1", "y1", "x2", "y2", "conf")


def coco_video(videos: Iterable[VideoBoxes]) -> Iterator[bytes]:
    """The file in chunks, one a video, of drawable boxes; one video is in memory at a time."""
    seen: list[tuple[str, FrameFacts]] = []
    categories: dict[str, int] = {}
    annotations = images = 0
    yield b'{"annotations": ['
    for boxes in videos:
        number = len(seen) + 1
        lines = []
        for row in boxes.rows[list(_COLUMNS)].itertuples(index=False, name=None):
            annotations += 1
            one = _annotation(dict(zip(_COLUMNS, row, strict=True)), categories)
            place = {"id": annotations, "video_id": number, "image_id": images + one.pop("frame") + 1}
            lines.append(("\n" if annotations == 1 else ",\n") + _dump(place | one))
        yield "".join(lines).encode()
        images += boxes.facts.frames
        seen.append((boxes.video, boxes.facts))
        del boxes, lines
    yield b'],\n"images": ['
    first = 1
    for number, (video, facts) in enumerate(seen, 1):
        yield _images(number, video, facts, first)
        first += facts.frames
    named = [_video(number, video, facts) for number, (video, facts) in enumerate(seen, 1)]
    classes = [{"id": number, "name": name} for name, number in categories.items()]
    yield f'],\n"videos": {_dump(named)},\n"categories": {_dump(classes)}}}\n'.encode()


def _annotation(row: dict[str, Any], categories: dict[str, int]) -> dict[str, Any]:
    """One box; without an identity it has no `instance_id`, without a confidence no `score`."""
    width, height = extent(row["x1"], row["x2"]), extent(row["y1"], row["y2"])
    known = (
        {} if pd.isna(row["global_id"]) else dict.fromkeys(("instance_id", "track_id"), int(row["global_id"]))
    )
    score = {} if pd.isna(row["conf"]) else {"score": row["conf"]}
    return {
        "frame": row["frame"],
        "category_id": categories.setdefault(row["class_name"], len(categories) + 1),
        "bbox": [row["x1"], row["y1"], width, height],
        "area": round(width * height, 9),
        "iscrowd": 0,
        **known,
        **score,
        # Not of the format: what the tracker and the detector called it.
        "source_track_id": row["track_id"],
        "source_class_id": row["class_id"],
    }


def _images(number: int, video: str, facts: FrameFacts, first: int) -> bytes:
    size = _size(facts)
    lines = []
    for frame in range(facts.frames):
        image = {"id": first + frame, "video_id": number, "frame_id": frame}
        line = _dump(image | {"file_name": f"{video}/{frame:06d}.jpg"} | size)
        lines.append(("\n" if first + frame == 1 else ",\n") + line)
    return "".join(lines).encode()


def _video(number: int, video: str, facts: FrameFacts) -> dict[str, Any]:
    rate = {"fps": facts.fps} if facts.fps else {}
    return {"id": number, "name": video, "length": facts.frames} | rate | _size(facts)


def _size(facts: FrameFacts) -> dict[str, int]:
    return {"width": facts.width, "height": facts.height} if facts.width and facts.height else {}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
