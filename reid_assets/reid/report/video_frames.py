"""Whole video frames behind the pictures of the report: which are shown, their images, and the tracks' boxes.

A crop shows who was seen, the frame shows where. Frames are decoded when the report is made, since keeping
one of every crop in the embedding pass would need far more space than the crops. Their number is bounded, and
what the report before this one holds of an unchanged video is not decoded again.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import cv2
import numpy as np
import pandas as pd

from reid_assets.reid.core.tables import VIDEO, Column, Table
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.presentation.blurring import pixelate_boxes
from reid_assets.reid.tracks.tracks_csv import Tracks
from reid_assets.reid.video.frames import FrameReader
from reid_assets.reid.video.source_selection import OpenSource, open_source

REPORT_FRAMES = Table(
    "report_frames",
    (
        VIDEO,
        Column("track_id", "int", "Track number within the video."),
        Column("frame", "int", "Frame of tracks.csv."),
        Column("version", "text", "Of the video's files that the image comes from."),
        Column("file", "text", "File name under reid/report/frames/."),
        Column("x", "float", "Left edge of the track's box, as a share of the frame's width."),
        Column("y", "float", "Top edge, as a share of the frame's height."),
        Column("w", "float", "Width of the box, as a share of the frame's width."),
        Column("h", "float", "Height of the box, as a share of the frame's height."),
    ),
)
# Each video costs reading its packets once, however few frames are taken from it.
MAX_VIDEOS = 60
_MAX_WIDTH, _JPEG_QUALITY = 960, 70
_MAX_READERS = 4


@dataclass(frozen=True)
class VideoFrames:
    """The frames of a report.

    Attributes:
        table: rows of `REPORT_FRAMES`, one per picture that has a frame.
        images: JPEG of each file that was decoded now; the others are in the report before.
        limit: maximum number of frames.
        beyond_limit: video and frame of the pictures that the limits leave without one.
    """

    table: pd.DataFrame
    images: Mapping[str, bytes] = field(default_factory=dict)
    limit: int = 0
    beyond_limit: frozenset[tuple[str, int]] = frozenset()


def choose_frames(
    pictures: pd.DataFrame, limit: int, at_hand: Callable[[str], bool]
) -> tuple[pd.DataFrame, frozenset[tuple[str, int]]]:
    """Choose the pictures whose whole frame is shown.

    The first picture of every track comes before the second of any, and the least certain tracks first.

    Args:
        pictures: rows of `tables.GALLERIES`.
        limit: maximum number of frames; pictures of one frame count once.
        at_hand: whether a video's files are there; asked once per video.

    Returns:
        `video, track_id, frame` of the pictures, and (video, frame) of those that the limits leave out.
    """
    ordered = pictures.sort_values(["global_id", "rank"])
    turn = ordered.groupby(["video", "track_id"]).cumcount()
    ordered = ordered.assign(turn=turn).sort_values(["turn", "confidence", "global_id", "rank"])
    there: dict[str, bool] = {}
    videos: set[str] = set()
    frames: set[tuple[str, int]] = set()
    beyond: set[tuple[str, int]] = set()
    chosen = []
    for row in ordered[["video", "track_id", "frame"]].itertuples(index=False, name=None):
        video, _, frame = row
        if (video, frame) not in frames:
            if len(frames) >= limit or (video not in videos and len(videos) >= MAX_VIDEOS):
                beyond.add((video, frame))
                continue
            if video not in there:
                there[video] = at_hand(video)
            if not there[video]:
                continue
            videos.add(video)
            frames.add((video, frame))
        chosen.append(row)
    table = pd.DataFrame(chosen, columns=["video", "track_id", "frame"])
    return table.astype({"video": str, "track_id": "int64", "frame": "int64"}), frozenset(beyond)


@dataclass(frozen=True)
class Footage:
    """Access to the videos of a root.

    Attributes:
        at_hand: whether a video's tracks.csv and a video file are there.
        job: tracks and video files of a video.
        version: a text that changes with the video's files and with what is hidden; it names their images.
        hidden: which rows of `Tracks.rows` have boxes that are pixelated in every frame, bool (rows,).
    """

    at_hand: Callable[[str], bool]
    job: Callable[[str], VideoJob]
    version: Callable[[str], str]
    hidden: Callable[[Tracks], np.ndarray] = lambda tracks: np.zeros(len(tracks.rows), bool)


def collect_frames(
    pictures: pd.DataFrame, limit: int, footage: Footage, earlier: pd.DataFrame, log: Callable[[str], None]
) -> VideoFrames:
    """Choose the frames of a report, and decode those that are not known yet.

    Args:
        pictures: rows of `tables.GALLERIES`.
        limit: maximum number of frames.
        footage: the videos.
        earlier: rows of `REPORT_FRAMES` whose images the report before this one holds.
        log: is told which videos cannot be read.
    """
    chosen, beyond = choose_frames(pictures, limit, footage.at_hand)
    versions = {video: footage.version(video) for video in chosen["video"].unique()}
    key = ["video", "track_id", "frame", "version"]
    wanted = chosen.drop_duplicates().assign(version=chosen["video"].map(versions).astype(str))
    known = earlier.merge(wanted, on=key)
    missing = wanted[~pd.MultiIndex.from_frame(wanted[key]).isin(pd.MultiIndex.from_frame(known[key]))]

    def read(video: str) -> tuple[pd.DataFrame, dict[str, bytes]]:
        try:
            return _read_video(footage, video, missing[missing["video"] == video], versions[video])
        except Exception as error:
            log(f"{video}: the report shows no frames of it: {error}")
            return REPORT_FRAMES.empty(), {}

    with ThreadPoolExecutor(max(1, min(_MAX_READERS, os.cpu_count() or 1))) as pool:
        parts = list(pool.map(read, missing["video"].unique()))
    tables = [table for table in (known, *(table for table, _ in parts)) if len(table)]
    table = pd.concat(tables) if tables else REPORT_FRAMES.empty()
    images = {name: image for _, own in parts for name, image in own.items()}
    table = REPORT_FRAMES.conform(table[REPORT_FRAMES.header].sort_values(["video", "frame", "track_id"]))
    return VideoFrames(table, images, limit, beyond)


def _read_video(
    footage: Footage, video: str, wanted: pd.DataFrame, version: str
) -> tuple[pd.DataFrame, dict[str, bytes]]:
    """Rows of `REPORT_FRAMES` and the images of one video; rows without a box or an image are left out."""
    job = footage.job(video)
    rows = job.tracks.rows[job.tracks.rows["usable"]]
    boxes = wanted[["track_id", "frame"]].merge(rows, on=["track_id", "frame"])
    if boxes.empty:
        return REPORT_FRAMES.empty(), {}
    centres = (rows[["x1", "y1"]].to_numpy() + rows[["x2", "y2"]].to_numpy()) / 2
    opened = open_source(job.tracks.video, job.sources, int(rows["frame"].max()), centres)
    stride = opened.source.frame_stride
    numbers = boxes["frame"].to_numpy() * stride
    hidden = job.tracks.rows.loc[footage.hidden(job.tracks), ["frame", "x1", "y1", "x2", "y2"]]

    def shown(number: int, image: np.ndarray) -> np.ndarray:
        boxes = hidden.loc[hidden["frame"] == number // stride, ["x1", "y1", "x2", "y2"]].to_numpy(float)
        return pixelate_boxes(image, boxes * opened.scale) if len(boxes) else image

    images = {
        f"{version}_{number // stride}.jpg": _jpeg(shown(number, image))
        for number, image in FrameReader(opened.index, numbers)
    }
    files = [f"{version}_{frame}.jpg" for frame in boxes["frame"]]
    table = _shares(boxes, opened).assign(video=job.tracks.video, version=version, file=files)
    table = table[table["file"].isin(images)].drop_duplicates(["track_id", "frame"])
    return table[REPORT_FRAMES.header], images


def _shares(boxes: pd.DataFrame, opened: OpenSource) -> pd.DataFrame:
    """The boxes in shares of the frame, cut at its border."""
    size: Sequence[float] = opened.image_wh
    low = np.clip(boxes[["x1", "y1"]].to_numpy() / size, 0.0, 1.0)
    high = np.clip(boxes[["x2", "y2"]].to_numpy() / size, 0.0, 1.0)
    sides = np.hstack([low, high - low]).round(4)
    return boxes[["track_id", "frame"]].assign(**dict(zip("xywh", sides.T, strict=True)))


def _jpeg(image: np.ndarray) -> bytes:
    """uint8 BGR (h, w, 3) as JPEG, at most `_MAX_WIDTH` pixels wide."""
    factor = _MAX_WIDTH / image.shape[1]
    if factor < 1.0:
        size = (_MAX_WIDTH, max(1, round(image.shape[0] * factor)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
