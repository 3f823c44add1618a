"""From one video's tracks and files to prepared crops, frame by frame, in one decoding pass.

Everything here is about one video and knows no network but its `prepare`. Running several
of these ahead of the network is `prefetch.py`; what becomes of the crops is `embedder.py`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.crops import Crop, CropShelf, cut, sharpness
from reid_assets.reid.errors import InputError
from reid_assets.reid.planning import Plan, plan
from reid_assets.reid.sampling import Candidates, judge, wanted_rows
from reid_assets.reid.settings import EmbedSettings
from reid_assets.reid.sources import OpenSource, open_source
from reid_assets.reid.tracks import Tracks
from reid_assets.reid.video import FrameReader, VideoSource

# All crops of one video together, so that a long one stays within a few hundred MB.
_CROPS_PER_VIDEO = 20_000


@dataclass(frozen=True)
class VideoJob:
    """One video to embed.

    Attributes:
        tracks: its detections.
        sources: files to cut crops from, best first.
    """

    tracks: Tracks
    sources: tuple[VideoSource, ...]


@dataclass(frozen=True)
class Planned:
    """What will come; all arrays have one entry a sample, sorted by track and frame.

    Attributes:
        track: int64 (s,), row of `Tracks.per_track`.
        frame: int64 (s,), frame of tracks.csv.
        frames: pictures the samples are cut from.
    """

    track: np.ndarray
    frame: np.ndarray
    frames: int


@dataclass(frozen=True)
class Sample:
    """One prepared crop.

    Attributes:
        place: its entry in `Planned`.
        image: uint8 BGR (H, W, 3), as the backbone wants it.
        quality: 0..1.
    """

    place: int
    image: np.ndarray
    quality: float


@dataclass(frozen=True)
class Finished:
    """The end of a video.

    Attributes:
        crops: its best crops, by track and frame.
        facts: where the crops came from and what was counted on the way.
        warnings: what a person should know.
        without_identity: tracks that can have no sample, by reason.
        seconds: time spent on reading.
    """

    crops: list[Crop]
    facts: dict[str, object]
    warnings: list[str]
    without_identity: dict[str, int]
    seconds: float


def read_video(
    job: VideoJob, prepare: Callable[[np.ndarray], np.ndarray], settings: EmbedSettings, threads: int = 1
) -> Iterator[Planned | Sample | Finished]:
    """Plan, decode once, cut and prepare: one `Planned`, then samples as they come, then `Finished`.

    Raises:
        InputError: tracks want sampling and no file can be read, none fits, or not one picture
            that holds a track can be decoded.
    """
    began = time.perf_counter()
    wanted, without = wanted_rows(job.tracks, settings)
    if not len(wanted):
        nothing = np.empty(0, np.int64)
        yield Planned(nothing, nothing, 0)
        facts: dict[str, object] = {"source": None, "source_file": None, "frames_decoded": 0}
        yield Finished([], facts, [], without, time.perf_counter() - began)
        return
    rows = job.tracks.rows.iloc[wanted]
    centres = rows[["x1", "y1"]].to_numpy() / 2 + rows[["x2", "y2"]].to_numpy() / 2
    opened = open_source(job.tracks.video, job.sources, int(rows["frame"].max()), centres)
    cutting = _Cutting(job, opened, wanted, settings, threads)
    yield Planned(cutting.track, cutting.frame, len(np.unique(cutting.plan.source_frame)))
    for place, crop, quality in cutting:
        yield Sample(place, prepare(crop), quality)
    yield cutting.finished(without, began)


class _Cutting:
    """The pass over one opened file."""

    def __init__(
        self, job: VideoJob, opened: OpenSource, wanted: np.ndarray, settings: EmbedSettings, threads: int
    ) -> None:
        self.opened, self.settings, self.warnings = opened, settings, list(opened.warnings)
        self.per_track: pd.DataFrame = job.tracks.per_track
        stride = opened.source.frame_stride
        frames = job.tracks.rows["frame"].to_numpy()[wanted]
        self.beyond = int((frames * stride >= opened.index.frames).sum())
        within = wanted[frames * stride < opened.index.frames]
        self.candidates: Candidates = judge(job.tracks, within, opened.picture_wh, settings)
        self.plan: Plan = plan(self.candidates, opened.index, stride, settings)
        order = np.argsort(self.plan.chosen, kind="stable")
        self.place = np.empty_like(order)
        self.place[order] = np.arange(len(order))
        self.track = self.candidates.track[self.plan.chosen[order]]
        self.frame = self.candidates.frame[self.plan.chosen[order]]
        self.reader = FrameReader(opened.index, self.plan.source_frame, threads)
        tracks = max(1, len(np.unique(self.track)))
        self.shelf = CropShelf(max(1, min(settings.crops_per_track, _CROPS_PER_VIDEO // tracks)))
        self.cut = 0

    def __iter__(self) -> Iterator[tuple[int, np.ndarray, float]]:
        track_ids = self.per_track["track_id"].to_numpy()
        inset = self.settings.inset if self.opened.source.kind == "analysis" else 0
        for number, picture in self.reader:
            first, end = np.searchsorted(self.plan.source_frame, [number, number + 1])
            for sample in range(int(first), int(end)):
                row = self.plan.chosen[sample]
                crop = cut(picture, self.candidates.box[row] * self.opened.scale, inset)
                quality = float(self.candidates.quality[row]) * sharpness(crop)
                track_id = int(track_ids[self.candidates.track[row]])
                self.shelf.offer(track_id, int(self.candidates.frame[row]), quality, crop)
                self.cut += 1
                yield int(self.place[sample]), crop, quality

    def finished(self, without: dict[str, int], began: float) -> Finished:
        source, index, reader = self.opened.source, self.opened.index, self.reader
        if len(self.plan.chosen) and not self.cut:
            raise InputError(f"{source.path}: no picture that holds a track can be decoded. Export it again.")
        if reader.broken:
            self.warnings.append(f"{source.path}: {reader.broken} packets are damaged; read without them.")
        facts: dict[str, object] = {
            "source": source.kind,
            "source_file": source.path.name,
            "frames_in_source": index.frames,
            "frames_decoded": reader.decoded,
            "frame_numbers_by": "counting" if index.counted else "presentation time",
            "rows_beyond_video": self.beyond,
            "crops_unreadable": len(self.plan.chosen) - self.cut,
        }
        return Finished(self.shelf.crops(), facts, self.warnings, without, time.perf_counter() - began)
