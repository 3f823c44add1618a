"""Pooling: one vector per track from the vectors of its crops."""

import numpy as np


def pool(samples: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean direction of a track's sample vectors.

    Args:
        samples: float16 or float32 (n, D), unit rows, n >= 1.
        weights: float64 (n,), 0 or more; if all are 0, they count as equal.

    Returns:
        float32 (D,), unit length; the first sample if the mean vanishes.
    """
    if not weights.any():
        weights = np.ones(len(samples))
    mean = (weights[:, None] * samples.astype(np.float64)).sum(axis=0)
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 1e-6 else samples[0].astype(np.float32)
