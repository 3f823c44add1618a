"""A small video of walkers in plain clothes with its tracks, and a network that sees mean colours."""

from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from reid_assets.reid.tracks.tracks_csv import Tracks, read_tracks
from reid_assets.reid.video.frames import VideoSource

WIDTH, HEIGHT = 320, 240
HEADER = "frame,time_s,track_id,class_id,class_name,x1,y1,x2,y2,cx,cy,conf,speed_kmh,speed_kmh_ema\n"


@dataclass(frozen=True)
class Walker:
    """Somebody in one colour (BGR) who walks from left to right while `frames` last."""

    track_id: int
    colour: tuple[int, int, int]
    frames: range
    top: int = 60
    class_id: int = 0
    size: tuple[int, int] = (30, 90)

    def box(self, frame: int) -> tuple[int, int, int, int]:
        left = 10 + (3 * (frame - self.frames.start)) % (WIDTH - self.size[0] - 20)
        return left, self.top, left + self.size[0], self.top + self.size[1]


RED = Walker(1, (40, 40, 220), range(60))
GREEN = Walker(2, (40, 220, 40), range(10, 100), top=10)
BLUE = Walker(7, (220, 40, 40), range(90, 120), top=140)


def natural_texture(height: int, width: int) -> np.ndarray:
    """uint8 BGR (height, width, 3) with the edges of real pictures: patches that cover each other."""
    random = np.random.default_rng(0)
    picture = np.full((height, width, 3), 128, np.uint8)
    for _ in range(60):
        y, x = random.integers(0, height), random.integers(0, width)
        side = int(width / random.integers(2, 9))
        picture[max(0, y - side) : y + side, max(0, x - side) : x + side] = random.integers(0, 255, 3)
    return picture


def write_walkers(path: Path, walkers: list[Walker], frames: int = 120, scale: int = 1) -> Path:
    """The walkers before a gray background, as OpenCV writes it."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 25, (WIDTH * scale, HEIGHT * scale))
    for frame in range(frames):
        picture = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
        for walker in walkers:
            if frame in walker.frames:
                x1, y1, x2, y2 = walker.box(frame)
                picture[y1:y2, x1:x2] = walker.colour
        writer.write(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST))
    writer.release()
    return path


def rows_of(walkers: list[Walker], conf: float = 0.9) -> list[str]:
    """Lines of tracks.csv."""
    return [
        f"{frame},{frame / 25},{walker.track_id},{walker.class_id},thing{walker.class_id},"
        + ",".join(map(str, walker.box(frame)))
        + f",,,{conf},,\n"
        for frame in range(1000)
        for walker in walkers
        if frame in walker.frames
    ]


def tracks_from(folder: Path, lines: list[str], video: str = "cam") -> Tracks:
    """The tracks of some lines, through the file they would stand in."""
    path = folder / f"{video}-tracks.csv"
    path.write_text(HEADER + "".join(lines) if lines else "", encoding="utf-8")
    return read_tracks(path, video)


def analysis(path: Path) -> tuple[VideoSource, ...]:
    return (VideoSource(path, "analysis"),)


@dataclass
class MeanColours:
    """Mean colour of the upper, middle and lower third, less gray: a vector of 9, of length 1."""

    label: str = "mean-colours"
    input_hw: tuple[int, int] = (32, 16)
    dim: int = 9
    facts: dict[str, object] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)

    def prepare(self, crop: np.ndarray) -> np.ndarray:
        return cv2.resize(crop, self.input_hw[::-1], interpolation=cv2.INTER_AREA)

    def embed(self, images: np.ndarray) -> np.ndarray:
        self.batches.append(len(images))
        thirds = [images[:, a:b].mean(axis=(1, 2)) for a, b in ((0, 10), (10, 21), (21, 32))]
        vectors = np.concatenate(thirds, axis=1) - 120.0 + 1e-3
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
