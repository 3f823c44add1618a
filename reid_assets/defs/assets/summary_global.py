"""summary.json of each video with the identities counted."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from reid_assets.defs.partitioned import each_video, keys_to_make, materialize_each
from reid_assets.defs.partitions import videos
from reid_assets.defs.schemas import table_metadata
from reid_assets.io_managers.outputs_io import SummaryGlobalIOManager
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.io_managers.video_folders import VideoFolders
from reid_assets.reid.core.tables import SUMMARY_GLOBAL
from reid_assets.reid.tracks.summary_global import global_summary
from reid_assets.state.staleness import Made


@dg.asset(
    description="summary.json with what the identities add: `<video>/summary_global.json`.",
    io_manager_key="summary_global_io",
    deps=["tracks_global"],
    partitions_def=videos,
    backfill_policy=dg.BackfillPolicy.single_run(),
    output_required=False,
    group_name="reid",
    kinds={"json", "duckdb"},
    metadata=table_metadata(SUMMARY_GLOBAL),
)
def summary_global(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    global_id_map: pd.DataFrame,
    project: ProjectResource,
    summary_store: dg.ResourceParam[SummaryGlobalIOManager],
) -> Iterator[dg.MaterializeResult]:
    """Summarise the videos of this run."""
    opened = project.open()

    def summarise(video: str) -> dict[str, object]:
        of = opened.freshness.of("summary_global", video)
        summary, problem = tracks.summary(video)
        if problem:
            context.log.warning(f"{video}: {problem}")
        seen = global_id_map[global_id_map["video"] == video]
        facts = tracks.facts(video) if problem else {}
        value = global_summary(summary, facts, seen, tracks.tracks(video))
        return summary_store.write(video, Made(value, of), context.log)

    keys = keys_to_make(context, opened, "summary_global")
    yield from materialize_each(
        context, opened, "summary_global", each_video(keys, "summary_global", summarise)
    )
