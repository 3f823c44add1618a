"""Predicted against true boxes, frame by frame: the basis of the tracking metrics and of a track's identity.

Preparation is that of the MOTChallenge benchmark (TrackEval, MotChallenge2DBox): a predicted box on a
distractor is taken out, and true boxes that are no target are.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from reid_assets.reid.accuracy.ground_truth import GroundTruth

MATCH_IOU = 0.5
_EPS = np.finfo("float").eps


@dataclass(frozen=True)
class FrameMatches:
    """One video's boxes by frame, after preparation. All lists have one entry a frame.

    Attributes:
        video: name of the video.
        true_ids: int64 (t,), identities of the ground truth.
        ids: int64 (p,), global ids.
        tracks: int64 (p,), the tracks of these boxes.
        overlaps: float64 (t, p), intersection over union.
    """

    video: str
    true_ids: list[np.ndarray]
    ids: list[np.ndarray]
    tracks: list[np.ndarray]
    overlaps: list[np.ndarray]


def match_frames(video: str, truth: GroundTruth, rows: pd.DataFrame) -> FrameMatches:
    """Compare the boxes of a video with its ground truth.

    Args:
        video: its name.
        truth: its true boxes.
        rows: `frame, track_id, global_id, x1, y1, x2, y2`, each identity once a frame.
    """
    rows = rows.sort_values(["frame", "global_id"])
    frame, ids, tracks = (rows[name].to_numpy(np.int64) for name in ("frame", "global_id", "track_id"))
    boxes = rows[["x1", "y1", "x2", "y2"]].to_numpy(float)
    last = max([-1, *truth.frame[-1:], *frame[-1:]])
    edges = np.arange(last + 2)
    true_at, at = np.searchsorted(truth.frame, edges), np.searchsorted(frame, edges)
    found = FrameMatches(video, [], [], [], [])
    for number in range(last + 1):
        true, own = slice(*true_at[number : number + 2]), slice(*at[number : number + 2])
        overlap = box_overlaps(truth.boxes[true], boxes[own])
        keep = ~_on_distractors(overlap, truth.distractor[true])
        target = truth.target[true]
        found.true_ids.append(truth.identity[true][target])
        found.ids.append(ids[own][keep])
        found.tracks.append(tracks[own][keep])
        found.overlaps.append(overlap[target][:, keep])
    return found


def box_overlaps(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes: float64 (n, m); 0 where a box has no area.

    Args:
        one, other: float64 (n, 4) and (m, 4), x1, y1, x2, y2.
    """
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    shared = np.maximum(high - low, 0).prod(axis=2)
    area, other_area = (np.maximum(boxes[:, 2:] - boxes[:, :2], 0).prod(axis=1) for boxes in (one, other))
    union = area[:, None] + other_area[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > _EPS)


def best_pairs(overlap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the one-to-one assignment with the largest overlap, each at least `MATCH_IOU`."""
    if not overlap.size:
        return np.empty(0, int), np.empty(0, int)
    score = np.where(overlap < MATCH_IOU - _EPS, 0.0, overlap)
    rows, columns = linear_sum_assignment(-score)
    hit = score[rows, columns] > _EPS
    return rows[hit], columns[hit]


def _on_distractors(overlap: np.ndarray, distractor: np.ndarray) -> np.ndarray:
    """Which predicted boxes are of a distractor: bool (p,)."""
    on = np.zeros(overlap.shape[1], bool)
    if distractor.any():
        rows, columns = best_pairs(overlap)
        on[columns[distractor[rows]]] = True
    return on
