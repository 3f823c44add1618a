"""What people look at: one folder that opens without a server."""

from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.movement.engine import movement
from reid_assets.reid.report.contents import Contents, collect_contents
from reid_assets.reid.report.heading import Origin, make_heading
from reid_assets.reid.report.video_frames import collect_frames
from reid_assets.state.missed_networks import missed_networks
from reid_assets.state.project import Project
from reid_assets.storage.embeddings_pair import labels_of
from reid_assets.storage.report_files import earlier_frames
from reid_assets.storage.video_folders import VideoFolders, footage


@artifact_asset
def report(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    global_id_map: pd.DataFrame,
    identity_evidence: pd.DataFrame,
    identity_names: pd.DataFrame,
    identity_events: pd.DataFrame,
    look_alikes: pd.DataFrame,
    galleries: pd.DataFrame,
    visits: pd.DataFrame,
    expected_accuracy: pd.DataFrame,
    merged_analytics: dict[str, Any],
    project: ProjectResource,
) -> dg.MaterializeResult[Contents]:
    """Gather what the report tells."""
    opened, clocks = project.open(), project.open().clocks()
    heading = make_heading(_origin(opened, clocks), expected_accuracy, merged_analytics)
    frames = collect_frames(
        galleries,
        opened.settings.report.frames,
        footage(tracks, opened.staleness.input_versions.tracks, opened.settings.privacy.blur),
        earlier_frames(opened.layout),
        context.log.warning,
    )
    names = dict(zip(identity_names["global_id"].astype(int), identity_names["name"], strict=True))
    with movement(global_id_map, clocks, opened.settings.flows, visits) as moved:
        contents = collect_contents(
            moved.ask,
            global_id_map,
            identity_evidence,
            galleries,
            merged_analytics,
            heading,
            frames,
            names,
            identity_events,
            look_alikes,
        )
    metadata: dict[str, Any] = {
        "identities": len(contents.table),
        "pictures": len(contents.pictures),
        "frames": int(frames.table["file"].nunique()),
        "order": merged_analytics["flows"]["assumption"] or "by clocks",
        "open": dg.MetadataValue.url(opened.layout.report_page.resolve().as_uri()),
    }
    return dg.MaterializeResult(value=contents, metadata=metadata)


def _origin(project: Project, clocks: Clocks) -> Origin:
    """Where a report on this root comes from; folders above its own names are nobody's business."""
    layout = project.layout
    return Origin(
        root=layout.root.resolve().name,
        config=f"{project.config.resolve().parent.name}/{project.config.name}",
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        networks=labels_of(layout),
        missed=missed[0] if (missed := missed_networks(project)) else None,
        without_clock=[video for video, clock in clocks.videos.items() if clock.start is None],
    )
