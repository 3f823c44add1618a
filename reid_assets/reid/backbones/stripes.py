"""The built-in descriptor: colours and textures in horizontal stripes; no weights, no network.

After LOMO: Liao, Hu, Zhu, Li, "Person re-identification by local maximal occurrence
representation and metric learning", CVPR 2015, section 3. The 26,960 numbers of the paper are
sketched down to `DIM` by a fixed signed hashing, which keeps cosines.
"""

import cv2
import numpy as np

from reid_assets.reid.backbones.network import check_images, unit_rows
from reid_assets.reid.backbones.squash import squash

DIM = 1024
BUILTIN_LABEL = f"builtin:lomo-stripes-1|squash 128x48|{DIM}"
_HW = (128, 48)
_CELL = 5


class StripesBackbone:
    """The built-in descriptor as a `Backbone`."""

    label = BUILTIN_LABEL
    input_hw = _HW
    dim = DIM

    def __init__(self) -> None:
        self.facts: dict[str, object] = {"runtime": "numpy", "dtype": "float32", "device": "cpu"}

    def prepare(self, crop: np.ndarray) -> np.ndarray:
        """uint8 BGR (h, w, 3) -> uint8 BGR (128, 48, 3), squashed."""
        return squash(crop, self.input_hw)

    def embed(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, 128, 48, 3) -> float32 (N, dim), unit rows."""
        check_images(images, self.input_hw)
        if len(images) == 0:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.concatenate([unit_rows(_describe(images[i : i + 32])) for i in range(0, len(images), 32)])


def _describe(images: np.ndarray) -> np.ndarray:
    colour_rows, texture_rows = [], []
    lit = np.stack([_retinex(image) for image in images])
    grey = np.stack([cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) for image in images]).astype(np.float32)
    for _ in range(3):
        colour_rows.append(_local_max(_hsv_codes(lit), 512))
        for radius in (3, 5):
            if min(grey.shape[1:]) > 2 * radius + 2 * _CELL:
                texture_rows.append(_local_max(_siltp(grey, radius), 81))
        lit = np.stack([cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for p in lit])
        grey = np.stack([cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for p in grey])
    colour = unit_rows(_centred(np.sqrt(np.concatenate(colour_rows, axis=1))))
    texture = unit_rows(_centred(np.sqrt(np.concatenate(texture_rows, axis=1))))
    return _sketch(np.concatenate([colour, 0.5 * texture], axis=1))


def _centred(rows: np.ndarray) -> np.ndarray:
    return rows - rows.mean(axis=1, keepdims=True)


def _retinex(image: np.ndarray) -> np.ndarray:
    """Multi-scale Retinex: Jobson et al., IEEE TIP 1997; uint8 -> uint8."""
    logs = np.log(image.astype(np.float32) + 1.0)
    out = np.zeros_like(logs)
    for sigma in (5, 20):
        out += logs - np.log(cv2.GaussianBlur(image.astype(np.float32), (0, 0), sigma) + 1.0)
    # The plain log beside it keeps what a uniform garment has: its own brightness.
    mixed = 0.25 * out + 0.5 * (logs - logs.mean()) + np.log(128.0)
    return np.clip(np.exp(mixed) - 1.0, 0, 255).astype(np.uint8)


def _hsv_codes(pictures: np.ndarray) -> np.ndarray:
    count, height, width, _ = pictures.shape
    hsv = cv2.cvtColor(pictures.reshape(count * height, width, 3), cv2.COLOR_BGR2HSV_FULL)
    bins = hsv.reshape(count, height, width, 3).astype(np.int64) >> 5
    return bins[..., 0] * 64 + bins[..., 1] * 8 + bins[..., 2]


def _siltp(grey: np.ndarray, radius: int) -> np.ndarray:
    """Scale invariant local ternary pattern, tau 0.3: Liao et al., CVPR 2010, section 3."""
    inner = grey[:, radius:-radius, radius:-radius]
    codes = np.zeros(inner.shape, dtype=np.int64)
    height, width = grey.shape[1:]
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        rows = slice(radius + dy * radius, height - radius + dy * radius)
        columns = slice(radius + dx * radius, width - radius + dx * radius)
        other = grey[:, rows, columns]
        codes = codes * 3 + (other > 1.3 * inner) + 2 * (other < 0.7 * inner)
    return codes


def _local_max(codes: np.ndarray, bins: int) -> np.ndarray:
    """Per stripe, the largest count of each bin over windows of 10 x 10, step 5 (LOMO, section 3.3)."""
    count, height, width = codes.shape
    rows, columns = height // _CELL, width // _CELL
    cells = codes[:, : rows * _CELL, : columns * _CELL]
    cells = cells.reshape(count, rows, _CELL, columns, _CELL).transpose(0, 1, 3, 2, 4).reshape(-1, _CELL**2)
    flat = cells + np.arange(len(cells))[:, None] * bins
    counts = np.bincount(flat.ravel(), minlength=len(cells) * bins).astype(np.float32)
    counts = counts.reshape(count, rows, columns, bins)
    stripes = counts[:, :-1] + counts[:, 1:]
    windows = stripes[:, :, :-1] + stripes[:, :, 1:]
    return windows.max(axis=2).reshape(count, -1)


def _sketch(rows: np.ndarray) -> np.ndarray:
    """Fixed signed hashing to `DIM`: Weinberger et al., "Feature hashing", ICML 2009, section 2."""
    random = np.random.default_rng(20150607)
    place = random.integers(0, DIM, rows.shape[1])
    sign = random.choice(np.array([-1.0, 1.0], dtype=np.float32), rows.shape[1])
    out = np.zeros((len(rows), DIM), dtype=np.float32)
    np.add.at(out.T, place, (rows * sign).T)
    return out
