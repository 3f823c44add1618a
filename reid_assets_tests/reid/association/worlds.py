"""Small generated footage for the tests of association: tracks, spans, classes, vectors."""

import numpy as np
import pandas as pd

from reid_assets.reid.embeddings import TrackEmbeddings


def one_video(
    name: str,
    vectors: np.ndarray,
    spans: list[tuple[int, int]] | None = None,
    classes: list[str] | None = None,
    backbone: str | None = None,
    crops: int = 1,
    noise: float = 0.0,
    seed: int = 0,
) -> TrackEmbeddings:
    """A video whose tracks 1, 2, … have the given vectors; by default one after the other."""
    vectors = np.asarray(vectors, dtype=np.float64)
    n, dim = vectors.shape
    spans = spans or [(100 * i, 100 * i + 50) for i in range(n)]
    classes = classes or ["person"] * n
    meta = pd.DataFrame(
        {
            "video": name,
            "track_id": np.arange(1, n + 1),
            "class_id": [sorted(set(classes)).index(c) for c in classes],
            "class_name": classes,
            "n_samples": crops,
            "f_min": [a for a, _ in spans],
            "f_max": [b for _, b in spans],
        }
    )
    owner = np.repeat(np.arange(n, dtype=np.int32), crops)
    samples = unit(vectors[owner] + noise * np.random.default_rng(seed).normal(size=(n * crops, dim)))
    return TrackEmbeddings(
        meta, unit(vectors).astype(np.float32), samples.astype(np.float16), owner, backbone
    )


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows of length one."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def random_footage(
    seed: int, videos: int = 3, per_video: int = 6, dim: int = 4
) -> dict[str, TrackEmbeddings]:
    """A few videos of overlapping tracks of two classes with random vectors."""
    draw = np.random.default_rng(seed)
    out = {}
    for v in range(videos):
        starts = draw.integers(0, 60, per_video)
        spans = [(int(a), int(a + draw.integers(0, 30))) for a in starts]
        classes = [str(c) for c in draw.choice(["person", "car"], per_video)]
        out[f"v{v}"] = one_video(f"v{v}", draw.normal(size=(per_video, dim)) + 0.7, spans, classes, crops=2)
    return out
