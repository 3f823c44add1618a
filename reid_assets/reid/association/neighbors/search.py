"""k-nearest-neighbour search: the most similar tracks of each track, by camera-normalised score.

Every vector is compared with every other: on a processor this is faster than any index up to some
hundred thousand, and nothing is missed. Few vectors are compared in float32; for many, bfloat16 products
in blocks only find the candidates, which are then scored exactly. Cheaper candidates for more of them
are `approximate.py`. torch and numba load slowly and are imported where they are needed.
"""

import numpy as np

from reid_assets.reid.association.camera_pair_norm import CameraPairNorm

_BLOCK_CELLS = 4_000_000  # cells of a float32 block of all pairs
_BLOCKS_FROM = 6_000  # rows from which compiled code and bfloat16 pay, loading them included
_PCA_FROM = 20_000  # rows from which products of whole vectors take longer than all the rest


def nearest_tracks(
    vectors: np.ndarray, camera_norm: CameraPairNorm, count: int, index: str = "auto"
) -> tuple[np.ndarray, np.ndarray]:
    """The `count` most similar other rows of each row, by standard score.

    Args:
        vectors: float32 (n, D), unit rows.
        camera_norm: standardises their cosines.
        count: 0 to n - 1.
        index: `exact`, `pca` (also `sketch`), `ivf`, `ivfpq`, `hnsw`, or `auto`, which is the fastest at
            this size; below 6,000 rows the search is always exact.

    Returns:
        int32 (n, count), nearest first, ties by row number; float32 (n, count), their scores.
    """
    if len(vectors) < _BLOCKS_FROM:
        return _nearest_dense(vectors, camera_norm, count)
    candidates = _candidates(vectors, camera_norm, count, index)
    neighbour, score = rescored(vectors, camera_norm, candidates)
    return neighbour[:, :count], score[:, :count]


def _candidates(vectors: np.ndarray, camera_norm: CameraPairNorm, count: int, index: str) -> np.ndarray:
    from reid_assets.reid.association.neighbors.approximate import nearest_by_faiss, nearest_by_pca
    from reid_assets.reid.association.neighbors.block_search import nearest_by_blocks

    if index == "auto":
        index = "exact" if len(vectors) < _PCA_FROM else "pca"
    if index == "exact":
        return nearest_by_blocks(vectors, camera_norm, count)
    if index in ("pca", "sketch"):
        return nearest_by_pca(vectors, camera_norm.camera, count)
    return nearest_by_faiss(vectors, index, count)


def rescored(
    vectors: np.ndarray, camera_norm: CameraPairNorm, index: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same neighbours, int (n, count), in the order of their exact scores, and the scores."""
    from reid_assets.reid.association.neighbors.kernels import neighbour_cosines

    score = neighbour_cosines(vectors, index)
    for rows in _parts(len(index), index.shape[1]):
        own = np.arange(len(index))[rows, None]
        score[rows] = camera_norm.score(score[rows], own, index[rows])
    return _sorted(index, score)


def _nearest_dense(
    vectors: np.ndarray, camera_norm: CameraPairNorm, count: int
) -> tuple[np.ndarray, np.ndarray]:
    n = len(vectors)
    index = np.empty((n, count), dtype=np.int32)
    score = np.empty((n, count), dtype=np.float32)
    for part in _parts(n, n):
        index[part], score[part] = nearest_of(vectors, camera_norm, np.arange(n)[part], count)
    return index, score


def nearest_of(
    vectors: np.ndarray, camera_norm: CameraPairNorm, rows: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The `count` most similar others of some rows (m,), and their scores: (m, count), nearest first.

    Compares them with all n at once: float32 (m, n) must fit the memory.
    """
    block = camera_norm.score_rows(vectors[rows] @ vectors.T, rows)
    block[np.arange(len(rows)), rows] = -np.inf
    if 0 < count < len(vectors) - 1:
        near = np.argpartition(-block, count - 1, axis=1)[:, :count]
    else:
        near = np.tile(np.arange(len(vectors)), (len(rows), 1))
    near, value = _sorted(near, np.take_along_axis(block, near, axis=1))
    return near[:, :count], value[:, :count]


def _sorted(index: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Best first, ties by row number; in place."""
    for rows in _parts(len(index), index.shape[1]):
        order = np.lexsort((index[rows], -score[rows]))
        index[rows] = np.take_along_axis(index[rows], order, axis=1)
        score[rows] = np.take_along_axis(score[rows], order, axis=1)
    return index, score


def _parts(rows: int, cells: int) -> list[slice]:
    step = max(1, _BLOCK_CELLS // max(cells, 1))
    return [slice(start, start + step) for start in range(0, rows, step)]
