"""Which tracks are compared where there are too many to compare all: whole identities in doubt."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reid_assets.reid.core.embeddings import TrackEmbeddings

MOST_COMPARED = 3000
_DOUBTED, _NEAREST = 500, 5


def most_doubtful(
    embeddings: Mapping[str, TrackEmbeddings], evidence: pd.DataFrame, most: int = MOST_COMPARED
) -> Mapping[str, TrackEmbeddings]:
    """All tracks if they are at most `most`; else the least certain and those like them, identities whole.

    Args:
        embeddings: by video.
        evidence: rows of `tables.IDENTITY_EVIDENCE`.
        most: tracks to compare.
    """
    total = sum(len(one.meta) for one in embeddings.values())
    if total <= most:
        return embeddings
    doubted = evidence.sort_values(["confidence", "video", "track_id"]).head(_DOUBTED)
    chosen = _first_identities(
        evidence, [*doubted["global_id"], *_nearest(embeddings, doubted, evidence)], most
    )
    numbers = dict(iter(chosen.groupby("video")["track_id"]))
    return {
        video: embeddings[video].only(embeddings[video].meta["track_id"].isin(set(of_video)).to_numpy())
        for video, of_video in numbers.items()
        if video in embeddings
    }


def _nearest(
    embeddings: Mapping[str, TrackEmbeddings], doubted: pd.DataFrame, evidence: pd.DataFrame
) -> list[int]:
    """Identities of the tracks with the largest cosine to a doubted one, the nearest first."""
    asked = _vectors_of(embeddings, doubted)
    best = []
    for video, one in sorted(embeddings.items()):
        width = min(one.emb.shape[1], asked.shape[1])
        cosine = one.emb[:, :width].astype(np.float32) @ asked[:, :width].T
        top = np.argsort(-cosine, axis=0, kind="stable")[:_NEAREST].ravel()
        value = np.take_along_axis(
            cosine, np.argsort(-cosine, axis=0, kind="stable")[:_NEAREST], axis=0
        ).ravel()
        best.append(
            pd.DataFrame({"video": video, "track_id": one.meta["track_id"].to_numpy()[top], "cosine": value})
        )
    near = pd.concat(best).sort_values("cosine", ascending=False, kind="stable")
    known = evidence[["video", "track_id", "global_id"]]
    return [int(i) for i in near.merge(known, on=["video", "track_id"])["global_id"].drop_duplicates()]


def _vectors_of(embeddings: Mapping[str, TrackEmbeddings], tracks: pd.DataFrame) -> np.ndarray:
    """float32 (n, D): the vectors of some tracks, shorter ones filled up with zeros."""
    found = []
    for video, numbers in tracks.groupby("video")["track_id"]:
        if video in embeddings:
            one = embeddings[video]
            found.append(one.emb[one.meta["track_id"].isin(set(numbers)).to_numpy()].astype(np.float32))
    dim = max((part.shape[1] for part in found), default=1)
    return np.vstack(
        [np.pad(part, ((0, 0), (0, dim - part.shape[1]))) for part in found] or [np.zeros((0, dim))]
    )


def _first_identities(evidence: pd.DataFrame, ids: list[int], most: int) -> pd.DataFrame:
    """The tracks of the first of these identities, whole, as far as `most` tracks reach; at least one."""
    size = evidence.groupby("global_id").size()
    order = list(dict.fromkeys(ids))
    within = np.cumsum([int(size[one]) for one in order]) <= most
    within[:1] = True
    return evidence[
        evidence["global_id"].isin({one for one, kept in zip(order, within, strict=True) if kept})
    ]
