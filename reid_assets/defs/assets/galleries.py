"""Thumbnails of each identity, for a person to judge."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.metadata_images import inline_picture
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.presentation.contact_sheet import (
    SIDE,
    draw_sheet,
    largest,
    least_certain,
    rank_identities,
)
from reid_assets.reid.presentation.galleries import choose_thumbnails, square_thumbnail
from reid_assets.storage.crop_files import CropLibrary
from reid_assets.storage.gallery_files import Galleries


@artifact_asset
def galleries(
    global_id_map: pd.DataFrame,
    identity_evidence: pd.DataFrame,
    track_crops: CropLibrary,
    project: ProjectResource,
) -> dg.MaterializeResult[Galleries]:
    """Choose and draw the thumbnails."""
    settings = project.open().settings
    wanted, blur = settings.galleries, settings.privacy.blur
    table = choose_thumbnails(global_id_map, track_crops.table, wanted.per_id, identity_evidence)

    def thumbnail(video: str, track_id: int, frame: int) -> bytes:
        return square_thumbnail(track_crops.jpeg(video, track_id, frame), wanted.thumb, blur)

    def small(video: str, track_id: int, frame: int) -> bytes:
        return square_thumbnail(track_crops.jpeg(video, track_id, frame), SIDE, blur)

    metadata: dict[str, Any] = {"thumbnails": len(table), "identities": int(table["global_id"].nunique())}
    ranked = rank_identities(global_id_map, identity_evidence)
    for name, chosen in (("largest", largest(ranked)), ("least_certain", least_certain(ranked))):
        sheet = draw_sheet(chosen, table, small)
        metadata[name] = inline_picture(sheet, "image/jpeg", name.replace("_", " "))
    return dg.MaterializeResult(value=Galleries(table, thumbnail), metadata=metadata)
