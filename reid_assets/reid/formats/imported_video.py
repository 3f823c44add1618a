"""What an importer hands over: one video's tracks, and what its source says of the video.

Every format module has `recognise(path)` and `read(path, options)`; which there are is `registry.py`.
Writing folders out of it is the command's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from reid_assets.reid.tracks.mot_file import COLUMNS

__all__ = ["COLUMNS", "ImportOptions", "ImportedVideo"]


@dataclass(frozen=True)
class ImportOptions:
    """What the user says; None: as the source says, or as its tool does it.

    Attributes:
        name: of the video, where the source holds one.
        class_name: of files that state no class at all.
        classes: class id -> name; they replace the source's own names.
        classes_from: where `classes` come from, in words.
        fps: processed frames per second.
        size: width and height of the frames in pixels.
        first_frame: number of the first frame in the source: 0 or 1.
        media: the video file, or a folder of video files named as the videos.
    """

    name: str | None = None
    class_name: str = "person"
    classes: Mapping[int, str] | None = None
    classes_from: str = "--classes"
    fps: float | None = None
    size: tuple[int, int] | None = None
    first_frame: int | None = None
    media: Path | None = None


@dataclass(frozen=True)
class ImportedVideo:
    """One video as a source describes it.

    Attributes:
        name: of the video, as the source or the user names it; not yet checked as a folder's name.
        source: the file that the tracks come from.
        tracks: columns `COLUMNS`, one row a box, in the order of the source: `frame` from 0, `track_id` and
            `class_id` int64 (`track_id` below 0: untracked), `class_name` str, boxes float64 pixels (NaN
            where there is none), `conf` float64 (NaN where there is none).
        media: the video file; None where none was found.
        images: the frames as image files, in order; empty where there are none.
        frames: number of frames, where the source states it.
        fps: frames per second, where stated.
        size: width and height in pixels, where stated.
        start_time: of frame 0, as the source writes it.
        camera: name of the camera.
        origins: what (`frames`, `classes`, `fps`, `video`, ...) -> where it is from, in words.
        notes: what else the user should know, one sentence each.
    """

    name: str
    source: Path
    tracks: pd.DataFrame
    media: Path | None = None
    images: tuple[Path, ...] = ()
    frames: int | None = None
    fps: float | None = None
    size: tuple[int, int] | None = None
    start_time: str | None = None
    camera: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
