"""Thumbnails of each identity, for a person to judge."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.schemas import table_metadata
from reid_assets.io_managers.embeddings_io import CropLibrary, crop_name
from reid_assets.io_managers.galleries_io import Galleries
from reid_assets.io_managers.identity_io import read_evidence
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.core.tables import GALLERIES
from reid_assets.reid.presentation.contact_sheet import (
    SIDE,
    draw_sheet,
    largest,
    least_certain,
    rank_identities,
)
from reid_assets.reid.presentation.galleries import choose_thumbnails, square_thumbnail
from reid_assets.state.staleness import Made


@dg.asset(
    description="The best crops of each identity, spread over its videos: `reid/galleries/global_<id>/`.",
    io_manager_key="galleries_io",
    group_name="reid",
    kinds={"python", "duckdb"},
    metadata=table_metadata(GALLERIES),
)
def galleries(
    global_id_map: pd.DataFrame, track_crops: CropLibrary, project: ProjectResource
) -> dg.MaterializeResult[Made]:
    """Choose and draw the thumbnails."""
    opened = project.open()
    of, wanted = opened.freshness.of("galleries"), opened.settings.galleries
    evidence = read_evidence(opened)
    table = choose_thumbnails(global_id_map, track_crops.table, wanted.per_id, evidence)

    def thumbnail(video: str, track_id: int, frame: int) -> bytes:
        return square_thumbnail(track_crops.jpeg(video, crop_name(track_id, frame)), wanted.thumb)

    def small(video: str, track_id: int, frame: int) -> bytes:
        return square_thumbnail(track_crops.jpeg(video, crop_name(track_id, frame)), SIDE)

    metadata: dict[str, Any] = {"thumbnails": len(table), "identities": int(table["global_id"].nunique())}
    ranked = rank_identities(global_id_map, evidence)
    for name, chosen in (("largest", largest(ranked)), ("least_certain", least_certain(ranked))):
        sheet = draw_sheet(chosen, table, small)
        metadata[name] = inline_picture(sheet, "image/jpeg", name.replace("_", " "))
    return dg.MaterializeResult(value=Made(Galleries(table, thumbnail), of), metadata=metadata)
