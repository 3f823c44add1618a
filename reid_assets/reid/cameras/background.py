"""The still background of a video: the median of a few frames, without what moves.

Built from frames that the embedding pass decodes anyway. How alike two backgrounds are is
`background_agreement.py`; which videos are of one camera, `cameras.py`.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from reid_assets.reid.core.tables import VIDEO, Column, Table

BACKGROUND = Table(
    "background",
    (
        VIDEO,
        Column("frames", "int", "Frames that it is the median of."),
        Column(
            "known", "float", "Share of its pixels that are still background, 0..1; 0 if the camera moves."
        ),
        Column("tiles", "int", "Parts of the view, of 32, with enough texture to be compared."),
    ),
)
WIDTH, HEIGHT = 128, 72
# Frames that are kept of a video: enough for a median that forgets whoever stood still for a while. Half of
# them are keyframes that nobody was asked for: in the others, by choice, somebody is always in the picture.
MAX_FRAMES, KEYFRAMES = 24, 12
# A pixel must be free of boxes in so many of the frames, or a quarter of them.
_SEEN = 3
# Pixels of the small image that a box is widened by: shadows, drawn boxes and the label above them.
_MARGIN, _LABEL = 2, 4
# Grey levels: about the noise of a compressed frame, below which contrast says nothing.
_NOISE = 4.0
# Median deviation of a pixel's local contrast from its median over time; 0.67 for unrelated images, below
# 0.25 for a still camera.
_UNSTEADY = 0.4
# Share of the textured pixels that must be steady: 0.91 and more under still cameras, people walking about;
# 0.55 to 0.8 where the camera pans or is carried.
_STILL_SHARE = 0.85
_TEXTURED = 8.0  # grey levels of local deviation


@dataclass(frozen=True)
class Background:
    """What a camera sees where nothing moves.

    Attributes:
        image: uint8 BGR (72, 128, 3), whatever the shape of the video.
        known: bool (72, 128), pixels that are still background. None at all: no frame was decoded, or the
            camera moves.
        frames: how many it is the median of.
    """

    image: np.ndarray
    known: np.ndarray
    frames: int = 0

    @classmethod
    def unknown(cls) -> "Background":
        """The background of a video of which nothing is known."""
        return cls(np.zeros((HEIGHT, WIDTH, 3), np.uint8), np.zeros((HEIGHT, WIDTH), bool))

    def png(self) -> bytes:
        """A picture that is transparent where the background is not known."""
        alpha = np.where(self.known, 255, 0).astype(np.uint8)
        return bytes(cv2.imencode(".png", np.dstack([self.image, alpha]))[1])

    @classmethod
    def from_png(cls, content: bytes) -> "Background":
        """The opposite of `png`.

        Raises:
            ValueError: it is no such picture.
        """
        read = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED) if content else None
        if read is None or read.shape != (HEIGHT, WIDTH, 4):
            raise ValueError(f"not a picture of {WIDTH} x {HEIGHT} pixels with transparency")
        return cls(np.ascontiguousarray(read[:, :, :3]), read[:, :, 3] > 0)


class BackgroundBuilder:
    """Collects frames of one video, small, and makes its background."""

    def __init__(self, numbers: np.ndarray) -> None:
        """`numbers` int64 (n,): frames that will be decoded, sorted; those used are spread over them."""
        self._wanted: set[int] = set()
        if len(numbers):
            evenly = np.linspace(numbers[0], numbers[-1], MAX_FRAMES)
            self._wanted = set(numbers[np.searchsorted(numbers, evenly)].tolist())
        self._frames: list[np.ndarray] = []
        self._visible: list[np.ndarray] = []

    def wants(self, number: int) -> bool:
        """Whether a frame is one of those to add."""
        return number in self._wanted

    def add(self, image: np.ndarray, boxes: np.ndarray) -> None:
        """Add a frame.

        Args:
            image: uint8 BGR (h, w, 3).
            boxes: float (b, 4), x1, y1, x2, y2 of everything detected in it, in its pixels.
        """
        height, width = image.shape[:2]
        self._frames.append(cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
        visible = np.ones((HEIGHT, WIDTH), bool)
        scale = np.array([WIDTH / width, HEIGHT / height] * 2)
        for x1, y1, x2, y2 in boxes[np.isfinite(boxes).all(axis=1)] * scale:
            left, top = max(0, int(x1) - _MARGIN), max(0, int(y1) - _MARGIN - _LABEL)
            visible[top : max(0, int(y2) + _MARGIN + 1), left : max(0, int(x2) + _MARGIN + 1)] = False
        self._visible.append(visible)

    def background(self) -> Background:
        """The median of each pixel over the frames in which no box covers it."""
        if not self._frames:
            return Background.unknown()
        visible, frames = np.stack(self._visible), np.stack(self._frames)
        known = visible.sum(axis=0) >= min(_SEEN, -(-len(frames) // 4))
        # Where something stands nearly always, all frames are shown, and nothing is known.
        shown = visible | ~known
        greys = np.stack([cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in frames])
        levelled = _levelled(frames, greys, shown)
        image = np.stack([_median(levelled[..., channel], shown) for channel in range(3)], axis=-1)
        contrast = np.stack([local_contrast(grey) for grey in greys])
        centre = _median(contrast, shown)
        unsteady = _median(np.abs(contrast - centre), shown) > _UNSTEADY
        # Single pixels are compression, not movement.
        unsteady = cv2.medianBlur(unsteady.astype(np.uint8), 3) > 0
        textured = np.median(np.stack([local_deviation(one) for one in greys]), axis=0) > _TEXTURED
        textured &= known
        still = not textured.any() or (textured & ~unsteady).sum() >= _STILL_SHARE * textured.sum()
        return Background(image.astype(np.uint8), known & ~unsteady & still, len(self._frames))


def local_contrast(grey: np.ndarray) -> np.ndarray:
    """Float32 (h, w): each pixel's deviation from its surroundings, in their standard deviations.

    Brightness and contrast cancel out, in part of an image as in all of it (divisive normalisation: Jarrett
    et al. 2009, What is the best multi-stage architecture for object recognition?, section 2).
    """
    grey = grey.astype(np.float32)
    deviation = grey - _blurred(grey)
    return deviation / (local_deviation(grey) + _NOISE)


def local_deviation(grey: np.ndarray) -> np.ndarray:
    """Float32 (h, w): standard deviation of the surroundings of each pixel, in grey levels."""
    grey = grey.astype(np.float32)
    return np.sqrt(_blurred((grey - _blurred(grey)) ** 2))


def _blurred(values: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(values, (0, 0), 4.0, borderType=cv2.BORDER_REFLECT)


def _levelled(frames: np.ndarray, greys: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Float32 (n, h, w, 3): the frames at one exposure, so that where boxes were leaves no edges."""
    centre = _median(greys, shown) + _NOISE
    gains = [np.median((centre / (grey + _NOISE))[seen]) for grey, seen in zip(greys, shown, strict=True)]
    return np.clip(frames * np.clip(gains, 0.5, 2.0).astype(np.float32)[:, None, None, None], 0, 255)


def _median(stack: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Float32 (h, w): lower median over axis 0 of `stack` (n, h, w) where `shown` (n, h, w); never empty."""
    ordered = np.sort(np.where(shown, stack, np.inf).astype(np.float32), axis=0)
    return np.take_along_axis(ordered, (shown.sum(axis=0, keepdims=True) - 1) // 2, axis=0)[0]
