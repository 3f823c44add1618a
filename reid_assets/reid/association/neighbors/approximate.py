"""Approximate k-nearest-neighbour search, for footage where comparing all pairs takes too long.

Either all pairs by a few principal components of each vector, or an index of the FAISS library, which
compares only what it takes to be near. Candidates are scored exactly by the caller, `search.py`.
"""

from typing import Any

import numpy as np

from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.neighbors.block_search import nearest_by_blocks
from reid_assets.reid.core.errors import InputError

_COMPONENTS = 128  # principal components that are compared
_SAMPLED_ROWS = 20_000
_CANDIDATES_PER_NEIGHBOUR = 1.5  # that are proposed by principal components
_PROBED = 32  # cells of an inverted file that are looked into
_DIMS_PER_CODE = 8  # dimensions that a byte of a product-quantised vector stands for


def nearest_by_pca(vectors: np.ndarray, camera: np.ndarray, count: int) -> np.ndarray:
    """Int32 (n, 1.5 count): candidates by the products of the vectors' principal components.

    Args:
        vectors: float32 (n, D), unit rows, n > 1.5 count.
        camera: int64 (n,), numbered from 0.
        count: neighbours wanted.
    """
    sample = vectors[:: int(np.ceil(len(vectors) / _SAMPLED_ROWS))]
    _, direction = np.linalg.eigh((sample.T @ sample).astype(np.float64))
    short = vectors @ np.ascontiguousarray(direction[:, -_COMPONENTS:]).astype(np.float32)
    return nearest_by_blocks(short, CameraPairNorm.fit(short, camera), int(_CANDIDATES_PER_NEIGHBOUR * count))


def nearest_by_faiss(vectors: np.ndarray, kind: str, count: int) -> np.ndarray:
    """Int32 (n, count): candidates by cosine from an index of FAISS (Douze et al. 2024).

    Args:
        vectors: float32 (n, D), unit rows.
        kind: `ivf` (inverted file, whole vectors), `ivfpq` (inverted file, product-quantised codes) or
            `hnsw` (graph).
        count: at least 1.

    Raises:
        InputError: FAISS is not installed.
    """
    faiss = _faiss()
    cells = max(1, int(4 * np.sqrt(len(vectors))))
    most_codes = max(1, vectors.shape[1] // _DIMS_PER_CODE)
    codes = max(m for m in range(1, most_codes + 1) if vectors.shape[1] % m == 0)
    factory = {"ivf": f"IVF{cells},Flat", "ivfpq": f"IVF{cells},PQ{codes}", "hnsw": "HNSW32"}[kind]
    index = faiss.index_factory(vectors.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[:: int(np.ceil(len(vectors) / max(_SAMPLED_ROWS, 40 * cells)))])
    index.add(vectors)
    if kind == "hnsw":
        index.hnsw.efSearch = 2 * count
    else:
        index.nprobe = _PROBED
    # Where an index finds fewer, it says -1; a row is its own nearest, and not wanted.
    _, neighbour = index.search(vectors, count + 1)
    own = np.arange(len(vectors))[:, None]
    order = np.argsort((neighbour == own) | (neighbour < 0), axis=1, kind="stable")[:, :count]
    neighbour = np.take_along_axis(neighbour, order, axis=1)
    unusable = (neighbour < 0) | (neighbour == own)
    return np.where(unusable, (own + 1) % len(vectors), neighbour).astype(np.int32)


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise InputError(
            "associate.index: this index needs the package faiss-cpu, which is not installed. "
            "Install it (pip install faiss-cpu), or set associate.index: auto."
        ) from error
    return faiss
