"""Search for the most alike tracks among all: products in blocks, the best kept by compiled code.

Products are made in bfloat16 where the processor has units for it, which is enough to find
candidates, not to rank them: the caller scores them exactly. Apart from `nearest.py` since torch and
numba load slowly.
"""

import numpy as np
from numba import njit, prange

from reid_assets.reid.association.comparability import PairScale

_BLOCK = 2048
_SURPLUS = 2  # candidates that a row may gather for each one it keeps, before the worst are dropped
_CHUNK = 16
_LOOSE = {"nnan", "nsz", "reassoc", "contract"}  # what the compiler needs to test a chunk at once


def nearest_by_blocks(vectors: np.ndarray, scale: PairScale, count: int) -> np.ndarray:
    """Int32 (n, count): the best-scoring other rows of each row, in any order.

    Args:
        vectors: float32 (n, D), unit rows, n > count.
        scale: what their cosines mean.
        count: at least 1.
    """
    import torch

    order = np.argsort(scale.camera, kind="stable")
    camera = scale.camera[order]
    run_last = np.searchsorted(camera, camera, "right")
    table = np.atleast_2d(scale.centre), np.atleast_2d(1 / scale.spread)
    products = torch.from_numpy(vectors[order]).to(torch.bfloat16 if has_bfloat16() else torch.float32)
    kept = _empty_lists(len(vectors), count)
    for first in range(0, len(vectors), _BLOCK):
        for start in range(0, len(vectors), _BLOCK):
            block = (products[first : first + _BLOCK] @ products[start : start + _BLOCK].T).float().numpy()
            _gather(block, first, start, camera, run_last, *table, *kept, count)
    _trim(*kept, count)
    found = np.empty((len(vectors), count), dtype=np.int32)
    found[order] = order[kept[0][:, :count]]
    return found


def has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16 rather than pretending to."""
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _empty_lists(rows: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """For each row: rows found, their scores, how many, and the score that the next must exceed."""
    return (
        np.empty((rows, _SURPLUS * count), dtype=np.int32),
        np.empty((rows, _SURPLUS * count), dtype=np.float32),
        np.zeros(rows, dtype=np.int64),
        np.full(rows, -np.inf, dtype=np.float32),
    )


@njit(cache=True, parallel=True, fastmath=_LOOSE)
def _gather(  # type: ignore[no-untyped-def]
    block, first, start, camera, run_last, centre, inverse, found, score, filled, level, count
):
    """Keep what is good enough in the products of rows from `first` with rows from `start` on.

    `camera` ascends over all rows; `run_last` is where each row's camera ends. `centre` and `inverse`
    are (C, C), or (1, 2) for one camera and for two.
    """
    columns = block.shape[1]
    for i in prange(block.shape[0]):
        row, j = first + i, 0
        while j < columns:
            end = min(run_last[start + j] - start, columns)
            a, b = camera[row], camera[start + j]
            if len(centre) == 1:
                a, b = 0, min(abs(a - b), 1)
            middle, factor = centre[a, b], inverse[a, b]
            while j < end:
                stop = min(j + _CHUNK, end)
                most = np.float32(-np.inf)
                for k in range(j, stop):
                    most = max(most, (block[i, k] - middle) * factor)
                if most > level[row]:
                    for k in range(j, stop):
                        value = (block[i, k] - middle) * factor
                        if value > level[row] and start + k != row:
                            _keep(found, score, filled, level, row, start + k, value, count)
                j = stop


@njit(cache=True)
def _keep(found, score, filled, level, row, other, value, count):  # type: ignore[no-untyped-def]
    """Put `other` on the list of `row`."""
    found[row, filled[row]], score[row, filled[row]] = other, value
    filled[row] += 1
    if filled[row] == found.shape[1]:
        _drop_worst(found, score, filled, level, row, count)


@njit(cache=True)
def _trim(found, score, filled, level, count):  # type: ignore[no-untyped-def]
    """Leave the best `count` of each row in front."""
    for row in range(len(found)):
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
