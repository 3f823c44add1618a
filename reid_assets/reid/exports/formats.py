"""The export formats by name: what each writes, and which rows it can hold."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.exports.boxes import FrameFacts, VideoBoxes, drawable
from reid_assets.reid.exports.coco_video import FILE as COCO_FILE
from reid_assets.reid.exports.coco_video import coco_video
from reid_assets.reid.exports.cvat import cvat_files
from reid_assets.reid.exports.fiftyone import MANIFEST, fiftyone_files, manifest
from reid_assets.reid.exports.mot import SEQUENCES, mot_files, sequence_map
from reid_assets.reid.exports.tables import csv_files, parquet_files

Rows = Literal["all", "identified"]
File = tuple[str, Iterable[bytes]]
PerVideo = Callable[[VideoBoxes], tuple[VideoBoxes, list[tuple[str, bytes]]]]


@dataclass(frozen=True)
class ExportFormat:
    """One format.

    Attributes:
        per_video: the boxes it holds, and the files of a video; None where all videos share one file.
        rows: which rows are exported unless one says otherwise.
    """

    per_video: PerVideo | None
    rows: Rows


FORMATS = {
    "mot": ExportFormat(mot_files, "identified"),
    "csv": ExportFormat(csv_files, "all"),
    "parquet": ExportFormat(parquet_files, "all"),
    "coco-video": ExportFormat(None, "identified"),
    "fiftyone": ExportFormat(fiftyone_files, "identified"),
    "cvat": ExportFormat(cvat_files, "identified"),
}


@dataclass
class ExportLog:
    """What became of each video.

    Attributes:
        rows: video -> number of rows written.
        identities: global ids of these rows.
        left_out: reason -> number of rows.
        failed: video -> why it could not be exported.
        facts: video -> what was known of its frames.
    """

    rows: dict[str, int] = field(default_factory=dict)
    identities: set[int] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)
    facts: dict[str, FrameFacts] = field(default_factory=dict)

    def written(self, boxes: VideoBoxes) -> None:
        """Note the boxes of a video as they are written."""
        self.rows[boxes.video] = len(boxes.rows)
        self.identities |= {int(one) for one in boxes.rows["global_id"].dropna().unique()}
        self.left_out.update(boxes.left_out)
        self.facts[boxes.video] = boxes.facts


def export_files(name: str, videos: Iterable[VideoBoxes], log: ExportLog) -> Iterator[File]:
    """Path and content of each file of an export; one video is in memory at a time.

    The content of a file is to be used up before the next is asked for. A video that cannot be written
    in this format is noted in the log, and the others go on.

    Args:
        name: of `FORMATS`.
        videos: sorted by name.
        log: is filled on the way.
    """
    form = FORMATS[name]
    if form.per_video is None:
        yield COCO_FILE, coco_video(_drawable(videos, log))
        return
    for boxes in videos:
        try:
            kept, files = form.per_video(boxes)
        except InputError as error:
            log.failed[boxes.video] = str(error)
            continue
        yield from ((path, [content]) for path, content in files)
        log.written(kept)
        # The next video is read now, and this one need not be there with it.
        del boxes, kept, files
    if name == "mot":
        yield SEQUENCES, [sequence_map(list(log.rows))]
    if name == "fiftyone":
        yield MANIFEST, [manifest([(video, log.facts[video].media or "") for video in log.rows])]


def _drawable(videos: Iterable[VideoBoxes], log: ExportLog) -> Iterator[VideoBoxes]:
    for boxes in videos:
        kept = drawable(boxes)
        log.written(kept)
        yield kept
        del boxes, kept
