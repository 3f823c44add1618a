"""Counts over all videos together, and who was where when in figures."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.accuracy.identity_count import count_interval
from reid_assets.reid.movement.engine import movement
from reid_assets.reid.movement.movement_statistics import movement_figures
from reid_assets.reid.presentation.merged_analytics import merge_analytics
from reid_assets.storage.video_folders import VideoFolders


@artifact_asset
def merged_analytics(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    global_id_map: pd.DataFrame,
    association_report: dict[str, Any],
    visits: pd.DataFrame,
    project: ProjectResource,
) -> dg.MaterializeResult[dict[str, Any]]:
    """Merge the counts of all videos."""
    opened = project.open()
    in_map, without = global_id_map.groupby("video").size(), {}
    for video in tracks.names():
        try:
            without[video] = len(tracks.tracks(video).per_track) - int(in_map.get(video, 0))
        except Exception as error:
            # Said where its embedding failed; nobody needs to read it twice.
            context.log.info(f"{video}: not counted: {error}")
    names = sorted({*opened.layout.embedded_names(), *without})
    clocks = opened.clocks()
    value = merge_analytics(global_id_map, names, without, count_interval(association_report))
    with movement(global_id_map, clocks, opened.settings.flows, visits) as moved:
        value |= movement_figures(moved.ask, moved.direction(), clocks.counts())
    numbers: dict[str, Any] = {key: count for key, count in value.items() if isinstance(count, int)}
    numbers["order_of_moves"] = value["flows"]["assumption"] or "by clocks"
    return dg.MaterializeResult(value=value, metadata=numbers)
