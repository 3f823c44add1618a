"""Cutting a box out of a picture, judging how sharp it is, and keeping the best crops as JPEG.

Whole bodies: a crop is the box as it is, never resized above its own size or cut to a shape. What
a network wants of it is the backbone's `prepare`.
"""

import heapq
from dataclasses import dataclass

import cv2
import numpy as np

_JPEG_QUALITY = 90
_LONG_SIDE = 320
# Sharpness is judged at one size, so that far and near views of a track compare.
_JUDGED_WIDTH = 64
_SECOND = np.array([[1.0, -2.0, 1.0]], np.float32)
# Variance of the second derivative, as a share of the picture's, at which a crop counts half: fitted
# to how far blur moves vectors (OSNet and built-in descriptor on real walkers).
_HALF_SHARP = 0.002


@dataclass(frozen=True)
class Crop:
    """One picture of a track.

    Attributes:
        track_id: the track.
        frame: frame of tracks.csv it was cut from.
        quality: how much it shows of its track, 0..1.
        jpeg: the picture, whole, its longer side at most 320 px.
    """

    track_id: int
    frame: int
    quality: float
    jpeg: bytes


def cut(picture: np.ndarray, box: np.ndarray, inset: int = 0) -> np.ndarray:
    """The part of a picture inside a box.

    Args:
        picture: uint8 BGR (h, w, 3).
        box: float64 (4,), x1, y1, x2, y2 in its pixels; may reach past the border.
        inset: pixels left out on each side, at most a sixth of it.

    Returns:
        uint8 BGR view of at least 1 x 1 pixel; empty where nothing of the box is inside.
    """
    height, width = picture.shape[:2]
    low, high = np.floor(box[:2]), np.ceil(box[2:])
    shrink = np.minimum(inset, (high - low) // 6)
    x1, y1 = np.clip(low + shrink, 0, (width, height)).astype(int)
    x2, y2 = np.clip(high - shrink, 0, (width, height)).astype(int)
    return picture[y1:y2, x1:x2]


def sharpness(crop: np.ndarray) -> float:
    """Sharpness 0..1 of a crop, uint8 BGR (h, w, 3), whatever its size and contrast.

    The variance of the second derivative (Pech-Pacheco et al., Diatom autofocusing in brightfield
    microscopy, ICPR 2000, section 3) relative to that of the picture itself; in the direction
    where there is less of it, since motion blurs one direction alone.
    """
    gray = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    height = max(1, round(_JUDGED_WIDTH * gray.shape[0] / gray.shape[1]))
    small = cv2.resize(gray, (_JUDGED_WIDTH, min(height, 4 * _JUDGED_WIDTH)), interpolation=cv2.INTER_AREA)
    across, along = (cv2.filter2D(small, cv2.CV_32F, kernel) for kernel in (_SECOND, _SECOND.T))
    share = min(float(across.var()), float(along.var())) / (float(small.var()) + 1.0)
    return share / (share + _HALF_SHARP)


class CropShelf:
    """The best crops of each track of one video, as JPEG, and nothing else of them."""

    def __init__(self, per_track: int) -> None:
        self.per_track = per_track
        self._kept: dict[int, list[tuple[float, int, bytes]]] = {}

    def offer(self, track_id: int, frame: int, quality: float, crop: np.ndarray) -> None:
        """Keep a crop, uint8 BGR (h, w, 3), if it is among the best of its track so far."""
        kept = self._kept.setdefault(track_id, [])
        if len(kept) < self.per_track:
            heapq.heappush(kept, (quality, -frame, _jpeg(crop)))
        elif (quality, -frame) > kept[0][:2]:
            heapq.heapreplace(kept, (quality, -frame, _jpeg(crop)))

    def crops(self) -> list[Crop]:
        """All that is kept, by track and frame."""
        return [
            Crop(track_id, -minus_frame, quality, jpeg)
            for track_id in sorted(self._kept)
            for quality, minus_frame, jpeg in sorted(self._kept[track_id], key=lambda one: -one[1])
        ]


def _jpeg(crop: np.ndarray) -> bytes:
    factor = _LONG_SIDE / max(crop.shape[:2])
    if factor < 1.0:
        size = [max(1, round(side * factor)) for side in crop.shape[1::-1]]
        crop = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        raise ValueError(f"OpenCV cannot write a JPEG of shape {crop.shape}")
    return data.tobytes()
