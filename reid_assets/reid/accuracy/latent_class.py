"""How often a yes means yes, told from three judges that never saw the truth.

Pairs of tracks are the cases, groupings by independent parts of the appearance are the judges. Which
pairs, which parts and what becomes of the answer is `calibration.py`.
"""

import numpy as np
import pandas as pd

from reid_assets.reid.core.embeddings import TrackEmbeddings

JUDGES = 3
_ROUNDS = 300


def part_of_appearance(embeddings: dict[str, TrackEmbeddings], judge: int) -> dict[str, TrackEmbeddings]:
    """The same tracks as one judge sees them: a third of the dimensions, after a fixed rotation.

    A random orthogonal rotation spreads whatever single dimensions mean evenly over the thirds (random
    subspaces: Ho 1998, The random subspace method for constructing decision forests).

    Args:
        embeddings: by video; all of one dimension, at least `JUDGES`, or without tracks.
        judge: 0 to `JUDGES` - 1.
    """
    dims = {one.emb.shape[1] for one in embeddings.values() if len(one.meta)}
    rotation = {dim: _rotation(dim)[:, judge::JUDGES] for dim in dims}
    return {
        video: TrackEmbeddings(
            one.meta,
            _unit(one.emb.astype(np.float32) @ rotation[one.emb.shape[1]]),
            _unit(one.samples.astype(np.float32) @ rotation[one.emb.shape[1]]).astype(np.float16),
            one.sample_track,
            one.backbone,
        )
        for video, one in embeddings.items()
        if len(one.meta)
    }


def votes_of(maps: list[pd.DataFrame], meta: pd.DataFrame) -> np.ndarray:
    """Int64 (judges, n): the identity each judge's map gives the rows of `meta`."""
    key = ["video", "track_id"]
    return np.array([meta[key].merge(one, on=key, how="left")["global_id"].to_numpy() for one in maps])


def truth_by_votes(counts: np.ndarray) -> np.ndarray:
    """Probability of being the same for pairs with 0, 1, … `JUDGES` votes: float64 (JUDGES + 1,).

    Latent class analysis by expectation maximisation (Dawid and Skene 1979, section 3; with three judges
    the rates are identifiable: Hui and Walter 1980), all judges being equally good.

    Args:
        counts: pairs by number of votes, (JUDGES + 1,).
    """
    count, votes = counts.astype(float), np.arange(JUDGES + 1)
    share = min(0.9, (count[2:].sum() + 1) / (count.sum() + 2))
    hit, slip = 0.6, min(0.3, (count[1] / JUDGES + 1) / (count.sum() + 10))
    same = np.zeros(JUDGES + 1)
    for _ in range(_ROUNDS):
        yes = share * hit**votes * (1 - hit) ** (JUDGES - votes)
        no = (1 - share) * slip**votes * (1 - slip) ** (JUDGES - votes)
        same = yes / np.maximum(yes + no, 1e-300)
        weight = count * same
        share = weight.sum() / max(count.sum(), 1.0)
        hit = min(float((weight * votes).sum() / max(JUDGES * weight.sum(), 1e-9)), 0.999)
        slip = float(((count - weight) * votes).sum() / max(JUDGES * (count - weight).sum(), 1e-9))
    return same


def _rotation(dim: int) -> np.ndarray:
    drawn = np.random.default_rng(0).normal(size=(dim, dim))
    return np.linalg.qr(drawn)[0].astype(np.float32)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
