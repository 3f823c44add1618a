"""Compiled kernels of the k-nearest-neighbour search: cosines of listed pairs, and top-k lists from blocks.

Blocks of products come as bfloat16, whose bits are ordered like the numbers where these are positive, so
that a threshold is compared with 32 products at a time. Which blocks there are is `search.py`, which
loads this module only where it is needed: the compiler takes a second.
"""

import numpy as np
from numba import njit, prange

_CHUNK = 32  # products that are compared with a threshold at once
_STRIPES = 16  # parts of the columns that several processors fill at once
_LOOSE = {"nnan", "nsz", "reassoc", "contract"}  # what the compiler needs to test a chunk at once


@njit(cache=True, fastmath=True, parallel=True)
def neighbour_cosines(vectors, index):  # type: ignore[no-untyped-def]
    """Cosine of each row with each of its listed neighbours, copying no vectors.

    Args:
        vectors: float32 (n, D), unit rows.
        index: int (n, k), row numbers.

    Returns:
        float32 (n, k): product of row i of `vectors` with row index[i, j].
    """
    value = np.empty(index.shape, np.float32)
    for row in prange(len(index)):
        left = vectors[row]
        for j in range(index.shape[1]):
            total = np.float32(0)
            right = vectors[index[row, j]]
            for d in range(vectors.shape[1]):
                total += left[d] * right[d]
            value[row, j] = total
    return value


@njit(cache=True, parallel=True, fastmath=_LOOSE)
def update_top_k(  # type: ignore[no-untyped-def]
    block, rows, first, row_camera, columns, start, camera, run_last, centre, spread, value_of,
    index, score, filled, level, count, both, hits,
):  # fmt: skip
    """Add the products of one block that are good enough to the top-k lists of its rows and columns.

    Args:
        block: int16 (height, width), bits of the bfloat16 products of rows with columns.
        rows: int64 (height,), number of the row of the data each row of the block is.
        first: int, list that belongs to the first row of the block; the others follow.
        row_camera: int64 (height,), camera of each row, ascending.
        columns: int64 (m,), number of the row of the data each column is, of all blocks.
        start: int, column that the first column of the block is.
        camera: int64 (m,), camera of each column, ascending.
        run_last: int64 (m,), first column behind each column's camera.
        centre, spread: float32 (C, C) by cameras, or (1, 2): within one camera, and between two.
        value_of: float32 (65536,), the number that a bfloat16's bits stand for.
        index: int32 (lists, room), rows of the data on each list; changed.
        score: float32 (lists, room), their standard scores; changed.
        filled: int64 (lists,), entries of each list; changed.
        level: float32 (lists,), score that a further entry must exceed; changed.
        count: int, entries of a list that are worth keeping, at most `room` - 1.
        both: bool, whether the columns have lists too, beginning at `start`.
        hits: int16 (height, width), scratch: columns for which each row is good enough.
    """
    height, width = block.shape
    kind, wanted, floor = _column_thresholds(row_camera, camera, start, width, centre, spread, level, both)
    hit_count = np.zeros(height, np.int64)
    for i in prange(height):
        row, j, mine = first + i, 0, 0
        row_wanted, lowest, products = wanted[kind[i]], floor[kind[i]], block[i]
        while j < width:
            end = min(run_last[start + j] - start, width)
            middle, factor = _centre_and_spread(centre, spread, row_camera[i], camera[start + j])
            least = _bits_below(level[row] * factor + middle)
            while j < end:
                chunk = j // _CHUNK
                stop = min((chunk + 1) * _CHUNK, end)
                if _largest(products, j, stop) > min(least, lowest[chunk]):
                    for k in range(j, stop):
                        if products[k] > row_wanted[k]:
                            hits[i, mine] = k
                            mine += 1
                        if products[k] > least and columns[start + k] != rows[i]:
                            value = (value_of[np.uint16(products[k])] - middle) / factor
                            if value > level[row]:
                                _push(index, score, filled, level, row, columns[start + k], value, count)
                    least = _bits_below(level[row] * factor + middle)
                j = stop
        hit_count[i] = mine
    for stripe in prange(_STRIPES if both else 0):
        for i in range(height):
            for h in range(hit_count[i]):
                k = hits[i, h]
                if k * _STRIPES // width == stripe:
                    column = start + k
                    middle, factor = _centre_and_spread(centre, spread, row_camera[i], camera[column])
                    value = (value_of[np.uint16(block[i, k])] - middle) / factor
                    if value > level[column]:
                        _push(index, score, filled, level, column, rows[i], value, count)


