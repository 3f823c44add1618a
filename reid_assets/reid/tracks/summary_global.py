"""A video's summary with what the identities add to it."""

from typing import Any

import pandas as pd

from reid_assets.reid.tracks.tracks_csv import Tracks


def global_summary(
    summary: dict[str, Any] | None, facts: dict[str, Any], seen: pd.DataFrame, tracks: Tracks
) -> dict[str, Any]:
    """summary.json and the identities of the video.

    Args:
        summary: its content, every key of which is kept; None where it is missing or unreadable, and
            then what the video file and tracks.csv tell stands in for it.
        facts: what the video file says of itself, only used where there is no summary.
        seen: the video's rows of `tables.GLOBAL_ID_MAP`.
        tracks: the video's tracks.

    Returns:
        The object of `summary_global.json`: the given keys, `reid_attached` (true),
        `global_unique_by_class` (class name -> identities), `global_ids` (sorted),
        `tracks_with_identity`, `tracks_without_identity`, `rows` (by oddity).
    """
    by_class = seen.groupby("class_name")["global_id"].nunique().sort_index()
    known = dict(summary) if summary is not None else facts | _known(tracks)
    return known | {
        "reid_attached": True,
        "global_unique_by_class": {str(name): int(count) for name, count in by_class.items()},
        "global_ids": sorted({int(global_id) for global_id in seen["global_id"]}),
        "tracks_with_identity": len(seen),
        "tracks_without_identity": len(tracks.per_track) - len(seen),
        "rows": dict(tracks.counts),
    }


def _known(tracks: Tracks) -> dict[str, Any]:
    last = int(tracks.rows["frame"].max()) if len(tracks.rows) else None
    by_class = tracks.per_track.groupby("class_id").size()
    return {
        "summary_missing": True,
        "last_frame_with_rows": last,
        "unique_ids_by_class": {str(class_id): int(count) for class_id, count in by_class.items()},
    }
