"""Which camera each video is of: all videos together, before the map."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.cameras.background import Background
from reid_assets.reid.cameras.cameras import assign_cameras, describe
from reid_assets.reid.presentation.cameras_picture import draw_cameras

_COUNTED = {source: f"by {source}" for source in ("cameras.yaml", "summary.json", "name", "background")}
_COUNTED["own"] = "alone"
_CAPTION = "One row a camera, with the backgrounds of its videos. Grey: not known there"


@artifact_asset
def cameras(
    background: Mapping[str, Background], project: ProjectResource
) -> dg.MaterializeResult[pd.DataFrame]:
    """Take what people say; guess the rest from names and backgrounds."""
    opened = project.open()
    clocks = opened.explicit_clocks(opened.layout.embedded_names())
    table = assign_cameras(clocks.videos, background, opened.settings.cameras.guess)
    metadata: dict[str, Any] = {
        "summary": describe(table),
        "cameras": int(table["camera"].nunique()),
        "videos": len(table),
        **{_COUNTED[str(source)]: int(count) for source, count in table["source"].value_counts().items()},
        "picture": inline_picture(draw_cameras(table, background), "image/jpeg", "cameras", _CAPTION),
        "table": rows_shown(table),
    }
    return dg.MaterializeResult(value=table, metadata=metadata)
