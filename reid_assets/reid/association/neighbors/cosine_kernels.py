"""Cosines of millions of listed pairs, in compiled code that copies no vectors.

Apart from `search.py` because loading the compiler costs a second that small footage need not pay.
"""

import numpy as np
from numba import njit, prange


@njit(cache=True, fastmath=True, parallel=True)
def cosine_of_neighbours(vectors, index):  # type: ignore[no-untyped-def]
    """Float32 (n, k): product of row i of unit rows `vectors` with row index[i, j]."""
    value = np.empty(index.shape, np.float32)
    for row in prange(len(index)):
        here = vectors[row]
        for place in range(index.shape[1]):
            total = np.float32(0)
            there = vectors[index[row, place]]
            for d in range(vectors.shape[1]):
                total += here[d] * there[d]
            value[row, place] = total
    return value
