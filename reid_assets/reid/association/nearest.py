"""Search for the nearest vectors, in blocks that fit the memory.

Every vector is compared with every other: up to some hundred thousand this is faster on a processor
than building an index, and nothing is missed. What the neighbours mean is `neighbourhoods.py`.
"""

import numpy as np

_BLOCK_CELLS = 16_000_000
_COARSE_FROM = 6_000  # rows from which a coarse pass in bfloat16 pays, importing torch included
_COARSE_CELLS = 64_000_000
_SAMPLE = 4096
_SURPLUS = 1.6  # candidates the coarse pass is asked for, per neighbour wanted


def nearest_tracks(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The `count` most alike other rows of each row.

    Args:
        vectors: float32 (n, D), unit rows.
        count: 0 to n - 1.

    Returns:
        int64 (n, count), nearest first, ties by row number; float32 (n, count), their cosines.
    """
    if len(vectors) >= _COARSE_FROM:
        return _coarse_then_exact(vectors, count)
    return _exact(vectors, np.arange(len(vectors)), count)


def _exact(vectors: np.ndarray, asked: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    n = len(vectors)
    index = np.empty((len(asked), count), dtype=np.int64)
    cosine = np.empty((len(asked), count), dtype=np.float32)
    step = max(1, _BLOCK_CELLS // max(n, 1))
    for start in range(0, len(asked), step):
        here = slice(start, start + step)
        rows = asked[here]
        block = vectors[rows] @ vectors.T
        block[np.arange(len(rows)), rows] = -np.inf
        best = np.argpartition(-block, count - 1, axis=1)[:, :count] if count < n - 1 else None
        best = np.broadcast_to(np.arange(n), block.shape) if best is None else np.sort(best, axis=1)
        values = np.take_along_axis(block, best, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")[:, :count]
        index[here] = np.take_along_axis(best, order, axis=1)
        cosine[here] = np.take_along_axis(values, order, axis=1)
    return index, cosine


def _coarse_then_exact(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Candidates from products in bfloat16 above a level that a sample of columns gives; then float32."""
    import torch

    n = len(vectors)
    coarse = torch.from_numpy(vectors).to(torch.bfloat16)
    sample = torch.arange(0, n, max(1, n // _SAMPLE))
    place = max(1, round(_SURPLUS * count * len(sample) / n))
    index = np.full((n, count), -1, dtype=np.int64)
    cosine = np.empty((n, count), dtype=np.float32)
    for rows in torch.arange(n).split(max(1, _COARSE_CELLS // n)):
        block = coarse[rows] @ coarse.T
        level = block[:, sample].topk(place, dim=1).values[:, -1:]
        row, column = (block >= level).nonzero(as_tuple=True)
        _keep_nearest(vectors, rows.numpy()[row.numpy()], column.numpy(), index, cosine)
    missed = np.flatnonzero(index[:, -1] < 0)
    index[missed], cosine[missed] = _exact(vectors, missed, count)
    return index, cosine


def _keep_nearest(
    vectors: np.ndarray, row: np.ndarray, column: np.ndarray, index: np.ndarray, cosine: np.ndarray
) -> None:
    """Write the nearest of the candidate pairs, given row by row, into `index` and `cosine`."""
    row, column = row[row != column], column[row != column]
    from reid_assets.reid.association.pairs import cosine_of_pairs

    value = cosine_of_pairs(vectors, row, column)
    order = np.lexsort((column, -value, row))
    row, column, value = row[order], column[order], value[order]
    first = np.flatnonzero(np.diff(row, prepend=-1))
    rank = np.arange(len(row)) - np.repeat(first, np.diff(np.append(first, len(row))))
    kept = rank < index.shape[1]
    index[row[kept], rank[kept]] = column[kept]
    cosine[row[kept], rank[kept]] = value[kept]