@njit(cache=True, parallel=True)
def trim(index, score, filled, level, count):  # type: ignore[no-untyped-def]
    """Leave the best `count` entries of each list in front; arguments as of `update_top_k`."""
    for row in prange(len(index)):
        if filled[row] > count:
            _drop_worst(index, score, filled, level, row, count)


@njit(cache=True)
def _centre_and_spread(centre, spread, a, b):  # type: ignore[no-untyped-def]
    """Centre and spread of the cosines between cameras `a` and `b`; tables as of `update_top_k`."""
    if len(centre) == 1:
        a, b = 0, min(abs(a - b), 1)
    return centre[a, b], spread[a, b]


@njit(cache=True)
def _column_thresholds(row_camera, camera, start, width, centre, spread, level, both):  # type: ignore[no-untyped-def]
    """What a product must exceed to be good enough for the list of its column.

    Args:
        row_camera, camera, start, centre, spread, level, both: as of `update_top_k`.
        width: int, columns of the block.

    Returns:
        int64 (height,): camera of each row, numbered from 0 within the block; int16 (cameras, width): bits
        that a product with a row of this camera must exceed; int16 (cameras, chunks): the least of each
        chunk. All are beyond reach where columns have no lists.
    """
    kind = np.zeros(len(row_camera), np.int64)
    for i in range(1, len(row_camera)):
        kind[i] = kind[i - 1] + (row_camera[i] != row_camera[i - 1])
    wanted = np.full((kind[-1] + 1, width), 32767, np.int16)
    for i in range(len(row_camera)):
        if both and (i == 0 or kind[i] != kind[i - 1]):
            for k in range(width):
                middle, factor = _centre_and_spread(centre, spread, row_camera[i], camera[start + k])
                wanted[kind[i], k] = _bits_below(level[start + k] * factor + middle)
    floor = np.full((kind[-1] + 1, width // _CHUNK + 1), 32767, np.int16)
    if both:
        for k in range(width):
            floor[:, k // _CHUNK] = np.minimum(floor[:, k // _CHUNK], wanted[:, k])
    return kind, wanted, floor


@njit(cache=True, inline="always")
def _largest(products, j, stop):  # type: ignore[no-untyped-def]
    """The largest of products `j` to `stop` of int16 (width,); a whole chunk at once."""
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
    """Bits (int16) of the bfloat16 at or below a positive number; below all bits for another."""
    return np.int16(np.float32(value).view(np.int32) >> 16) if value > 0 else np.int16(-32768)


@njit(cache=True)
def _push(index, score, filled, level, row, other, value, count):  # type: ignore[no-untyped-def]
    """Put row `other` with score `value` on list `row`; the others as of `update_top_k`."""
    index[row, filled[row]], score[row, filled[row]] = other, value
    filled[row] += 1
    if filled[row] == index.shape[1]:
        _drop_worst(index, score, filled, level, row, count)


@njit(cache=True)
def _drop_worst(index, score, filled, level, row, count):  # type: ignore[no-untyped-def]
    """Leave the best `count` entries of list `row`, and let the worst of them be its level.

    Of equal scores the earlier entries stay.
    """
    total = filled[row]
    least = np.partition(score[row, :total], total - count)[total - count]
    ties = count
    for entry in range(total):
        ties -= score[row, entry] > least
    kept = 0
    for entry in range(total):
        if score[row, entry] < least or (score[row, entry] == least and ties <= 0):
            continue
        ties -= score[row, entry] == least
        index[row, kept], score[row, kept] = index[row, entry], score[row, entry]
        kept += 1
    filled[row], level[row] = count, least
