"""IO managers of the embedding pass: vectors and crops of one video after the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.io_managers.project_resource import ProjectIOManager, path_facts
from reid_assets.layout import Layout
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import TRACK_CROPS
from reid_assets.reid.embedding.embedder import Crop
from reid_assets.state.project import Project
from reid_assets.storage.atomic import replacing_folder
from reid_assets.storage.embeddings_pair import read_pair, write_pair


class TrackEmbeddingsIOManager(ProjectIOManager):
    """`reid/embeddings/<video>_track_meta.csv` and `_track_embeds.npz`."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "track_embeddings"

    def store(self, project: Project, video: str | None, value: TrackEmbeddings) -> dict[str, Any]:
        """Write the pair."""
        assert video is not None
        write_pair(project.layout, video, value)
        return path_facts(project, project.layout.track_embeds(video), project.layout.track_meta(video))

    def load_input(self, context: dg.InputContext) -> dict[str, TrackEmbeddings]:
        """Every usable pair on disk, whoever made it and whether or not its video folder is there.

        One that cannot be read is left out and named.
        """
        layout, pairs = self.project.open().layout, {}
        for video in layout.embedded_names():
            try:
                pairs[video] = read_pair(layout, video)
            except InputError as error:
                context.log.error(f"{video}: left out of the map: {error}")
        return pairs


@dataclass(frozen=True)
class CropLibrary:
    """Kept crops of all videos.

    Attributes:
        table: rows of `tables.TRACK_CROPS`.
        layout: where their files lie.
    """

    table: pd.DataFrame
    layout: Layout

    def jpeg(self, video: str, file: str) -> bytes:
        """The bytes of one crop."""
        return (self.layout.crops(video) / file).read_bytes()


def crop_name(track_id: int, frame: int) -> str:
    """File name of a kept crop."""
    return f"tid{track_id}_f{frame}.jpg"


class TrackCropsIOManager(ProjectIOManager):
    """`reid/crops/<video>/tid<track>_f<frame>.jpg` with an index beside them."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "track_crops"

    def store(self, project: Project, video: str | None, value: Iterable[Crop]) -> dict[str, Any]:
        """Write all crops of a video; those of an earlier run go."""
        assert video is not None
        rows: list[dict[str, Any]] = []
        with replacing_folder(project.layout.crops(video)) as folder:
            size = 0
            for crop in value:
                file = crop_name(crop.track_id, crop.frame)
                size += (folder / file).write_bytes(crop.jpeg)
                rows.append(
                    {"video": video, "track_id": crop.track_id, "frame": crop.frame}
                    | {"quality": round(crop.quality, 4), "file": file}
                )
            table = TRACK_CROPS.conform(pd.DataFrame(rows)) if rows else TRACK_CROPS.empty()
            table.to_csv(folder / project.layout.crop_index(video).name, index=False, lineterminator="\n")
        return {"path": dg.MetadataValue.path(str(project.layout.crops(video))), "bytes": size}

    def load_input(self, context: dg.InputContext) -> CropLibrary:
        """The crops of every video that has vectors."""
        layout = self.project.open().layout
        paths = [layout.crop_index(video) for video in layout.embedded_names()]
        kept = {"video": str, "file": str}
        tables = [pd.read_csv(path, dtype=kept, keep_default_na=False) for path in paths if path.is_file()]
        tables = [table for table in tables if len(table)]
        table = TRACK_CROPS.conform(pd.concat(tables)) if tables else TRACK_CROPS.empty()
        return CropLibrary(table, layout)
