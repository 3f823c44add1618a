"""Lists of the best for many rows at once, filled from blocks of products by compiled code.

A block holds the bits of bfloat16, whose order is that of the numbers where these are positive, so that
a level is compared with 32 products at a time. Which blocks there are is `brute_force.py`.
"""

import numpy as np
from numba import njit, prange

_CHUNK = 32
_STRIPES = 16  # parts of the columns that several processors fill at once
_LOOSE = {"nnan", "nsz", "reassoc", "contract"}  # what the compiler needs to test a chunk at once


@njit(cache=True, parallel=True, fastmath=_LOOSE)
def gather(  # type: ignore[no-untyped-def]
    block, rows, first, row_camera, columns, start, camera, run_last, centre, spread, value_of,
    found, score, filled, level, count, both, hits,
):  # fmt: skip
    """Keep what is good enough in the products of rows with columns from `start` on.

    `block` holds the bits of bfloat16, whose order is that of the numbers where these are positive.
    `camera` ascends over all columns; `run_last` is where each one's camera ends. `centre` and `spread`
    are (C, C), or (1, 2) for one camera and for two. Lists begin at `first` for the rows of the block;
    with `both`, those of the columns begin at `start`, and what is good enough for them is kept too.
    """
    height, width = block.shape
    kind, wanted, floor = _wanted_by_columns(row_camera, camera, start, width, centre, spread, level, both)
    hit_count = np.zeros(height, np.int64)
    for i in prange(height):
        at, j, mine = first + i, 0, 0
        asked, lowest, products = wanted[kind[i]], floor[kind[i]], block[i]
        while j < width:
            end = min(run_last[start + j] - start, width)
            middle, factor = _meaning(centre, spread, row_camera[i], camera[start + j])
            least = _bits_below(level[at] * factor + middle)
            while j < end:
                chunk = j // _CHUNK
                stop = min((chunk + 1) * _CHUNK, end)
                if _most(products, j, stop) > min(least, lowest[chunk]):
                    for k in range(j, stop):
                        if products[k] > asked[k]:
                            hits[i, mine] = k
                            mine += 1
                        if products[k] > least and columns[start + k] != rows[i]:
                            value = (value_of[np.uint16(products[k])] - middle) / factor
                            if value > level[at]:
                                _keep(found, score, filled, level, at, columns[start + k], value, count)
                    least = _bits_below(level[at] * factor + middle)
                j = stop
        hit_count[i] = mine
    for stripe in prange(_STRIPES if both else 0):
        for i in range(height):
            for h in range(hit_count[i]):
                k = hits[i, h]
                if k * _STRIPES // width == stripe:
                    at = start + k
                    middle, factor = _meaning(centre, spread, row_camera[i], camera[at])
                    value = (value_of[np.uint16(block[i, k])] - middle) / factor
                    if value > level[at]:
                        _keep(found, score, filled, level, at, rows[i], value, count)


@njit(cache=True)
def _meaning(centre, spread, a, b):  # type: ignore[no-untyped-def]
    """Centre and spread of the cosines between two cameras."""
    if len(centre) == 1:
        a, b = 0, min(abs(a - b), 1)
    return centre[a, b], spread[a, b]


@njit(cache=True)
def _wanted_by_columns(row_camera, camera, start, width, centre, spread, level, both):  # type: ignore[no-untyped-def]
    """Camera of each row, from 0, and by camera what a product must exceed for each column and chunk."""
    kind = np.zeros(len(row_camera), np.int64)
    for i in range(1, len(row_camera)):
        kind[i] = kind[i - 1] + (row_camera[i] != row_camera[i - 1])
    wanted = np.full((kind[-1] + 1, width), 32767, np.int16)
    for i in range(len(row_camera)):
        if both and (i == 0 or kind[i] != kind[i - 1]):
            for k in range(width):
                middle, factor = _meaning(centre, spread, row_camera[i], camera[start + k])
                wanted[kind[i], k] = _bits_below(level[start + k] * factor + middle)
    floor = np.full((kind[-1] + 1, width // _CHUNK + 1), 32767, np.int16)
    if both:
        for k in range(width):
            floor[:, k // _CHUNK] = np.minimum(floor[:, k // _CHUNK], wanted[:, k])
    return kind, wanted, floor


@njit(cache=True, inline="always")
def _most(products, j, stop):  # type: ignore[no-untyped-def]
    """The largest of some products of a row; a whole chunk at once."""
    most = np.int16(-32768)
    if stop - j == _CHUNK:
        for step in range(_CHUNK):
            most = max(most, products[j + step])
    else:
        for k in range(j, stop):
            most = max(most, products[k])
    return most


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
def trim(found, score, filled, level, count):  # type: ignore[no-untyped-def]
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
