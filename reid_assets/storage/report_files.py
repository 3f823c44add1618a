"""The report: one folder that opens from disk, with pictures of its own.

What the pages say is `reid_assets.reid.report`. The pictures are scaled down from the galleries, since a
report is given away without the rest of the root. Frames of videos that did not change are taken from the
report that is replaced.
"""

from pathlib import Path

import pandas as pd

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.presentation.galleries import square_thumbnail
from reid_assets.reid.report.contents import REPORT, Contents
from reid_assets.reid.report.pages import PICTURE_SIDE, frame_name, picture_name, report_files
from reid_assets.reid.report.video_frames import REPORT_FRAMES
from reid_assets.storage.artifact_files import Log, read_table
from reid_assets.storage.atomic import replacing_folder
from reid_assets.storage.clip_files import write_clip_index

_FRAMES_INDEX = "frames.csv"


class ReportFiles:
    """`reid/report/index.html` and all that it shows."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: Contents) -> int:
        """Write the whole folder beside the earlier one, then put it in its place."""
        size = 0
        with replacing_folder(layout.report) as folder:
            for name, content in report_files(value):
                size += _write(folder / name, content)
            for row in value.pictures.itertuples():
                source = layout.gallery(row.global_id) / str(row.file)
                size += _write(folder / picture_name(row.global_id, row.rank), _scaled(source))
            for file in value.frames.table["file"].unique():
                image = value.frames.images.get(file)
                kept = layout.report / frame_name(file)
                size += _write(folder / frame_name(file), kept.read_bytes() if image is None else image)
            index = REPORT_FRAMES.conform(value.frames.table).to_csv(index=False, lineterminator="\n")
            size += _write(folder / _FRAMES_INDEX, index.encode())
            table, name = REPORT.conform(value.table), layout.table_file("report").name
            table.to_csv(folder / name, index=False, lineterminator="\n")
        # The pages ask for it, whether there are clips or not.
        write_clip_index(layout)
        return size

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> Path:
        """The page to begin with."""
        return layout.report_page


def earlier_frames(layout: Layout) -> pd.DataFrame:
    """Rows of `REPORT_FRAMES` whose images are in the present report; none if it has none."""
    try:
        table = read_table(REPORT_FRAMES, layout.report / _FRAMES_INDEX)
    except (FileNotFoundError, ValueError):
        return REPORT_FRAMES.empty()
    there = {file: (layout.report / frame_name(file)).is_file() for file in table["file"].unique()}
    return table[table["file"].map(there).astype(bool)]


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
