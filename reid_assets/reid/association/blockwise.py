"""Search for the most alike tracks among all: products in blocks, the best kept by compiled code.

Products are made in bfloat16 where the processor has units for it, which is enough to find
candidates, not to rank them: the caller scores them exactly. Apart from `nearest.py` since torch and
numba load slowly.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit, prange

from reid_assets.reid.association.comparability import PairScale

_BLOCK = 2048
_SURPLUS = 2  # candidates that a row may gather for each one it keeps, before the worst are dropped
_CHUNK = 32
_ONE_IN = 16  # rows that are asked first, to know from where on a score is good
_SURE = 4.0  # standard deviations by which chance may favour those that are asked first
_LOOSE = {"nnan", "nsz", "reassoc", "contract"}  # what the compiler needs to test a chunk at once
# What the upper half of a float32 (a bfloat16) stands for, by its bits.
_VALUE = (np.arange(1 << 16, dtype=np.uint32) << 16).view(np.float32)


def nearest_by_blocks(vectors: np.ndarray, scale: PairScale, count: int) -> np.ndarray:
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
    def of(cls, vectors: np.ndarray, scale: PairScale, order: np.ndarray) -> "_Crowd":
        import torch

        products = torch.from_numpy(vectors).to(torch.bfloat16 if has_bfloat16() else torch.float32)
        tables = np.atleast_2d(scale.centre), np.atleast_2d(scale.spread)
        return cls(products, scale.camera[order], *tables)

    def best(self, rows: np.ndarray, columns: np.ndarray, count: int, level: np.ndarray) -> _Lists:
        """The best `count` of some columns for some rows, among those above each row's `level`."""
        import torch

        room = (len(rows), _SURPLUS * count)
        found, score = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.float32)
        lists = found, score, np.zeros(len(rows), dtype=np.int64), level
        camera = self.camera[columns]
        run_last = np.searchsorted(camera, camera, "right")
        right = self.products[torch.from_numpy(columns)]
        for first in range(0, len(rows), _BLOCK):
            own = rows[first : first + _BLOCK]
            left = self.products[torch.from_numpy(own)]
            for start in range(0, len(columns), _BLOCK):
                cosine = (left @ right[start : start + _BLOCK].T).to(torch.bfloat16)
                sides = (own, first, self.camera[own], columns, start, camera, run_last)
                _gather(
                    cosine.view(torch.int16).numpy(), *sides, self.centre, self.spread, _VALUE, *lists, count
                )
        _trim(*lists, count)
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


@njit(cache=True, parallel=True, fastmath=_LOOSE)
def _gather(  # type: ignore[no-untyped-def]
    block, rows, first, row_camera, columns, start, camera, run_last, centre, spread, value_of,
    found, score, filled, level, count,
):  # fmt: skip
    """Keep what is good enough in the products of rows with columns from `start` on.

    `block` holds the bits of bfloat16, whose order is that of the numbers where these are positive.
    `camera` ascends over all columns; `run_last` is where each one's camera ends. `centre` and `spread`
    are (C, C), or (1, 2) for one camera and for two. Lists begin at `first` for the rows of the block.
    """
    width = block.shape[1]
    for i in prange(block.shape[0]):
        at, j = first + i, 0
        while j < width:
            end = min(run_last[start + j] - start, width)
            a, b = row_camera[i], camera[start + j]
            if len(centre) == 1:
                a, b = 0, min(abs(a - b), 1)
            middle, factor = centre[a, b], spread[a, b]
            least = _bits_below(level[at] * factor + middle)
            while j < end:
                stop = min(j + _CHUNK, end)
                most = np.int16(-32768)
                for k in range(j, stop):
                    most = max(most, block[i, k])
                if most > least:
                    for k in range(j, stop):
                        if block[i, k] > least and columns[start + k] != rows[i]:
                            value = (value_of[np.uint16(block[i, k])] - middle) / factor
                            if value > level[at]:
                                _keep(found, score, filled, level, at, columns[start + k], value, count)
                    least = _bits_below(level[at] * factor + middle)
                j = stop


@njit(cache=True)
def _bits_below(value):  # type: ignore[no-untyped-def]
    """Bits of the bfloat16 at or below a positive number; below all bits for another."""
    return np.int16(np.float32(value).view(np.int32) >> 16) if value > 0 else np.int16(-32768)


@njit(cache=True)
def _keep(found, score, filled, level, row, other, value, count):  # type: ignore[no-untyped-def]
    """Put `other` on the list of `row`."""
    found[row, filled[row]], score[row, filled[row]] = other, value
    filled[row] += 1
    if filled[row] == found.shape[1]:
        _drop_worst(found, score, filled, level, row, count)


@njit(cache=True, parallel=True)
def _trim(found, score, filled, level, count):  # type: ignore[no-untyped-def]
    """Leave the best `count` of each row in front."""
    for row in prange(len(found)):
        if filled[row] > count:
            _drop_worst(found, score, filled, level, row, count)


@njit(cache=True)
def _drop_worst(found, score, filled, level, row, count):  # type: ignore[no-untyped-def]
    total = filled[row]
    least = np.partition(score[row, :total], total - count)[total - count]
    ties = count
    for at in range(total):
        ties -= score[row, at] > least
    place = 0
    for at in range(total):
        if score[row, at] < least or (score[row, at] == least and ties <= 0):
            continue
        ties -= score[row, at] == least
        found[row, place], score[row, place] = found[row, at], score[row, at]
        place += 1
    filled[row], level[row] = count, least
