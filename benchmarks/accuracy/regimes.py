"""Cuts of the labelled tracks into footage of every kind: many people, few, seen often, seen once.

The people are split in halves. Whatever is chosen is chosen on half 0; what is reported is half 1.
Which method is measured is not known here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.reid.core.embeddings import TrackEmbeddings

MODELS = ("weak_model", "good_model")
_HALF = 375


@dataclass(frozen=True)
class Regime:
    """One kind of footage: how many people, at most how many tracks of each, how often it is drawn."""

    name: str
    people: int
    most_tracks: int | None
    draws: int


REGIMES = (
    Regime("375 people, all tracks", 375, None, 1),
    Regime("375 people, at most 4 tracks", 375, 4, 1),
    Regime("375 people, at most 2 tracks", 375, 2, 1),
    Regime("40 people, all tracks", 40, None, 4),
    Regime("12 people, all tracks", 12, None, 6),
)
EDGES = (
    Regime("one person", 1, None, 4),
    Regime("everybody seen once", 375, 1, 4),
    Regime("fifty people, half never return", 50, None, 4),
)


@dataclass(frozen=True)
class Labelled:
    """One model's labelled tracks: meta with `identity`, and the vectors and crops in the same order."""

    meta: pd.DataFrame
    vectors: np.ndarray
    samples: np.ndarray
    sample_track: np.ndarray

    def take(self, rows: np.ndarray) -> tuple[dict[str, TrackEmbeddings], pd.DataFrame]:
        """Some of the tracks as embeddings by video, and their truth."""
        videos = {}
        for video, part in self.meta.iloc[np.sort(rows)].groupby("video"):
            chosen = part.index.to_numpy()
            position = np.full(len(self.meta), -1)
            position[chosen] = np.arange(len(chosen))
            crops = position[self.sample_track] >= 0
            meta = part.drop(columns="identity").reset_index(drop=True)
            owner = position[self.sample_track[crops]].astype(np.int32)
            videos[str(video)] = TrackEmbeddings(meta, self.vectors[chosen], self.samples[crops], owner, None)
        return videos, self.meta.iloc[rows][["video", "track_id", "identity"]]


def load(folder: Path) -> Labelled:
    """Read one model's folder (`reid/embeddings/…` and `truth.csv`)."""
    metas, vectors, samples, owners, first = [], [], [], [], 0
    for path in sorted(folder.rglob("*_track_meta.csv")):
        with np.load(path.with_name(path.name.replace("_track_meta.csv", "_track_embeds.npz"))) as pair:
            metas.append(pd.read_csv(path))
            vectors.append(pair["emb"])
            samples.append(pair["samples"])
            owners.append(pair["sample_track"].astype(np.int64) + first)
        first += len(metas[-1])
    meta = pd.concat(metas, ignore_index=True).merge(pd.read_csv(folder / "truth.csv"), how="left")
    return Labelled(meta, np.vstack(vectors), np.vstack(samples), np.concatenate(owners))


def halves(identity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The people on whom choices are made, and those who are reported."""
    everybody = np.random.default_rng(7).permutation(np.unique(identity))
    return everybody[:_HALF], everybody[_HALF : 2 * _HALF]


def draws(labelled: Labelled, regime: Regime, half: int) -> Iterator[np.ndarray]:
    """Row numbers of each draw of a regime, the same every time."""
    identity = labelled.meta["identity"].to_numpy()
    people = halves(identity)[half]
    for draw in range(regime.draws):
        random = np.random.default_rng(1000 * half + draw)
        order = random.permutation(len(identity))
        nth = pd.Series(identity[order]).groupby(identity[order]).cumcount().to_numpy()
        chosen = random.permutation(people)[: regime.people]
        if regime.people == 1:
            often = [who for who in people if (identity == who).sum() >= 8]
            chosen = random.permutation(often)[:1]
        kept = np.isin(identity[order], chosen)
        if regime.most_tracks is not None:
            kept &= nth < regime.most_tracks
        if regime in EDGES and regime.people == 50:
            kept &= np.isin(identity[order], chosen[:25]) | (nth < 1)
        yield np.sort(order[kept])
