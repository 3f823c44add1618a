"""HOTA, IDF1 and MOTA of one video or of several as one sequence, computed by TrackEval.

HOTA: Luiten et al. 2021; IDF1: Ristani et al. 2016; MOTA: Bernardin and Stiefelhagen 2008. Across cameras,
the videos are put one after the other and identities are kept, as in the multi-camera literature (Ristani et
al. 2016): whoever has one identity in the truth must have one global id in all videos.
"""

import contextlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from reid_assets.reid.accuracy.frame_matches import MATCH_IOU, FrameMatches
from reid_assets.reid.core.errors import ConfigError

RATIOS = ("HOTA", "DetA", "AssA", "IDF1", "IDP", "IDR", "MOTA")


def frame_metrics(videos: Sequence[FrameMatches]) -> dict[str, float]:
    """Figures of some videos as one sequence.

    Returns:
        `HOTA, DetA, AssA` (means over the 19 thresholds of overlap from 0.05 to 0.95), `IDF1, IDP, IDR` and
        `MOTA` at an overlap of 0.5; counts: `IDSW` (identity switches), `FP`, `FN`, `boxes`, `true_boxes`,
        `identities`, `true_identities`. All ratios are at most 1; MOTA may be below 0.

    Raises:
        ConfigError: TrackEval is not installed.
    """
    metrics = _load_trackeval()
    data = trackeval_data(videos)
    plain = {"THRESHOLD": MATCH_IOU, "PRINT_CONFIG": False}
    with contextlib.redirect_stdout(io.StringIO()):
        hota = metrics.HOTA().eval_sequence(data)
        identity = metrics.Identity(dict(plain)).eval_sequence(data)
        clear = metrics.CLEAR(dict(plain)).eval_sequence(data)
    ratios = {name: float(np.mean(hota[name])) for name in ("HOTA", "DetA", "AssA")}
    ratios |= {name: float(identity[name]) for name in ("IDF1", "IDP", "IDR")} | {
        "MOTA": float(clear["MOTA"])
    }
    counts = {"IDSW": clear["IDSW"], "FP": clear["CLR_FP"], "FN": clear["CLR_FN"]}
    counts |= {"boxes": data["num_tracker_dets"], "true_boxes": data["num_gt_dets"]}
    counts |= {"identities": data["num_tracker_ids"], "true_identities": data["num_gt_ids"]}
    return ratios | {name: int(value) for name, value in counts.items()}


def trackeval_data(videos: Sequence[FrameMatches]) -> dict[str, Any]:
    """What a metric of TrackEval takes (`get_preprocessed_seq_data`), ids numbered from 0."""
    true_ids = [ids for video in videos for ids in video.true_ids]
    own_ids = [ids for video in videos for ids in video.ids]
    true_numbers, true_count = _numbered(true_ids)
    own_numbers, own_count = _numbered(own_ids)
    return {
        "gt_ids": true_numbers,
        "tracker_ids": own_numbers,
        "similarity_scores": [overlap for video in videos for overlap in video.overlaps],
        "num_gt_dets": sum(map(len, true_ids)),
        "num_tracker_dets": sum(map(len, own_ids)),
        "num_gt_ids": true_count,
        "num_tracker_ids": own_count,
        "num_timesteps": len(true_ids),
        "seq": " ".join(video.video for video in videos),
    }


def _numbered(frames: Sequence[np.ndarray]) -> tuple[list[np.ndarray], int]:
    """The same ids, numbered from 0 over all frames, and how many they are."""
    if not frames:
        return [], 0
    known, numbers = np.unique(np.concatenate(frames), return_inverse=True)
    return np.split(numbers, np.cumsum([len(ids) for ids in frames])[:-1]), len(known)


def _load_trackeval() -> Any:
    try:
        # It says on standard output what it lacks.
        with contextlib.redirect_stdout(io.StringIO()):
            from trackeval import metrics
    except ImportError as error:
        raise ConfigError(
            f"frame-level figures are computed by TrackEval, which cannot be loaded ({error}). Install it: "
            "pip install 'reid-assets[trackeval]'."
        ) from error
    return metrics
