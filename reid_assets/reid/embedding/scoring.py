"""How much a box promises to show of its track, judged from tracks.csv alone, before any decoding.

Confidence, size, what lies outside the picture, what other boxes cover. What only the picture
tells (sharpness) is in `crops.py`; which boxes are then taken is `sampling.py`.
"""

import numpy as np
import pandas as pd

# The factors below follow how far each flaw moved the vectors of real walkers away from their own,
# with OSNet and the built-in descriptor alike.
# Geometric mean of a box's sides, in pixels, from which on more pixels tell nothing new.
_LARGE = 64.0
# Share of a box under another at which the crop shows the other rather than its own.
_HIDDEN = 0.7
# A box in front hides the body; one behind only mixes into its surroundings.
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
        float64 (n,), 0..1: the product of confidence, size, the part inside the picture and what
        other boxes leave of it; 0 where nothing is left.
    """
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)
    wh = box[judged, 2:] - box[judged, :2]
    inside = visible_wh(box[judged], picture_wh)
    conf = rows["conf"].to_numpy(np.float64)[judged]
    conf = np.where(np.isfinite(conf), np.clip(conf, 0.05, 1.0), 1.0)
    size = np.minimum(1.0, np.sqrt(wh.prod(axis=1)) / _LARGE)
    visible = inside.prod(axis=1) / wh.prod(axis=1)
    return conf * size * visible * np.clip(1.0 - covered(rows, judged) / _HIDDEN, 0.0, 1.0)


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
    frame, track = rows["frame"].to_numpy(), rows["track_id"].to_numpy()
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)
    with np.errstate(invalid="ignore"):
        has_area = np.isfinite(box).all(axis=1) & (box[:, 2:] > box[:, :2]).all(axis=1)
    real = np.flatnonzero(has_area & np.isin(frame, frame[judged]))
    order = real[np.argsort(frame[real], kind="stable")]
    frame, track, box = frame[order], track[order], np.asfortranarray(box[order])
    share = np.zeros(len(order))
    # Sorted by frame, boxes of one frame are neighbours: first next ones, then those two apart, ...
    for apart in range(1, len(order)):
        near = frame[:-apart] == frame[apart:]
        if not near.any():
            break
        for side in (0, 1):
            near &= box[:-apart, side] < box[apart:, side + 2]
            near &= box[apart:, side] < box[:-apart, side + 2]
        one = np.flatnonzero(near)
        other = one + apart
        of_one, of_other = _overlap(box[one], box[other], track[one], track[other])
        share[one] += of_one
        share[other] += of_other
    total = np.zeros(len(rows))
    total[order] = share
    return np.minimum(total[judged], 1.0)


def _overlap(
    a: np.ndarray, b: np.ndarray, track_a: np.ndarray, track_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How much pairs of overlapping boxes (n, 4) of the same frames hide of each other, float64 (n,) both."""
    shared = (np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])).prod(axis=1)
    area_a, area_b = ((x[:, 2:] - x[:, :2]).prod(axis=1) for x in (a, b))
    untracked = (track_a < 0) | (track_b < 0)
    same = np.where(untracked, shared > _SAME_THING * (area_a + area_b - shared), track_a == track_b)
    shared = np.where(same, 0.0, shared)
    nearer_a = np.where(b[:, 3] < a[:, 3], _BEHIND, 1.0)
    nearer_b = np.where(a[:, 3] < b[:, 3], _BEHIND, 1.0)
    return shared / area_a * nearer_a, shared / area_b * nearer_b
