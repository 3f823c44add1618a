"""Cosines of millions of listed pairs, in compiled code that copies no vectors.

Apart from `nearest.py` because loading the compiler costs a second that small footage need not pay.
"""

import numpy as np
from numba import njit, prange


@njit(cache=True, fastmath=True, parallel=True)
def cosine_of_pairs(vectors, left, right):  # type: ignore[no-untyped-def]
    """Float32 (pairs,): products of rows `left` and `right` of unit rows `vectors`."""
    value = np.empty(len(left), np.float32)
    for pair in prange(len(left)):
        total = np.float32(0)
        here, there = vectors[left[pair]], vectors[right[pair]]
        for d in range(vectors.shape[1]):
            total += here[d] * there[d]
        value[pair] = total
    return value
