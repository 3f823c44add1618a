"""Counts over all videos together, and who was where when in figures."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.schemas import table_metadata
from reid_assets.io_managers.identity_io import read_report
from reid_assets.io_managers.movement_io import movement
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.io_managers.video_folders import VideoFolders
from reid_assets.reid.accuracy.identity_count import count_interval
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import MERGED_ANALYTICS
from reid_assets.reid.movement.movement_statistics import movement_figures
from reid_assets.reid.presentation.merged_analytics import merge_analytics
from reid_assets.state.staleness import Made


@dg.asset(
    description="Counts over all videos: `reid/merged_analytics.json`.",
    io_manager_key="merged_analytics_io",
    group_name="reid",
    kinds={"json", "duckdb"},
    metadata=table_metadata(MERGED_ANALYTICS),
)
def merged_analytics(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    global_id_map: pd.DataFrame,
    project: ProjectResource,
) -> dg.MaterializeResult[Made]:
    """Merge the counts of all videos."""
    opened = project.open()
    of = opened.freshness.of("merged_analytics")
    in_map, without = global_id_map.groupby("video").size(), {}
    for video in tracks.names():
        try:
            without[video] = len(tracks.tracks(video).per_track) - int(in_map.get(video, 0))
        except InputError as error:
            # Said where its embedding failed; nobody needs to read it twice.
            context.log.info(f"{video}: not counted: {error}")
    videos = sorted({*opened.layout.embedded_names(), *without})
    clocks = opened.clocks()
    value = merge_analytics(global_id_map, videos, without, count_interval(read_report(opened)))
    with movement(global_id_map, clocks, opened.settings.flows) as moved:
        value |= movement_figures(moved.ask, moved.direction(), clocks.counts())
    numbers: dict[str, Any] = {key: count for key, count in value.items() if isinstance(count, int)}
    numbers["order_of_moves"] = value["flows"]["assumption"] or "by clocks"
    return dg.MaterializeResult(value=Made(value, of), metadata=numbers)
