"""Content of merged_analytics.json: counts over all videos."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd


def merge_analytics(
    id_map: pd.DataFrame,
    videos: Sequence[str],
    without_identity: Mapping[str, int],
    interval: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The object of `merged_analytics.json`.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        videos: all videos of the root, including those without tracks.
        without_identity: video -> number of tracks that are not in the map (filtered, too small,
            unreadable).
        interval: see `identity_count.count_interval`.

    Returns:
        - `num_videos`, `num_tracks` (in the map), `num_globals`
        - `num_globals_interval`: `fewest`, `most`; null if association gives none
        - `unique_by_class`: class name -> number of identities
        - `tracks_by_video`, `identities_by_video`: video -> count, for all videos
        - `tracks_by_class`: class name -> number of tracks
        - `identities_in_several_videos`, `identities_seen_once` (of one track only)
        - `largest_identity`: `global_id`, `tracks`, `videos`; null if the map is empty
        - `tracks_without_identity` (in total), `tracks_without_identity_by_video`
    """
    videos_of = id_map.groupby("global_id")["video"].nunique()
    tracks_of = id_map.groupby("global_id").size()
    return {
        "num_videos": len(videos),
        "num_tracks": len(id_map),
        "num_globals": int(id_map["global_id"].nunique()),
        "num_globals_interval": {
            "fewest": interval["identities_fewest"],
            "most": interval["identities_most"],
        }
        if interval
        else None,
        "unique_by_class": _counts(id_map.groupby("class_name")["global_id"].nunique()),
        "tracks_by_class": _counts(id_map.groupby("class_name").size()),
        "tracks_by_video": _per_video(videos, id_map.groupby("video").size()),
        "identities_by_video": _per_video(videos, id_map.groupby("video")["global_id"].nunique()),
        "identities_in_several_videos": int((videos_of > 1).sum()),
        "identities_seen_once": int((tracks_of == 1).sum()),
        "largest_identity": _largest(tracks_of, videos_of),
        "tracks_without_identity": int(sum(without_identity.values())),
        "tracks_without_identity_by_video": {
            name: int(without_identity[name]) for name in sorted(without_identity)
        },
    }


def _counts(series: pd.Series) -> dict[str, int]:
    return {str(name): int(count) for name, count in series.sort_index().items()}


def _per_video(videos: Sequence[str], series: pd.Series) -> dict[str, int]:
    return {video: int(series.get(video, 0)) for video in sorted(videos)}


def _largest(tracks_of: pd.Series, videos_of: pd.Series) -> dict[str, int] | None:
    if tracks_of.empty:
        return None
    largest = tracks_of.sort_index().idxmax()
    return {
        "global_id": int(largest),
        "tracks": int(tracks_of[largest]),
        "videos": int(videos_of[largest]),
    }
