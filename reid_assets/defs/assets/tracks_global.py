"""tracks.csv of each video with the identities attached."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from reid_assets.defs.partitioned import each_video, keys_to_make, materialize_each
from reid_assets.defs.partitions import videos
from reid_assets.defs.schemas import table_metadata
from reid_assets.io_managers.outputs_io import TracksGlobalIOManager
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.io_managers.video_folders import VideoFolders
from reid_assets.reid.core.tables import TRACKS_GLOBAL
from reid_assets.reid.tracks.tracks_global import attach_ids
from reid_assets.state.staleness import Made


@dg.asset(
    description="Every row and column of tracks.csv with `video` and `global_id`: "
    "`<video>/tracks_global.csv`.",
    io_manager_key="tracks_global_io",
    partitions_def=videos,
    backfill_policy=dg.BackfillPolicy.single_run(),
    output_required=False,
    group_name="reid",
    kinds={"csv", "duckdb"},
    metadata=table_metadata(TRACKS_GLOBAL),
)
def tracks_global(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    global_id_map: pd.DataFrame,
    project: ProjectResource,
    tracks_store: dg.ResourceParam[TracksGlobalIOManager],
) -> Iterator[dg.MaterializeResult]:
    """Attach the map to the videos of this run."""
    opened = project.open()
    by_video = dict(iter(global_id_map.groupby("video")))

    def attach(video: str) -> dict[str, object]:
        of = opened.freshness.of("tracks_global", video)
        rows = by_video.get(video, global_id_map.iloc[:0])
        ids = {int(t): int(g) for t, g in zip(rows["track_id"], rows["global_id"], strict=True)}
        with tracks.open_tracks(video) as stream:
            return tracks_store.write(video, Made(attach_ids(stream, video, ids), of), context.log)

    keys = keys_to_make(context, opened, "tracks_global")
    outcomes = each_video(keys, "tracks_global", attach)
    yield from materialize_each(context, opened, "tracks_global", outcomes)
