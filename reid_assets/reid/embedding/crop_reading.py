"""From one video's tracks and files to prepared crops, frame by frame, in one decoding pass.

Everything here is about one video and knows no network but its `prepare`. Running several
of these ahead of the network is `prefetch.py`; what becomes of the crops is `embedder.py`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.crops import Crop, CropShelf, cut, sharpness
from reid_assets.reid.embedding.frame_selection import plan
from reid_assets.reid.embedding.sampling import judge, wanted_rows
from reid_assets.reid.tracks.tracks_csv import Tracks
from reid_assets.reid.video.frames import FrameReader, VideoSource
from reid_assets.reid.video.source_selection import open_source

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
        first: bool (s,), see `planning.first_few`.
        frames: pictures the samples are cut from.
    """

    track: np.ndarray
    frame: np.ndarray
    first: np.ndarray
    frames: int

    @classmethod
    def nothing(cls) -> "Planned":
        """For a video that gives no sample."""
        none = np.empty(0, np.int64)
        return cls(none, none, none.astype(bool), 0)


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
        cpu_s: processor seconds this thread spent on the video.
    """

    crops: list[Crop]
    facts: dict[str, object]
    warnings: list[str]
    without_identity: dict[str, int]
    cpu_s: float


def read_video(
    job: VideoJob, prepare: Callable[[np.ndarray], np.ndarray], settings: EmbedSettings
) -> Iterator[Planned | Sample | Finished]:
    """Plan, decode once, cut and prepare: one `Planned`, then samples as they come, then `Finished`.

    Raises:
        InputError: tracks want sampling and no file can be read, none fits, or not one picture
            that holds a track can be decoded.
    """
    began = time.thread_time()
    wanted, without = wanted_rows(job.tracks, settings)
    if not len(wanted):
        yield Planned.nothing()
        facts: dict[str, object] = {"source": None, "source_file": None, "frames_decoded": 0}
        yield Finished([], facts, [], without, time.thread_time() - began)
        return
    cutting = _Cutting(job, wanted, settings)
    yield cutting.planned
    for place, crop, quality in cutting:
        yield Sample(place, prepare(crop), quality)
    yield Finished(
        cutting.shelf.crops(), cutting.facts(), cutting.warnings(), without, time.thread_time() - began
    )


class _Cutting:
    """The pass over the best file of one video. Iterating gives place in the plan, crop and quality."""

    def __init__(self, job: VideoJob, wanted: np.ndarray, settings: EmbedSettings) -> None:
        rows = job.tracks.rows.iloc[wanted]
        frame = rows["frame"].to_numpy()
        centres = (rows[["x1", "y1"]].to_numpy() + rows[["x2", "y2"]].to_numpy()) / 2
        self.opened = open_source(job.tracks.video, job.sources, int(frame.max()), centres)
        source, index = self.opened.source, self.opened.index
        within = frame * source.frame_stride < index.frames
        if not within.any():
            raise InputError(
                f"{source.path}: ends at frame {index.frames - 1}, before the first that tracks.csv "
                f"needs ({int(frame.min()) * source.frame_stride}). Copy or export it again."
            )
        self.rows_beyond = int((~within).sum())
        self.candidates = judge(job.tracks, wanted[within], self.opened.picture_wh, settings)
        self.plan = plan(self.candidates, index, source.frame_stride, settings)
        self.reader = FrameReader(index, self.plan.source_frame)
        track = self.candidates.track[self.plan.chosen]
        self.track_id = job.tracks.per_track["track_id"].to_numpy()[track]
        self.frame = self.candidates.frame[self.plan.chosen]
        self.planned = Planned(track, self.frame, self.plan.first, len(self.reader.wanted))
        self.inset = settings.inset if source.kind == "analysis" else 0
        tracks = max(1, len(np.unique(track)))
        self.shelf = CropShelf(max(1, min(settings.crops_per_track, _CROPS_PER_VIDEO // tracks)))
        self.cut = 0

    def __iter__(self) -> Iterator[tuple[int, np.ndarray, float]]:
        by_frame = np.argsort(self.plan.source_frame, kind="stable")
        frames = self.plan.source_frame[by_frame]
        for number, picture in self.reader:
            first, end = np.searchsorted(frames, [number, number + 1])
            for place in by_frame[first:end].tolist():
                row = self.plan.chosen[place]
                crop = cut(picture, self.candidates.box[row] * self.opened.scale, self.inset)
                # A stream may change its picture size on the way, and leave the box outside.
                if not crop.size:
                    continue
                quality = float(self.candidates.quality[row]) * sharpness(crop)
                self.shelf.offer(int(self.track_id[place]), int(self.frame[place]), quality, crop)
                self.cut += 1
                yield place, crop, quality
        if len(by_frame) and not self.cut:
            path = self.opened.source.path
            raise InputError(f"{path}: not one picture that holds a track can be decoded. Export it again.")

    def facts(self) -> dict[str, object]:
        source, index = self.opened.source, self.opened.index
        return {
            "source": source.kind,
            "source_file": source.path.name,
            "boxes_may_be_drawn_in": source.kind == "analysis",
            "inset_px": self.inset,
            "frames_in_source": index.frames,
            "frame_numbers_by": "counting" if index.counted else "presentation time",
            "frames_decoded": self.reader.decoded,
            "frames_used": len(self.reader.wanted),
            "crops_unreadable": len(self.plan.chosen) - self.cut,
            "rows_beyond_video": self.rows_beyond,
        }

    def warnings(self) -> list[str]:
        broken, path = self.reader.broken, self.opened.source.path
        damaged = f"{path}: {broken} damaged packets were read past. Copy the file again if you can."
        return [*self.opened.warnings, *([damaged] if broken else [])]
