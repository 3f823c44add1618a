"""Box quality from tracks.csv alone, before any decoding: confidence, size, truncation and occlusion.

Sharpness, which needs the image, is in `crops.py`; `frame_selection.py` chooses among the boxes.
"""

import numpy as np
import pandas as pd

# The constants follow how far each defect moved the embeddings of real people away from their own,
# similarly for OSNet and the built-in descriptor.
# Geometric mean of a box's sides, in pixels, above which more pixels add nothing.
_LARGE = 64.0
# Occluded share of a box at which the crop shows the other object rather than its own.
_FULLY_OCCLUDED = 0.7
# Weight of a box behind, which only adds to the background; a box in front hides the body.
_BEHIND_WEIGHT = 0.3
# IoU above which an untracked box is a second detection of the object in a tracked box.
_DUPLICATE_IOU = 0.7


def box_quality(rows: pd.DataFrame, positions: np.ndarray, image_wh: tuple[float, float]) -> np.ndarray:
    """Quality of selected boxes, taking all other boxes of their frames into account.

    Args:
        rows: `Tracks.rows`, usable or not.
        positions: int64 (n,), positions in `rows` of boxes with a positive area.
        image_wh: width and height of the image, in the pixels of the boxes.

    Returns:
        float64 (n,), 0..1: product of confidence, size, share inside the image, and share that is not
        occluded.
    """
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)
    wh = box[positions, 2:] - box[positions, :2]
    inside = visible_wh(box[positions], image_wh)
    conf = rows["conf"].to_numpy(np.float64)[positions]
    conf = np.where(np.isfinite(conf), np.clip(conf, 0.05, 1.0), 1.0)
    size = np.minimum(1.0, np.sqrt(wh.prod(axis=1)) / _LARGE)
    visible = inside.prod(axis=1) / wh.prod(axis=1)
    unoccluded = np.clip(1.0 - occluded_share(rows, positions) / _FULLY_OCCLUDED, 0.0, 1.0)
    return conf * size * visible * unoccluded


def visible_wh(box: np.ndarray, image_wh: tuple[float, float]) -> np.ndarray:
    """float64 (n, 2): width and height of the part of each box (n, 4) that lies in the image."""
    low = np.clip(box[:, :2], 0.0, image_wh)
    high = np.clip(box[:, 2:], 0.0, image_wh)
    return high - low


def occluded_share(rows: pd.DataFrame, positions: np.ndarray) -> np.ndarray:
    """Share of selected boxes that is occluded by other boxes of their frame, float64 (n,), 0..1.

    An object lower in the image is nearer to the camera: a box with a lower bottom edge occludes, one
    with a higher bottom edge is behind and counts `_BEHIND_WEIGHT`.

    Args:
        rows: `Tracks.rows`, usable or not.
        positions: int64 (n,), positions in `rows` of boxes with a positive area.
    """
    frame, track = rows["frame"].to_numpy(), rows["track_id"].to_numpy()
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(np.float64)
    with np.errstate(invalid="ignore"):
        has_area = np.isfinite(box).all(axis=1) & (box[:, 2:] > box[:, :2]).all(axis=1)
    real = np.flatnonzero(has_area & np.isin(frame, frame[positions]))
    order = real[np.argsort(frame[real], kind="stable")]
    frame, track, box = frame[order], track[order], np.asfortranarray(box[order])
    share = np.zeros(len(order))
    # Sorted by frame, boxes of one frame are consecutive: compare those 1 apart, then 2 apart, ...
    for apart in range(1, len(order)):
        near = frame[:-apart] == frame[apart:]
        if not near.any():
            break
        for side in (0, 1):
            near &= box[:-apart, side] < box[apart:, side + 2]
            near &= box[apart:, side] < box[:-apart, side + 2]
        left = np.flatnonzero(near)
        right = left + apart
        left_share, right_share = _mutual_occlusion(box[left], box[right], track[left], track[right])
        share[left] += left_share
        share[right] += right_share
    total = np.zeros(len(rows))
    total[order] = share
    return np.minimum(total[positions], 1.0)


def _mutual_occlusion(
    a: np.ndarray, b: np.ndarray, track_a: np.ndarray, track_b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Shares of overlapping boxes a and b, float64 (n, 4), that the other occludes: two float64 (n,)."""
    shared = (np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])).prod(axis=1)
    area_a, area_b = ((x[:, 2:] - x[:, :2]).prod(axis=1) for x in (a, b))
    untracked = (track_a < 0) | (track_b < 0)
    same = np.where(untracked, shared > _DUPLICATE_IOU * (area_a + area_b - shared), track_a == track_b)
    shared = np.where(same, 0.0, shared)
    nearer_a = np.where(b[:, 3] < a[:, 3], _BEHIND_WEIGHT, 1.0)
    nearer_b = np.where(a[:, 3] < b[:, 3], _BEHIND_WEIGHT, 1.0)
    return shared / area_a * nearer_a, shared / area_b * nearer_b
