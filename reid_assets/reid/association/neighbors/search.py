"""Search for the most alike tracks of each track, in blocks that fit the memory.

Every vector is compared with every other: on a processor this is faster than any index up to some
hundred thousand, and nothing is missed. Beyond that an index proposes candidates (`approximate.py`). What
the neighbours mean is `as_norm.py`.
"""

import numpy as np

from reid_assets.reid.association.camera_pair_norm import CameraPairNorm

_BLOCK_CELLS = 4_000_000
_COARSE_FROM = 6_000  # rows from which compiled code and bfloat16 pay, loading them included
_PCA_FROM = 20_000  # rows from which products of whole vectors take longer than all the rest


def nearest_tracks(
    vectors: np.ndarray, scale: CameraPairNorm, count: int, index: str = "auto"
) -> tuple[np.ndarray, np.ndarray]:
    """The `count` most alike other rows of each row, by standard score.

    Args:
        vectors: float32 (n, D), unit rows.
        scale: what their cosines mean.
        count: 0 to n - 1.
        index: `exact`, `sketch`, `ivf`, `ivfpq`, `hnsw`, or `auto`, which is the fastest at this size; below
            6,000 rows the search is always exact.

    Returns:
        int32 (n, count), nearest first, ties by row number; float32 (n, count), their scores.
    """
    if len(vectors) < _COARSE_FROM:
        return _exact(vectors, scale, count)
    found, score = rescored(vectors, scale, _candidates(vectors, scale, count, index))
    return found[:, :count], score[:, :count]


def _candidates(vectors: np.ndarray, scale: CameraPairNorm, count: int, index: str) -> np.ndarray:
    from reid_assets.reid.association.neighbors.approximate import nearest_by_faiss, nearest_by_sketch
    from reid_assets.reid.association.neighbors.brute_force import nearest_by_blocks

    if index == "auto":
        index = "exact" if len(vectors) < _PCA_FROM else "pca"
    if index == "exact":
        return nearest_by_blocks(vectors, scale, count)
    if index in ("pca", "sketch"):
        return nearest_by_sketch(vectors, scale.camera, count)
    return nearest_by_faiss(vectors, index, count)


def rescored(vectors: np.ndarray, scale: CameraPairNorm, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same neighbours, int (n, count), in the order of their exact scores, and the scores."""
    from reid_assets.reid.association.neighbors.cosine_kernels import cosine_of_neighbours

    cosine = cosine_of_neighbours(vectors, found)
    for rows in _parts(len(found), found.shape[1]):
        own = np.arange(len(found))[rows, None]
        cosine[rows] = scale.score(cosine[rows], own, found[rows])
    return _sorted(found, cosine)


def _exact(vectors: np.ndarray, scale: CameraPairNorm, count: int) -> tuple[np.ndarray, np.ndarray]:
    n = len(vectors)
    index = np.empty((n, count), dtype=np.int32)
    score = np.empty((n, count), dtype=np.float32)
    everybody = np.arange(n)
    for rows in _parts(n, n):
        own = everybody[rows]
        block = scale.score_rows(vectors[rows] @ vectors.T, own)
        block[np.arange(len(own)), own] = -np.inf
        near = np.argpartition(-block, count - 1, axis=1)[:, :count] if 0 < count < n - 1 else None
        near = np.tile(everybody, (len(own), 1)) if near is None else near
        near, value = _sorted(near, np.take_along_axis(block, near, axis=1))
        index[rows], score[rows] = near[:, :count], value[:, :count]
    return index, score


def _sorted(index: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best first, ties by row number."""
    for rows in _parts(len(index), index.shape[1]):
        order = np.lexsort((index[rows], -score[rows]))
        index[rows] = np.take_along_axis(index[rows], order, axis=1)
        score[rows] = np.take_along_axis(score[rows], order, axis=1)
    return index, score


def _parts(rows: int, cells: int) -> list[slice]:
    step = max(1, _BLOCK_CELLS // max(cells, 1))
    return [slice(start, start + step) for start in range(0, rows, step)]
