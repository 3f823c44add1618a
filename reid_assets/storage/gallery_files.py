"""The galleries: a folder an identity, thumbnails in it, an index of all."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.reid.core.tables import GALLERIES
from reid_assets.storage.artifact_files import Log, read_table
from reid_assets.storage.atomic import replacing_folder


@dataclass(frozen=True)
class Galleries:
    """Thumbnails to be written.

    Attributes:
        table: rows of `tables.GALLERIES`.
        thumbnail: draws the JPEG of (video, track_id, frame) when it is asked for, so that memory
            holds one picture at a time.
    """

    table: pd.DataFrame
    thumbnail: Callable[[str, int, int], bytes]


class GalleryFiles:
    """`reid/galleries/global_<id, six digits>/<video>_tid<track>_f<frame>.jpg` and `galleries.csv`."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: Galleries) -> int:
        """Write all galleries beside the earlier ones, then put them in their place."""
        size, table = 0, GALLERIES.conform(value.table)
        with replacing_folder(layout.galleries) as folder:
            for row in table.itertuples():
                own = folder / layout.gallery(row.global_id).name
                own.mkdir(exist_ok=True)
                size += (own / str(row.file)).write_bytes(
                    value.thumbnail(str(row.video), int(row.track_id), int(row.frame))
                )
            table.to_csv(folder / layout.gallery_index.name, index=False, lineterminator="\n")
        return size

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> pd.DataFrame:
        """Rows of `tables.GALLERIES`."""
        return read_gallery_index(layout)


def read_gallery_index(layout: Layout) -> pd.DataFrame:
    """The index of the galleries; no rows where there are none yet."""
    path = layout.gallery_index
    return read_table(GALLERIES, path) if path.is_file() else GALLERIES.empty()


def gallery_files(root: Path) -> set[tuple[str, str]]:
    """(folder, file) of every thumbnail under the galleries' folder."""
    found = set()
    for folder in os.scandir(root) if root.is_dir() else ():
        if folder.is_dir():
            found |= {(folder.name, file.name) for file in os.scandir(folder.path)}
    return found
