"""The labelled tracks as other networks would see them: made of the vectors of the two real ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.accuracy.regimes import MODELS, Labelled, load
from reid_assets.reid.core.embeddings import unit_rows

NETWORKS = (*MODELS, "both", "noisy", "projected", "clear")


def network(folder: Path, name: str) -> Labelled:
    """The tracks in the vectors of one network, or of one that is made of the two."""
    if name in MODELS:
        return load(folder / name)
    weak, good = (load(folder / model) for model in MODELS)
    random = np.random.default_rng(5)
    if name == "both":
        return _with_crops(
            weak, np.hstack([unit_rows(one.samples.astype(np.float32)) for one in (weak, good)])
        )
    if name == "noisy":
        crops = unit_rows(good.samples.astype(np.float32))
        noise = random.standard_normal(crops.shape, dtype=np.float32) / np.sqrt(crops.shape[1])
        return _with_crops(good, crops + 0.9 * noise)
    if name == "clear":
        person = np.unique(good.meta["identity"], return_inverse=True)[1][good.sample_track]
        crops = unit_rows(good.samples.astype(np.float32))
        mean = np.zeros((person.max() + 1, crops.shape[1]), dtype=np.float32)
        np.add.at(mean, person, crops)
        return _with_crops(good, crops + unit_rows(mean)[person])
    directions = random.standard_normal((weak.samples.shape[1], 64), dtype=np.float32)
    return _with_crops(weak, weak.samples.astype(np.float32) @ directions)


def _with_crops(labelled: Labelled, crops: np.ndarray) -> Labelled:
    crops = unit_rows(crops)
    total = np.zeros((len(labelled.meta), crops.shape[1]), dtype=np.float32)
    np.add.at(total, labelled.sample_track, crops)
    return replace(labelled, vectors=unit_rows(total), samples=crops.astype(np.float16))
