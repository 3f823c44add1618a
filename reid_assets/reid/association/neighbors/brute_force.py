"""Search for the most alike tracks among all: products in blocks, the best of them kept.

Products are made in bfloat16 where the processor has units for it, which is enough to find
candidates, not to rank them: the caller scores them exactly. Keeping the best is `top_k_kernels.py`. Apart
from `search.py` since torch and numba load slowly.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.neighbors.top_k_kernels import gather, trim

_BLOCK = 2048
_SURPLUS = 2  # candidates that a row may gather for each one it keeps, before the worst are dropped
_ONE_IN = 16  # rows that are asked first, to know from where on a score is good
_SURE = 4.0  # standard deviations by which chance may favour those that are asked first
# What the upper half of a float32 (a bfloat16) stands for, by its bits.
_VALUE = (np.arange(1 << 16, dtype=np.uint32) << 16).view(np.float32)


def nearest_by_blocks(vectors: np.ndarray, scale: CameraPairNorm, count: int) -> np.ndarray:
    """Int32 (n, count): the best-scoring other rows of each row, in any order.

    Args:
        vectors: float32 (n, D), unit rows, n > count.
        scale: what their cosines mean.
        count: at least 1.
    """
    order = np.argsort(scale.camera, kind="stable")
    crowd = _Crowd.of(vectors[order], scale, order)
    everybody = np.arange(len(vectors))
    best = crowd.best(everybody, everybody, count, _first_levels(crowd, count))
    short = np.flatnonzero(best.filled < count)
    if len(short):  # chance favoured those that were asked first
        again = crowd.best(short, everybody, count, np.full(len(short), -np.inf, dtype=np.float32))
        best.found[short] = again.found
    found = np.empty((len(vectors), count), dtype=np.int32)
    found[order] = order[best.found[:, :count]]
    return found


@dataclass(frozen=True)
class _Lists:
    """For each row: rows found, their scores, how many, and the score that the next must exceed."""

    found: np.ndarray
    score: np.ndarray
    filled: np.ndarray
    level: np.ndarray


@dataclass(frozen=True)
class _Crowd:
    """All rows, sorted by camera, as a matrix that multiplies fast."""

    products: Any
    camera: np.ndarray
    centre: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, vectors: np.ndarray, scale: CameraPairNorm, order: np.ndarray) -> "_Crowd":
        import torch

        products = torch.from_numpy(vectors).to(torch.bfloat16 if has_bfloat16() else torch.float32)
        tables = np.atleast_2d(scale.centre), np.atleast_2d(scale.spread)
        return cls(products, scale.camera[order], *tables)

    def best(self, rows: np.ndarray, columns: np.ndarray, count: int, level: np.ndarray) -> _Lists:
        """The best `count` of some columns for some rows, among those above each row's `level`."""
        import torch

        mutual = len(rows) == len(columns) == len(self.camera)  # a product serves both its sides
        room = (len(rows), _SURPLUS * count)
        found, score = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.float32)
        lists = found, score, np.zeros(len(rows), dtype=np.int64), level
        camera = self.camera[columns]
        run_last = np.searchsorted(camera, camera, "right")
        right = self.products[torch.from_numpy(columns)]
        tables = self.centre, self.spread, _VALUE
        hits = np.empty((_BLOCK, _BLOCK), dtype=np.int16)
        for first in range(0, len(rows), _BLOCK):
            own = rows[first : first + _BLOCK]
            left = self.products[torch.from_numpy(own)]
            for start in range(first if mutual else 0, len(columns), _BLOCK):
                cosine = (left @ right[start : start + _BLOCK].T).to(torch.bfloat16)
                bits = cosine.view(torch.int16).numpy()
                both = mutual and start > first
                sides = (own, first, self.camera[own], columns, start, camera, run_last)
                gather(bits, *sides, *tables, *lists, count, both, hits)
        trim(*lists, count)
        return _Lists(*lists)


def _first_levels(crowd: _Crowd, count: int) -> np.ndarray:
    """Float32 (n,): a score that almost surely `count` others of each row exceed, from a part of them."""
    rows = np.arange(len(crowd.camera))
    columns = rows[::_ONE_IN]
    among = count * len(columns) / len(rows)
    rank = int(np.ceil(among + _SURE * np.sqrt(among)))
    level = np.full(len(rows), -np.inf, dtype=np.float32)
    if rank >= len(columns):
        return level
    seen = crowd.best(rows, columns, rank, level.copy())
    full = seen.filled >= rank
    # What equals the level is not above it.
    level[full] = np.nextafter(seen.score[full, :rank].min(axis=1), np.float32(-np.inf))
    return level


def has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16 rather than pretending to."""
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
