"""Small generated footage for the tests of association: tracks, spans, classes, vectors."""

import numpy as np
import pandas as pd

from reid_assets.reid.core.embeddings import TrackEmbeddings


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


def crowd(
    people: int, returns: int, cameras: int = 4, bias: float = 0.7, seed: int = 0, dim: int = 64
) -> tuple[dict[str, TrackEmbeddings], pd.DataFrame]:
    """People seen several times by biased cameras, a track at a time, three crops a track; and the truth."""
    draw = np.random.default_rng(seed)
    looks, cast = unit(draw.normal(size=(people, dim))), bias * unit(draw.normal(size=(cameras, dim)))
    person = np.repeat(np.arange(people), returns)
    camera = draw.integers(0, cameras, len(person))
    videos, truth = {}, []
    for c in np.unique(camera):
        seen = draw.permutation(person[camera == c])
        base = looks[seen] + cast[c] + unit(draw.normal(size=(len(seen), dim)))
        videos[f"v{c}"] = one_video(f"v{c}", base, crops=3, noise=0.07, seed=int(c))
        truth += [(f"v{c}", k + 1, int(who)) for k, who in enumerate(seen)]
    return videos, pd.DataFrame(truth, columns=["video", "track_id", "identity"])


def pairwise_f1(id_map: pd.DataFrame, truth: pd.DataFrame) -> float:
    """Pairwise F1 of a map; 1.0 where there is no pair to find and none was made."""
    both = id_map.merge(truth, on=["video", "track_id"])
    pairs = lambda keys: int((both.groupby(keys).size() * (both.groupby(keys).size() - 1) // 2).sum())  # noqa: E731
    hits, made, real = pairs(["global_id", "identity"]), pairs(["global_id"]), pairs(["identity"])
    return 2 * hits / (made + real) if made + real else 1.0
