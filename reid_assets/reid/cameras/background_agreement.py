"""How far two backgrounds agree: the share of their textured tiles that show the same thing.

Tiles, not pixels, so that what a few strong edges show is no more than their part of the view. The upper and
the lower edge, where recorders write clock, name and logo, are left out: in the dark they would be all there
is, and the same under every camera. What is agreement enough is `cameras.py`.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from reid_assets.reid.cameras.background import Background, local_contrast, local_deviation

_TILE_W, _TILE_H = 16, 12  # pixels; 8 x 4 tiles between the edges
_EDGE = 12  # pixels left out above and below
# Pixels that a camera may have been nudged by between two videos, each way.
_SHIFT = 3
# Grey levels of deviation from which a pixel has texture, and share of such pixels that a tile needs.
_TEXTURED, _TILE_SHARE = 3.0, 0.3
# Correlation from which two tiles show the same thing. At 0.6 corridors of one shape, that differ in their
# doors alone, agree as much as one view in another light does.
_SAME = 0.75
# Tiles that must be textured in each, so that what agrees is a view and not a detail of it.
_MIN_TILES = 8


@dataclass(frozen=True)
class Signature:
    """What is compared of a background.

    Attributes:
        contrast: float32 (48, 128), local contrast between the edges; 0 where unknown.
        known: bool (48, 128).
        textured: bool (4, 8), tiles that show enough to be compared.
    """

    contrast: np.ndarray
    known: np.ndarray
    textured: np.ndarray

    @classmethod
    def of(cls, background: Background) -> "Signature":
        """The signature of a background."""
        grey = cv2.cvtColor(background.image[_EDGE:-_EDGE], cv2.COLOR_BGR2GRAY)
        known = background.known[_EDGE:-_EDGE]
        rich = (local_deviation(grey) > _TEXTURED) & known
        return cls(
            np.where(known, local_contrast(grey), 0.0), known, _tiles(rich.astype(np.float32)) > _TILE_SHARE
        )

    @property
    def tiles(self) -> int:
        """How many tiles show enough to be compared, 0..32."""
        return int(self.textured.sum())

    @property
    def comparable(self) -> bool:
        """Whether it shows enough for any comparison."""
        return self.tiles >= _MIN_TILES


def agreement(one: Signature, other: Signature) -> float | None:
    """Share of the textured tiles that show the same thing, 0..1; None where too few are textured.

    It is a share of the textured tiles of whichever background has fewer: in the dark a part of a view is
    lost. The images are shifted against each other by the few pixels that fit best, all tiles alike.
    """
    if not (one.comparable and other.comparable):
        return None
    shares = [_share(one, _moved(other, dx, dy)) for dx, dy in _best_shifts(one.contrast, other.contrast)]
    known = [share for share in shares if share is not None]
    return max(known) if known else None


def _best_shifts(one: np.ndarray, other: np.ndarray) -> list[tuple[int, int]]:
    """No shift, and the one of greatest correlation."""
    inner = one[_SHIFT:-_SHIFT, _SHIFT:-_SHIFT]
    response = cv2.matchTemplate(other, inner, cv2.TM_CCORR)
    dy, dx = np.unravel_index(int(np.argmax(response)), response.shape)
    return list(dict.fromkeys([(0, 0), (int(dx) - _SHIFT, int(dy) - _SHIFT)]))


def _moved(signature: Signature, dx: int, dy: int) -> Signature:
    """The signature as if seen from a camera turned by (dx, dy) pixels; what comes in is unknown."""
    if not (dx or dy):
        return signature
    contrast, known = np.zeros_like(signature.contrast), np.zeros_like(signature.known)
    height, width = known.shape
    to = (slice(max(0, -dy), height - max(0, dy)), slice(max(0, -dx), width - max(0, dx)))
    of = (slice(max(0, dy), height + min(0, dy)), slice(max(0, dx), width + min(0, dx)))
    contrast[to], known[to] = signature.contrast[of], signature.known[of]
    return Signature(contrast, known, signature.textured)


def _share(one: Signature, other: Signature) -> float | None:
    both = (one.known & other.known).astype(np.float32)
    shared = _tiles(both) > _TILE_SHARE
    fewest = min(int((one.textured & shared).sum()), int((other.textured & shared).sum()))
    if fewest < _MIN_TILES:
        return None
    a, b = one.contrast * both, other.contrast * both
    product, left, right = (_tiles(values) for values in (a * b, a * a, b * b))
    same = product > _SAME * np.sqrt(left * right)
    return float((same & one.textured & other.textured & shared).sum()) / fewest


def _tiles(values: np.ndarray) -> np.ndarray:
    """Float (4, 8): mean of each tile of (48, 128)."""
    height, width = values.shape
    return values.reshape(height // _TILE_H, _TILE_H, width // _TILE_W, _TILE_W).mean(axis=(1, 3))
