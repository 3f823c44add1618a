"""summary.json of each video with the identities counted."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import per_video_asset
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.tracks.summary_global import global_summary
from reid_assets.storage.clock_sources import odd_values
from reid_assets.storage.video_folders import VideoFolders


@per_video_asset
def summary_global(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    global_id_map: pd.DataFrame,
    project: ProjectResource,
) -> Callable[[str], dict[str, Any]]:
    """Summarise the videos of this run."""

    opened = project.open()

    def summarise(video: str) -> dict[str, Any]:
        summary, problem = tracks.summary(video)
        for told in [problem] if problem else odd_values(opened.layout, opened.cameras, video):
            context.log.warning(f"{video}: {told}")
        seen = global_id_map[global_id_map["video"] == video]
        facts = tracks.facts(video) if problem else {}
        return global_summary(summary, facts, seen, tracks.tracks(video))

    return summarise
