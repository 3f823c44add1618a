"""From the vectors of a track's crops to the one vector of the track."""

import numpy as np


def pool(samples: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted mean direction.

    Args:
        samples: float32 (n, D), unit rows, n >= 1.
        weights: float64 (n,), 0 and more; all 0 counts as all equal.

    Returns:
        float32 (D,), of length 1; the first sample where the mean vanishes.
    """
    if not weights.any():
        weights = np.ones(len(samples))
    mean = (weights[:, None] * samples.astype(np.float64)).sum(axis=0)
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 1e-6 else samples[0].astype(np.float32)
