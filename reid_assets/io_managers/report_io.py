"""IO manager of the report: one folder that opens from disk, with pictures of its own.

What the pages say is `reid_assets.reid.report`. The pictures are scaled down from the galleries, since a
report is given away without the rest of the root.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from reid_assets.io_managers.project_resource import ProjectIOManager
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.presentation.galleries import square_thumbnail
from reid_assets.reid.report.contents import REPORT, Contents
from reid_assets.reid.report.pages import PICTURE_SIDE, picture_name, report_files
from reid_assets.state.project import Project
from reid_assets.storage.atomic import replacing_folder


@dataclass(frozen=True)
class Report:
    """What is to be written as a report."""

    contents: Contents


class ReportIOManager(ProjectIOManager):
    """`reid/report/index.html` and all that it shows."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "report"

    def store(self, project: Project, video: str | None, value: Report) -> dict[str, Any]:
        """Write the whole folder beside the old one, then put it in its place."""
        at, size = project.layout, 0
        with replacing_folder(at.report) as folder:
            for name, content in report_files(value.contents):
                size += _write(folder / name, content)
            for row in value.contents.pictures.itertuples():
                source = at.gallery(row.global_id) / str(row.file)
                size += _write(folder / picture_name(row.global_id, row.rank), _scaled(source))
            table = REPORT.conform(value.contents.table)
            table.to_csv(folder / at.report_table.name, index=False, lineterminator="\n")
        return {
            "path": dg.MetadataValue.path(str(at.report_page)),
            "open": dg.MetadataValue.url(at.report_page.resolve().as_uri()),
            "bytes": size,
        }


def _write(path: Path, content: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.write_bytes(content)


def _scaled(source: Path) -> bytes:
    try:
        return square_thumbnail(source.read_bytes(), PICTURE_SIDE)
    except (FileNotFoundError, ValueError) as error:
        raise ReidError(
            f"{source}: the galleries name this picture, and it cannot be read ({error}). "
            "Make them again: `reid-assets run --only galleries --only report --force`."
        ) from error
