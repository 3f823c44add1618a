"""The kept crops of a video: a folder of JPEGs with an index beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.reid.core.tables import TRACK_CROPS
from reid_assets.reid.embedding.embedder import Crop
from reid_assets.storage.artifact_files import Log, read_table
from reid_assets.storage.atomic import replacing_folder
from reid_assets.storage.forgotten_file import read_forgotten


@dataclass(frozen=True)
class CropLibrary:
    """Kept crops of all videos.

    Attributes:
        table: rows of `tables.TRACK_CROPS`.
        layout: where their files are.
    """

    table: pd.DataFrame
    layout: Layout

    def jpeg(self, video: str, track_id: int, frame: int) -> bytes:
        """The bytes of one crop."""
        return (self.layout.crops(video) / crop_name(track_id, frame)).read_bytes()


def crop_name(track_id: int, frame: int) -> str:
    """File name of a kept crop."""
    return f"tid{track_id}_f{frame}.jpg"


class CropFiles:
    """`reid/crops/<video>/tid<track>_f<frame>.jpg` and `crops.csv`."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: Iterable[Crop]) -> int:
        """Write all crops of a video beside the earlier ones, then put them in their place."""
        assert video is not None
        rows: list[dict[str, Any]] = []
        with replacing_folder(layout.crops(video)) as folder:
            size = 0
            for crop in value:
                file = crop_name(crop.track_id, crop.frame)
                size += (folder / file).write_bytes(crop.jpeg)
                rows.append(
                    {"video": video, "track_id": crop.track_id, "frame": crop.frame}
                    | {"quality": round(crop.quality, 4), "file": file}
                )
            table = TRACK_CROPS.conform(pd.DataFrame(rows)) if rows else TRACK_CROPS.empty()
            table.to_csv(folder / layout.crop_index(video).name, index=False, lineterminator="\n")
        return size

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> CropLibrary:
        """The crops of every video that has vectors."""
        return CropLibrary(kept_crops(layout), layout)


def kept_crops(layout: Layout) -> pd.DataFrame:
    """Rows of `tables.TRACK_CROPS` of every video that has vectors, without forgotten tracks."""
    paths = [layout.crop_index(video) for video in layout.embedded_names()]
    tables = [read_table(TRACK_CROPS, path) for path in paths if path.is_file()]
    tables = [table for table in tables if len(table)]
    if not tables:
        return TRACK_CROPS.empty()
    return read_forgotten(layout).without(TRACK_CROPS.conform(pd.concat(tables)))
