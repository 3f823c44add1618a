"""IO manager of the galleries: a folder an identity, thumbnails in it, an index of all."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.io_managers.project_resource import ProjectIOManager
from reid_assets.reid.core.tables import GALLERIES
from reid_assets.state.project import Project
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


class GalleriesIOManager(ProjectIOManager):
    """`reid/galleries/global_<id>/<video>_tid<track>_f<frame>.jpg` and `galleries.csv`."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "galleries"

    def store(self, project: Project, video: str | None, value: Galleries) -> dict[str, Any]:
        """Write all galleries beside the old ones, then put them in their place."""
        at, size = project.layout, 0
        table = GALLERIES.conform(value.table)
        with replacing_folder(at.galleries) as folder:
            for row in table.itertuples():
                own = folder / at.gallery(row.global_id).name
                own.mkdir(exist_ok=True)
                size += (own / str(row.file)).write_bytes(
                    value.thumbnail(str(row.video), int(row.track_id), int(row.frame))
                )
            table.to_csv(folder / at.gallery_index.name, index=False, lineterminator="\n")
        return {"path": dg.MetadataValue.path(str(at.galleries)), "bytes": size}

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """Rows of `tables.GALLERIES`."""
        return read_gallery_index(self.project.open())


def read_gallery_index(project: Project) -> pd.DataFrame:
    """The index of the galleries; no rows where there are none yet."""
    path = project.layout.gallery_index
    if not path.is_file():
        return GALLERIES.empty()
    text = {"video": str, "file": str}
    return GALLERIES.conform(pd.read_csv(path, dtype=text, keep_default_na=False))


def gallery_files(root: Path) -> set[tuple[str, str]]:
    """(folder, file) of every thumbnail that lies under the galleries' folder."""
    found = set()
    for folder in os.scandir(root) if root.is_dir() else ():
        if folder.is_dir():
            found |= {(folder.name, file.name) for file in os.scandir(folder.path)}
    return found
