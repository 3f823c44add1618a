"""Content of summary_global.json: a video's summary.json plus the identities seen in it."""

from typing import Any

import pandas as pd

from reid_assets.reid.tracks.tracks_csv import Tracks


def global_summary(
    summary: dict[str, Any] | None, facts: dict[str, Any], mapped: pd.DataFrame, tracks: Tracks
) -> dict[str, Any]:
    """Extend a video's summary with its identities.

    Args:
        summary: content of summary.json, of which every key is kept; None if it is missing or
            unreadable, in which case `facts` and the tracks replace it.
        facts: properties of the video file, used only without a summary.
        mapped: the video's rows of `tables.GLOBAL_ID_MAP`.
        tracks: the video's tracks.

    Returns:
        The object of `summary_global.json`: the keys of `summary`, `reid_attached` (true),
        `global_unique_by_class` (class name -> number of identities), `global_ids` (sorted),
        `tracks_with_identity`, `tracks_without_identity`, `rows` (see `Tracks.counts`).
    """
    by_class = mapped.groupby("class_name")["global_id"].nunique().sort_index()
    base = dict(summary) if summary is not None else facts | _fallback_summary(tracks)
    return base | {
        "reid_attached": True,
        "global_unique_by_class": {str(name): int(count) for name, count in by_class.items()},
        "global_ids": sorted({int(global_id) for global_id in mapped["global_id"]}),
        "tracks_with_identity": len(mapped),
        "tracks_without_identity": len(tracks.per_track) - len(mapped),
        "rows": dict(tracks.counts),
    }


def _fallback_summary(tracks: Tracks) -> dict[str, Any]:
    last = int(tracks.rows["frame"].max()) if len(tracks.rows) else None
    by_class = tracks.per_track.groupby("class_id").size()
    return {
        "summary_missing": True,
        "last_frame_with_rows": last,
        "unique_ids_by_class": {str(class_id): int(count) for class_id, count in by_class.items()},
    }
