"""Latent class analysis: match probabilities from the agreement of three raters, without ground truth.

The cases are pairs of tracks; the raters are clusterings by different random subspaces of the appearance
vectors. `calibration_pairs.py` applies it to the pairs, `similarity_calibration.py` runs the raters.
"""

import numpy as np
import pandas as pd

from reid_assets.reid.core.embeddings import TrackEmbeddings, normalize_rows

N_RATERS = 3
_ITERATIONS = 300


def random_subspace(embeddings: dict[str, TrackEmbeddings], rater: int) -> dict[str, TrackEmbeddings]:
    """The embeddings that one rater sees: a third of the dimensions, after a fixed random rotation.

    The orthogonal rotation spreads the information of single dimensions evenly over the thirds (random
    subspaces: Ho 1998, The random subspace method for constructing decision forests).

    Args:
        embeddings: by video; all of one dimension, at least `N_RATERS`, or without tracks.
        rater: 0 to `N_RATERS` - 1.

    Returns:
        By video, those with tracks only: float32 unit vectors of a third of the dimensions.
    """
    dims = {one.emb.shape[1] for one in embeddings.values() if len(one.meta)}
    rotation = {dim: _rotation(dim)[:, rater::N_RATERS] for dim in dims}
    return {
        video: TrackEmbeddings(
            one.meta,
            normalize_rows(one.emb.astype(np.float32) @ rotation[one.emb.shape[1]]),
            normalize_rows(one.samples.astype(np.float32) @ rotation[one.emb.shape[1]]).astype(np.float16),
            one.sample_track,
            one.backbone,
        )
        for video, one in embeddings.items()
        if len(one.meta)
    }


def rater_identities(maps: list[pd.DataFrame], meta: pd.DataFrame) -> np.ndarray:
    """The identity that each rater's map gives each track.

    Args:
        maps: one map per rater, rows of `tables.GLOBAL_ID_MAP`.
        meta: n rows of `tables.TRACK_META`.

    Returns:
        int64 (raters, n).
    """
    key = ["video", "track_id"]
    return np.array([meta[key].merge(id_map, on=key, how="left")["global_id"].to_numpy() for id_map in maps])


def match_posterior(counts: np.ndarray) -> np.ndarray:
    """Posterior probability that a pair is a match, given how many raters joined it.

    Latent class analysis by expectation maximisation (Dawid and Skene 1979, section 3; with three raters
    the rates are identifiable: Hui and Walter 1980). All raters share one sensitivity and one false
    positive rate.

    Args:
        counts: int64 (N_RATERS + 1,), number of pairs with 0, 1, ... `N_RATERS` votes.

    Returns:
        float64 (N_RATERS + 1,), 0..1.
    """
    count, votes = counts.astype(float), np.arange(N_RATERS + 1)
    prevalence = min(0.9, (count[2:].sum() + 1) / (count.sum() + 2))
    sensitivity = 0.6
    false_positive_rate = min(0.3, (count[1] / N_RATERS + 1) / (count.sum() + 10))
    posterior = np.zeros(N_RATERS + 1)
    for _ in range(_ITERATIONS):
        match = prevalence * sensitivity**votes * (1 - sensitivity) ** (N_RATERS - votes)
        other = (
            (1 - prevalence) * false_positive_rate**votes * (1 - false_positive_rate) ** (N_RATERS - votes)
        )
        posterior = match / np.maximum(match + other, 1e-300)
        matches = count * posterior
        others = count - matches
        prevalence = matches.sum() / max(count.sum(), 1.0)
        sensitivity = min(float((matches * votes).sum() / max(N_RATERS * matches.sum(), 1e-9)), 0.999)
        false_positive_rate = float((others * votes).sum() / max(N_RATERS * others.sum(), 1e-9))
    return posterior


def _rotation(dim: int) -> np.ndarray:
    gaussian = np.random.default_rng(0).normal(size=(dim, dim))
    return np.linalg.qr(gaussian)[0].astype(np.float32)
