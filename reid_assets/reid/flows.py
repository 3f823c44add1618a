"""Moves of identities between videos.

Without clocks nobody knows when a video began; the original meaning stays: all videos are taken to
have started together, and visits are ordered by their first frames.
"""

import pandas as pd

from reid_assets.reid.tables import FLOWS


def count_flows(id_map: pd.DataFrame) -> pd.DataFrame:
    """Count the moves from one video to another.

    An identity's tracks are ordered by first frame; two in a row in different videos are one move.
    Returning to the same video is none.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.

    Returns:
        Rows of `tables.FLOWS`, most moves first, then by name.
    """
    rows = id_map.sort_values(["global_id", "f_min", "f_max", "video", "track_id"], ignore_index=True)
    after = rows.shift(-1)
    moved = (rows["global_id"] == after["global_id"]) & (rows["video"] != after["video"])
    moved = moved.fillna(False).astype(bool)
    moves = pd.DataFrame({"from": rows["video"][moved], "to": after["video"][moved]})
    if moves.empty:
        return FLOWS.empty()
    counted = moves.groupby(["from", "to"], as_index=False).size().rename(columns={"size": "count"})
    return FLOWS.conform(counted.sort_values(["count", "from", "to"], ascending=[False, True, True]))
