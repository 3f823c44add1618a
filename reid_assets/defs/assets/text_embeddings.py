"""Kept crops as a model that knows words sees them; made when somebody searches by words."""

from collections.abc import Callable

import dagster as dg

from reid_assets.defs.artifact_assets import per_video_asset
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.search.text_embeddings import TextEmbeddings, embed_kept_crops
from reid_assets.state.words import text_image_tower
from reid_assets.storage.crop_files import CropLibrary


@per_video_asset
def text_embeddings(
    context: dg.AssetExecutionContext, track_crops: CropLibrary, project: ProjectResource
) -> Callable[[str], TextEmbeddings]:
    """Embed the kept crops of the videos of this run."""
    table = track_crops.table
    backbone = text_image_tower(project.open(), expected_crops=len(table))

    def embed(video: str) -> TextEmbeddings:
        rows = table[table["video"] == video]
        return embed_kept_crops(rows, lambda track, frame: track_crops.jpeg(video, track, frame), backbone)

    return embed
