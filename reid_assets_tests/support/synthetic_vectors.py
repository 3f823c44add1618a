"""Unit vectors of known identities, without videos or crops, for tests of single steps of association."""

import numpy as np


def identity_vectors(
    people: int, each: int, noise: float = 0.5, dim: int = 24, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Unit rows, float32 (people * each, dim), those of one identity together; and the identity of each."""
    draw = np.random.default_rng(seed)
    vectors = np.repeat(draw.normal(size=(people, dim)), each, axis=0)
    vectors = vectors + noise * draw.normal(size=vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), np.repeat(np.arange(people), each)


def one_camera(vectors: np.ndarray) -> np.ndarray:
    """All rows under camera 0."""
    return np.zeros(len(vectors), dtype=np.int64)
