"""tracks.csv of each video with the identities attached."""

from collections.abc import Callable, Iterator

import pandas as pd

from reid_assets.defs.artifact_assets import per_video_asset
from reid_assets.reid.tracks.tracks_global import attach_ids
from reid_assets.storage.video_folders import VideoFolders


@per_video_asset
def tracks_global(tracks: VideoFolders, global_id_map: pd.DataFrame) -> Callable[[str], Iterator[bytes]]:
    """Attach the map to the videos of this run."""
    by_video = dict(iter(global_id_map.groupby("video")))

    def attach(video: str) -> Iterator[bytes]:
        rows = by_video.get(video, global_id_map.iloc[:0])
        ids = {int(t): int(g) for t, g in zip(rows["track_id"], rows["global_id"], strict=True)}
        with tracks.open_tracks(video) as stream:
            yield from attach_ids(stream, video, ids)

    return attach
