"""The arrays of an embeddings pair, checked: whoever made them, they are finite and point where they should.

Each function takes what a file holds and raises ValueError where it cannot be used; how files are read is
`array_files.py`, what a pair is, `embeddings_pair.py`.
"""

from collections.abc import Mapping

import numpy as np

_LONGEST_LABEL = 10_000


def label_in(stored: Mapping[str, np.ndarray]) -> str | None:
    """The backbone that a file names; None where it names none."""
    if "backbone" not in stored:
        return None
    label = stored["backbone"]
    if label.ndim or label.dtype.kind != "U" or len(str(label)) > _LONGEST_LABEL:
        raise ValueError("backbone is not a text")
    return str(label)


def sample_vectors(vectors: np.ndarray) -> np.ndarray:
    """float16; what is not finite there is refused like in `emb`."""
    if vectors.dtype.kind not in "fiu":
        raise ValueError(f"samples are of the kind {vectors.dtype}")
    with np.errstate(over="ignore"):
        vectors = vectors.astype(np.float16, copy=False)
    if not np.isfinite(vectors).all():
        raise ValueError("samples hold values that are not finite")
    return vectors


def owners_of_samples(rows: np.ndarray, tracks: int) -> np.ndarray:
    """Rows of `emb` that the samples belong to, as they are, once they are known to be such."""
    if rows.ndim != 1 or rows.dtype.kind not in "iu":
        raise ValueError(f"sample_track is {rows.dtype} {rows.shape}, not a row of whole numbers")
    if len(rows) and not (rows.min() >= 0 and rows.max() < tracks):
        raise ValueError("sample_track points outside emb")
    return rows


def unit_vectors(vectors: np.ndarray) -> np.ndarray:
    """float32 rows of length one; other tools may have left them unscaled."""
    if vectors.dtype.kind not in "fiu":
        raise ValueError(f"emb is of the kind {vectors.dtype}")
    if vectors.ndim != 2:
        raise ValueError(f"emb has the shape {vectors.shape}, not (tracks, dimensions)")
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if not np.isfinite(vectors).all():
        raise ValueError("emb holds values that are not finite")
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if len(vectors) and np.abs(norms - 1).max() < 1e-3:
        return vectors
    return vectors / np.maximum(norms, 1e-12)
