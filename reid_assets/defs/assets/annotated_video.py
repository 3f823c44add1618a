"""Videos with boxes, ids and names drawn in; made only when somebody asks for them."""

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import per_video_asset
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.rendering.annotated_video import Annotations, render_video
from reid_assets.state import progress
from reid_assets.storage.video_folders import VideoFolders, footage


@per_video_asset
def annotated_video(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    global_id_map: pd.DataFrame,
    identity_names: pd.DataFrame,
    project: ProjectResource,
) -> Callable[[str], Callable[[Path], pd.DataFrame]]:
    """Draw the map into the videos of this run."""
    by_video = dict(iter(global_id_map.groupby("video")))
    names = {
        int(g): str(name) for g, name in zip(identity_names["global_id"], identity_names["name"], strict=True)
    }
    blur = project.open().settings.privacy.blur
    hidden = footage(tracks, lambda video: "", blur).hidden
    videos = list(context.partition_keys)

    def rendering(video: str) -> Callable[[Path], pd.DataFrame]:
        job = tracks.job(video)
        rows = by_video.get(video, global_id_map.iloc[:0])
        ids = {int(t): int(g) for t, g in zip(rows["track_id"], rows["global_id"], strict=True)}

        def told(done: int, frames: int) -> None:
            detail = f"{video}: frame {done} of {frames}"
            progress.report("annotated_video", videos.index(video), len(videos), detail)

        def write(target: Path) -> pd.DataFrame:
            table, problems = render_video(job, Annotations(ids, names, hidden(job.tracks)), target, told)
            for problem in problems:
                context.log.warning(f"{video}: {problem}")
            return table

        return write

    return rendering
