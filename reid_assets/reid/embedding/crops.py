"""Cropping a box from a frame, its sharpness, and the best crops of each track as JPEG.

A crop is the whole box, never enlarged or cut to another aspect ratio. The input size of a network is
the concern of the backbone's `prepare`.
"""

import heapq
from dataclasses import dataclass

import cv2
import numpy as np

_JPEG_QUALITY = 90
_LONG_SIDE = 320
# Sharpness is measured at one width, so that far and near views of a track are comparable.
_SHARPNESS_WIDTH = 64
_SECOND_DERIVATIVE = np.array([[1.0, -2.0, 1.0]], np.float32)
# Variance of the second derivative, relative to that of the image, at which sharpness is 0.5: fitted to
# how far blur moves embeddings (OSNet and the built-in descriptor on real people).
_HALF_SHARP = 0.002


@dataclass(frozen=True)
class Crop:
    """A stored crop of a track.

    Attributes:
        track_id: the track.
        frame: frame of tracks.csv it was taken from.
        quality: 0..1; box quality times sharpness.
        jpeg: JPEG bytes of the whole crop, longer side at most 320 px.
    """

    track_id: int
    frame: int
    quality: float
    jpeg: bytes


def crop_box(image: np.ndarray, box: np.ndarray, inset: int = 0) -> np.ndarray:
    """The part of an image inside a box.

    Args:
        image: uint8 BGR (h, w, 3).
        box: float64 (4,), x1, y1, x2, y2 in pixels of the image; may extend beyond the border.
        inset: pixels to trim from each side; at most a sixth of the box's width or height.

    Returns:
        uint8 BGR view of at least 1 x 1 pixel; empty if the box lies outside the image.
    """
    height, width = image.shape[:2]
    low, high = np.floor(box[:2]), np.ceil(box[2:])
    shrink = np.minimum(inset, (high - low) // 6)
    x1, y1 = np.clip(low + shrink, 0, (width, height)).astype(int)
    x2, y2 = np.clip(high - shrink, 0, (width, height)).astype(int)
    return image[y1:y2, x1:x2]


def sharpness(crop: np.ndarray) -> float:
    """Sharpness 0..1 of a crop, uint8 BGR (h, w, 3), independent of its size and contrast.

    Variance of the second derivative (Pech-Pacheco et al., Diatom autofocusing in brightfield
    microscopy, ICPR 2000, section 3) relative to the variance of the image; the smaller value of the
    two directions, because motion blurs only one.
    """
    gray = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    width = _SHARPNESS_WIDTH
    height = max(1, round(width * gray.shape[0] / gray.shape[1]))
    small = cv2.resize(gray, (width, min(height, 4 * width)), interpolation=cv2.INTER_AREA)
    kernels = (_SECOND_DERIVATIVE, _SECOND_DERIVATIVE.T)
    horizontal, vertical = (cv2.filter2D(small, cv2.CV_32F, kernel) for kernel in kernels)
    ratio = min(float(horizontal.var()), float(vertical.var())) / (float(small.var()) + 1.0)
    return ratio / (ratio + _HALF_SHARP)


class BestCrops:
    """The best crops of each track of one video, stored as JPEG."""

    def __init__(self, per_track: int) -> None:
        """`per_track`: number of crops to keep of each track, 1 or more."""
        self.per_track = per_track
        self._kept: dict[int, list[tuple[float, int, bytes]]] = {}

    def add(self, track_id: int, frame: int, quality: float, crop: np.ndarray) -> None:
        """Add a crop, uint8 BGR (h, w, 3); kept only if it is among the best of its track so far."""
        kept = self._kept.setdefault(track_id, [])
        if len(kept) < self.per_track:
            heapq.heappush(kept, (quality, -frame, _jpeg(crop)))
        elif (quality, -frame) > kept[0][:2]:
            heapq.heapreplace(kept, (quality, -frame, _jpeg(crop)))

    def crops(self) -> list[Crop]:
        """The kept crops, sorted by track and frame."""
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
    encoded, data = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not encoded:
        raise ValueError(f"OpenCV cannot write a JPEG of shape {crop.shape}")
    return data.tobytes()
