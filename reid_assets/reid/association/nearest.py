"""Exact search for the nearest vectors, in blocks that fit the memory.

What the neighbours mean is `neighbourhoods.py`.
"""

import numpy as np

_BLOCK_CELLS = 16_000_000


def nearest_tracks(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The `count` most alike other rows of each row.

    Args:
        vectors: float32 (n, D), unit rows.
        count: 0 to n - 1.

    Returns:
        int64 (n, count), nearest first, ties by row number; float32 (n, count), their cosines.
    """
    n = len(vectors)
    index = np.empty((n, count), dtype=np.int64)
    cosine = np.empty((n, count), dtype=np.float32)
    step = max(1, _BLOCK_CELLS // max(n, 1))
    for start in range(0, n, step):
        rows = np.arange(start, min(start + step, n))
        block = vectors[rows] @ vectors.T
        block[np.arange(len(rows)), rows] = -np.inf
        best = np.argpartition(-block, count - 1, axis=1)[:, :count] if count < n - 1 else None
        best = np.broadcast_to(np.arange(n), block.shape) if best is None else np.sort(best, axis=1)
        values = np.take_along_axis(block, best, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")[:, :count]
        index[rows] = np.take_along_axis(best, order, axis=1)
        cosine[rows] = np.take_along_axis(values, order, axis=1)
    return index, cosine
