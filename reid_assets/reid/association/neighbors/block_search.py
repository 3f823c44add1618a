"""Candidates of a k-nearest-neighbour search over many vectors: bfloat16 products in blocks, the best kept.

Comparing all pairs is faster on a processor than any index up to some hundred thousand vectors. The
products are only exact enough to find candidates; `search.py` scores them. torch and numba load slowly and
are imported where they are needed.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from reid_assets.reid.association.camera_pair_norm import CameraPairNorm

_BLOCK = 2048  # rows and columns of a bfloat16 block
_SURPLUS = 2  # candidates that a list may gather for each one it keeps, before the worst are dropped
_ASKED_FIRST = 16  # one in so many rows is compared first, to know from where on a score is good
_LEVEL_DEVIATIONS = 4.0  # standard deviations by which chance may favour those that are asked first
# The number that the upper half of a float32 (a bfloat16) stands for, by its bits.
_VALUE_OF_BITS = (np.arange(1 << 16, dtype=np.uint32) << 16).view(np.float32)


def nearest_by_blocks(vectors: np.ndarray, camera_norm: CameraPairNorm, count: int) -> np.ndarray:
    """Int32 (n, count): the best-scoring other rows of each row, in any order, by bfloat16 products.

    Products are made in bfloat16 where the processor has units for it, which is enough to find
    candidates, not to rank them.

    Args:
        vectors: float32 (n, D), unit rows, n > count.
        camera_norm: standardises their cosines.
        count: at least 1.
    """
    order = np.argsort(camera_norm.camera, kind="stable")
    by_camera = _SortedVectors.build(vectors[order], camera_norm, order)
    rows = np.arange(len(vectors))
    best = by_camera.top_k(rows, rows, count, _first_levels(by_camera, count))
    short = np.flatnonzero(best.filled < count)
    if len(short):  # chance favoured those that were asked first
        again = by_camera.top_k(short, rows, count, np.full(len(short), -np.inf, dtype=np.float32))
        best.index[short] = again.index
    index = np.empty((len(vectors), count), dtype=np.int32)
    index[order] = order[best.index[:, :count]]
    return index


@dataclass(frozen=True)
class _TopK:
    """A list for each row: its nearest so far, their scores, how many, and what the next must exceed."""

    index: np.ndarray
    score: np.ndarray
    filled: np.ndarray
    level: np.ndarray


@dataclass(frozen=True)
class _SortedVectors:
    """All vectors, sorted by camera, as a matrix that multiplies fast."""

    products: Any
    camera: np.ndarray
    centre: np.ndarray
    spread: np.ndarray

    @classmethod
    def build(cls, vectors: np.ndarray, camera_norm: CameraPairNorm, order: np.ndarray) -> Self:
        import torch

        products = torch.from_numpy(vectors).to(torch.bfloat16 if has_bfloat16() else torch.float32)
        tables = np.atleast_2d(camera_norm.centre), np.atleast_2d(camera_norm.spread)
        return cls(products, camera_norm.camera[order], *tables)

    def top_k(self, rows: np.ndarray, columns: np.ndarray, count: int, level: np.ndarray) -> _TopK:
        """The best `count` of some columns for some rows, among those above each row's `level`."""
        import torch

        from reid_assets.reid.association.neighbors.kernels import trim, update_top_k

        mutual = len(rows) == len(columns) == len(self.camera)  # a product serves both its sides
        room = (len(rows), _SURPLUS * count)
        index, score = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.float32)
        lists = index, score, np.zeros(len(rows), dtype=np.int64), level
        camera = self.camera[columns]
        run_last = np.searchsorted(camera, camera, "right")
        right = self.products[torch.from_numpy(columns)]
        tables = self.centre, self.spread, _VALUE_OF_BITS
        hits = np.empty((_BLOCK, _BLOCK), dtype=np.int16)
        for first in range(0, len(rows), _BLOCK):
            own = rows[first : first + _BLOCK]
            left = self.products[torch.from_numpy(own)]
            for start in range(first if mutual else 0, len(columns), _BLOCK):
                cosine = (left @ right[start : start + _BLOCK].T).to(torch.bfloat16)
                bits = cosine.view(torch.int16).numpy()
                both = mutual and start > first
                sides = (own, first, self.camera[own], columns, start, camera, run_last)
                update_top_k(bits, *sides, *tables, *lists, count, both, hits)
        trim(*lists, count)
        return _TopK(*lists)


def _first_levels(by_camera: _SortedVectors, count: int) -> np.ndarray:
    """Float32 (n,): a score that almost surely `count` others of each row exceed, from a part of them."""
    rows = np.arange(len(by_camera.camera))
    columns = rows[::_ASKED_FIRST]
    among = count * len(columns) / len(rows)
    rank = int(np.ceil(among + _LEVEL_DEVIATIONS * np.sqrt(among)))
    level = np.full(len(rows), -np.inf, dtype=np.float32)
    if rank >= len(columns):
        return level
    seen = by_camera.top_k(rows, columns, rank, level.copy())
    full = seen.filled >= rank
    # What equals the level is not above it.
    level[full] = np.nextafter(seen.score[full, :rank].min(axis=1), np.float32(-np.inf))
    return level


def has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16 rather than pretending to."""
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
