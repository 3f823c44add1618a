"""How much a box promises to show of its track, judged from tracks.csv alone, before any decoding.

Confidence, size, what lies outside the picture, what other boxes cover. What only the picture
tells (sharpness) is in `crops.py`; which boxes are then taken is `sampling.py`.
"""

import numpy as np
import pandas as pd

# Mean of a box's sides, in pixels, from which on more pixels tell a network nothing new.
_LARGE = 96.0
# A box behind mixes into the crop's background; a box in front hides the body.
_BEHIND = 0.3
# Untracked boxes that coincide with a tracked one are second detections of the same thing.
_SAME_THING = 0.7


def box_quality(rows: pd.DataFrame, judged: np.ndarray, picture_wh: tuple[float, float]) -> np.ndarray:
    """Quality of some rows, each seen among all boxes of its frame.

    Args:
        rows: rows of `Tracks.rows`, usable or not.
        judged: int64 (n,), positions in `rows` of boxes with an area.
        picture_wh: width and height of the picture, in the pixels of the boxes.

    Returns:
        float64 (n,), 0..1: the product of confidence, size, the part inside the picture and the
        part that no other box covers; 0 where nothing is inside.
    """
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)
    wh = box[judged, 2:] - box[judged, :2]
    inside = visible_wh(box[judged], picture_wh)
    conf = rows["conf"].to_numpy(np.float64)[judged]
    conf = np.where(np.isfinite(conf), np.clip(conf, 0.05, 1.0), 1.0)
    size = np.minimum(1.0, np.sqrt(wh.prod(axis=1)) / _LARGE)
    visible = inside.prod(axis=1) / wh.prod(axis=1)
    return conf * size * visible * (1.0 - covered(rows, judged))


def visible_wh(box: np.ndarray, picture_wh: tuple[float, float]) -> np.ndarray:
    """float64 (n, 2): width and height of the part of each box (n, 4) that lies in the picture."""
    low = np.clip(box[:, :2], 0.0, picture_wh)
    high = np.clip(box[:, 2:], 0.0, picture_wh)
    return high - low


def covered(rows: pd.DataFrame, judged: np.ndarray) -> np.ndarray:
    """Share of each judged box that other boxes of its frame take, float64 (n,), 0..1.

    In a camera's view what stands lower is nearer, so a box with a lower bottom edge hides, and
    one with a higher edge is only seen beside the body.
    """
    frame = rows["frame"].to_numpy()
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)
    track = rows["track_id"].to_numpy()
    real = np.flatnonzero(np.isfinite(box).all(axis=1) & np.isin(frame, frame[judged]))
    order = real[np.argsort(frame[real], kind="stable")]
    total = np.zeros(len(rows))
    place = np.arange(len(order))
    # Sorted by frame, boxes of one frame are neighbours: first next ones, then those two apart, ...
    for apart in range(1, len(order)):
        place = place[place + apart < len(order)]
        place = place[frame[order[place]] == frame[order[place + apart]]]
        if not len(place):
            break
        _add_overlap(total, box, track, order[place], order[place + apart])
    return np.minimum(total[judged], 1.0)


def _add_overlap(
    total: np.ndarray, box: np.ndarray, track: np.ndarray, one: np.ndarray, other: np.ndarray
) -> None:
    """Add to `total` what the boxes `one` and `other` (n,) of the same frames cover of each other."""
    a, b = box[one], box[other]
    sides = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    shared = np.clip(sides, 0.0, None).prod(axis=1)
    area_a, area_b = (np.abs(x[:, 2:] - x[:, :2]).prod(axis=1) for x in (a, b))
    union = area_a + area_b - shared
    untracked = (track[one] < 0) | (track[other] < 0)
    same = (track[one] == track[other]) & ~untracked
    same |= untracked & (shared > _SAME_THING * union)
    shared = np.where(same, 0.0, shared)
    for rows, area, behind in ((one, area_a, b[:, 3] < a[:, 3]), (other, area_b, a[:, 3] < b[:, 3])):
        share = shared / np.maximum(area, 1e-9) * np.where(behind, _BEHIND, 1.0)
        np.add.at(total, rows, share)
