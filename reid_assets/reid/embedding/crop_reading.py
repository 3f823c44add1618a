"""Reading the crops of one video: sample selection, one decoding pass, cropping and preparation.

Everything here concerns a single video; of the network, only its `prepare` is used. `ordered_prefetch.py`
runs several of these readers ahead of the network, `embedder.py` embeds their crops.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from reid_assets.reid.cameras.background import KEYFRAMES, Background, BackgroundBuilder
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.settings import EmbedSettings
from reid_assets.reid.embedding.crops import BestCrops, Crop, crop_box, sharpness
from reid_assets.reid.embedding.frame_selection import select_frames
from reid_assets.reid.embedding.sampling import eligible_rows, score_candidates
from reid_assets.reid.tracks.tracks_csv import Tracks
from reid_assets.reid.video.frames import FrameReader, VideoSource, spread_keyframes
from reid_assets.reid.video.source_selection import open_source

# Limit on the stored crops of one video, so that a long one stays within a few hundred MB.
_MAX_CROPS_PER_VIDEO = 20_000


@dataclass(frozen=True)
class VideoJob:
    """One video to embed.

    Attributes:
        tracks: its detections.
        sources: video files that crops may be taken from, best first.
    """

    tracks: Tracks
    sources: tuple[VideoSource, ...]


@dataclass(frozen=True)
class SamplePlan:
    """The samples selected for a video; arrays have one entry per sample, sorted by track and frame.

    Attributes:
        track: int64 (s,), row of `Tracks.per_track`.
        frame: int64 (s,), frame of tracks.csv.
        first: bool (s,), samples that are embedded first; see `frame_selection.spread_samples`.
    """

    track: np.ndarray
    frame: np.ndarray
    first: np.ndarray

    @classmethod
    def empty(cls) -> "SamplePlan":
        """A plan without samples."""
        nothing = np.empty(0, np.int64)
        return cls(nothing, nothing, nothing.astype(bool))


@dataclass(frozen=True)
class Sample:
    """One prepared crop.

    Attributes:
        index: its entry in `SamplePlan`.
        image: uint8 BGR (H, W, 3), output of the backbone's `prepare`.
        quality: 0..1; box quality times sharpness.
    """

    index: int
    image: np.ndarray
    quality: float


@dataclass(frozen=True)
class EndOfVideo:
    """The last event of a video, with what was collected on the way.

    Attributes:
        crops: the best crops of each track, sorted by track and frame.
        facts: source file and counts, for metadata.
        warnings: messages for the user.
        without_identity: number of tracks without any sample, by reason; see `sampling.eligible_rows`.
        cpu_s: CPU seconds that the reading thread spent on the video.
        background: what the camera sees where nothing moves, from the same decoding.
    """

    crops: list[Crop]
    facts: dict[str, object]
    warnings: list[str]
    without_identity: dict[str, int]
    cpu_s: float
    background: Background = field(default_factory=Background.unknown)


def read_video(
    job: VideoJob, prepare: Callable[[np.ndarray, str], np.ndarray], settings: EmbedSettings
) -> Iterator[SamplePlan | Sample | EndOfVideo]:
    """Read the crops of a video: yields one `SamplePlan`, then the samples, then `EndOfVideo`.

    Args:
        job: the video.
        prepare: `Backbone.prepare` of the class's network: uint8 BGR (h, w, 3), class -> uint8 (H, W, 3).
        settings: which crops are sampled.

    Raises:
        InputError: there are tracks to sample, but no file can be read, none matches the tracks, or no
            frame that holds a track can be decoded.
    """
    began = time.thread_time()
    eligible, without = eligible_rows(job.tracks, settings)
    if not len(eligible):
        yield SamplePlan.empty()
        facts: dict[str, object] = {"source": None, "source_file": None, "frames_decoded": 0}
        yield EndOfVideo([], facts, [], without, time.thread_time() - began)
        return
    reader = _CropReader(job, eligible, settings)
    yield reader.planned
    classes = job.tracks.per_track["class_name"].to_numpy()[reader.planned.track]
    for index, crop, quality in reader:
        yield Sample(index, prepare(crop, str(classes[index])), quality)
    crops, background = reader.best.crops(), reader.still.background()
    facts, warnings = reader.facts(), reader.warnings()
    yield EndOfVideo(crops, facts, warnings, without, time.thread_time() - began, background)


class _CropReader:
    """The decoding pass over one video. Iterating yields index in the plan, crop and quality."""

    def __init__(self, job: VideoJob, eligible: np.ndarray, settings: EmbedSettings) -> None:
        rows = job.tracks.rows.iloc[eligible]
        frame = rows["frame"].to_numpy()
        centres = (rows[["x1", "y1"]].to_numpy() + rows[["x2", "y2"]].to_numpy()) / 2
        self.opened = open_source(job.tracks.video, job.sources, int(frame.max()), centres)
        source, index = self.opened.source, self.opened.index
        within = frame * source.frame_stride < index.frames
        if not within.any():
            raise InputError(
                f"{source.path}: ends at frame {index.frames - 1}, before the first frame that tracks.csv "
                f"needs ({int(frame.min()) * source.frame_stride}). Copy or export it again."
            )
        self.rows_beyond = int((~within).sum())
        self.candidates = score_candidates(job.tracks, eligible[within], self.opened.image_wh, settings)
        self.selection = select_frames(self.candidates, index, source.frame_stride, settings)
        keyframes = spread_keyframes(index, KEYFRAMES)
        self.frames = FrameReader(index, np.union1d(self.selection.source_frame, keyframes))
        self.still = BackgroundBuilder(self.frames.numbers)
        self.boxes = job.tracks.rows[["frame", "x1", "y1", "x2", "y2"]]
        track = self.candidates.track[self.selection.chosen]
        self.track_id = job.tracks.per_track["track_id"].to_numpy()[track]
        self.frame = self.candidates.frame[self.selection.chosen]
        self.planned = SamplePlan(track, self.frame, self.selection.first)
        self.inset = settings.inset if source.kind == "analysis" else 0
        tracks = max(1, len(np.unique(track)))
        self.best = BestCrops(max(1, min(settings.crops_per_track, _MAX_CROPS_PER_VIDEO // tracks)))
        self.cropped = 0

    def __iter__(self) -> Iterator[tuple[int, np.ndarray, float]]:
        by_frame = np.argsort(self.selection.source_frame, kind="stable")
        frames = self.selection.source_frame[by_frame]
        for number, image in self.frames:
            if self.still.wants(number):
                self.still.add(image, self._boxes_in(number))
            first, end = np.searchsorted(frames, [number, number + 1])
            for sample in by_frame[first:end].tolist():
                row = self.selection.chosen[sample]
                crop = crop_box(image, self.candidates.box[row] * self.opened.scale, self.inset)
                # A stream may change its frame size midway, which can leave the box outside.
                if not crop.size:
                    continue
                quality = float(self.candidates.quality[row]) * sharpness(crop)
                self.best.add(int(self.track_id[sample]), int(self.frame[sample]), quality, crop)
                self.cropped += 1
                yield sample, crop, quality
        if len(by_frame) and not self.cropped:
            path = self.opened.source.path
            raise InputError(f"{path}: no frame that holds a track can be decoded. Export it again.")

    def _boxes_in(self, number: int) -> np.ndarray:
        """float64 (b, 4): everything detected in a frame of the file, tracked or not, in its pixels."""
        frame = self.boxes["frame"].to_numpy() == number // self.opened.source.frame_stride
        return self.boxes.loc[frame, ["x1", "y1", "x2", "y2"]].to_numpy(float) * self.opened.scale

    def facts(self) -> dict[str, object]:
        source, index = self.opened.source, self.opened.index
        return {
            "source": source.kind,
            "source_file": source.path.name,
            "boxes_may_be_drawn_in": source.kind == "analysis",
            "inset_px": self.inset,
            "frames_in_source": index.frames,
            "frame_numbers_by": "counting" if index.counted else "presentation time",
            "frames_decoded": self.frames.decoded,
            "frames_used": len(self.frames.numbers),
            "crops_unreadable": len(self.selection.chosen) - self.cropped,
            "rows_beyond_video": self.rows_beyond,
        }

    def warnings(self) -> list[str]:
        broken, path = self.frames.broken, self.opened.source.path
        damaged = f"{path}: {broken} damaged packets were skipped. Copy the file again if you can."
        return [*self.opened.warnings, *([damaged] if broken else [])]
