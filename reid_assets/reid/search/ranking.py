"""From scores of tracks to a ranking of identities."""

import numpy as np
import pandas as pd


def rank_identities(meta: pd.DataFrame, scores: np.ndarray, id_map: pd.DataFrame, limit: int) -> pd.DataFrame:
    """The identities that fit best.

    An identity is as good as its best track; tracks without an identity are left out.

    Args:
        meta: `video, track_id`, one row a track.
        scores: float (n,), higher is better; -inf: not asked for.
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        limit: most rows.

    Returns:
        `global_id, score, video, track_id` (of the best track), best first; equal scores by id.
    """
    found = meta[["video", "track_id"]].assign(score=scores.astype(np.float64))
    found = found[np.isfinite(found["score"])].merge(
        id_map[["video", "track_id", "global_id"]], on=["video", "track_id"]
    )
    found = found.sort_values(
        ["score", "global_id", "video", "track_id"], ascending=[False, True, True, True]
    )
    best = found.drop_duplicates("global_id").head(limit).reset_index(drop=True)
    return best[["global_id", "score", "video", "track_id"]].astype({"global_id": "int64"})
