"""Cuts of the labelled tracks into footage of every kind: many people, few, seen often, seen once.

The people are split in halves. Whatever is chosen is chosen on half 0; what is reported is half 1.
Sites of two and three cameras, and trackers that lose people and find them again, are `SITES`. Which method
is measured is not known here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.reid.core.embeddings import TrackEmbeddings

MODELS = ("weak_model", "good_model")
_HALF = 375
_SECOND_PART = 100_000  # added to the number of a track for its second part


@dataclass(frozen=True)
class Regime:
    """One kind of footage.

    Attributes:
        name: for the table.
        people: how many, at most.
        most_tracks: of each; None: all there are.
        draws: how often it is drawn.
        cameras: how many, drawn at random; None: all six.
        split: whether each track of two crops and more is cut in two, as by a tracker that lost it.
    """

    name: str
    people: int
    most_tracks: int | None
    draws: int
    cameras: int | None = None
    split: bool = False


REGIMES = (
    Regime("375 people, all tracks", 375, None, 1),
    Regime("375 people, at most 4 tracks", 375, 4, 1),
    Regime("375 people, at most 2 tracks", 375, 2, 1),
    Regime("40 people, all tracks", 40, None, 4),
    Regime("12 people, all tracks", 12, None, 6),
)
SITES = (
    Regime("two cameras, 20 people", 20, None, 5, cameras=2),
    Regime("two cameras, 60 people", 60, None, 4, cameras=2),
    Regime("two cameras, 150 people", 150, None, 3, cameras=2),
    Regime("two cameras, 300 people", 300, None, 2, cameras=2),
    Regime("two cameras, 150 people, at most 2 tracks", 150, 2, 2, cameras=2),
    Regime("three cameras, 40 people", 40, None, 4, cameras=3),
    Regime("three cameras, 150 people", 150, None, 2, cameras=3),
    Regime("three cameras, 300 people", 300, None, 2, cameras=3),
    Regime("split tracks, 40 people", 40, 4, 3, split=True),
    Regime("split tracks, 150 people", 150, 4, 2, split=True),
    Regime("split tracks, 300 people", 300, 4, 1, split=True),
    Regime("split tracks, two cameras, 60 people", 60, None, 3, cameras=2, split=True),
    Regime("split tracks, two cameras, 200 people", 200, None, 2, cameras=2, split=True),
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


def draws(labelled: Labelled, regime: Regime, half: int) -> Iterator[tuple[Labelled, np.ndarray]]:
    """The tracks of each draw of a regime and their row numbers, the same every time."""
    for draw in range(regime.draws):
        if regime in SITES:
            rows = _site_rows(labelled, regime, half, draw)
            yield split_tracks(labelled, rows) if regime.split else (labelled, rows)
        else:
            yield labelled, _rows(labelled, regime, half, draw)


def _rows(labelled: Labelled, regime: Regime, half: int, draw: int) -> np.ndarray:
    identity = labelled.meta["identity"].to_numpy()
    people = halves(identity)[half]
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
    return np.sort(order[kept])


def _site_rows(labelled: Labelled, regime: Regime, half: int, draw: int) -> np.ndarray:
    identity = labelled.meta["identity"].to_numpy()
    camera = labelled.meta["video"].str[:2].to_numpy(dtype=str)
    key = (regime.people, regime.cameras or 0, regime.most_tracks or 0, int(regime.split))
    random = np.random.default_rng([half, draw, *key])
    allowed = np.isin(identity, halves(identity)[half])
    if regime.cameras:
        allowed &= np.isin(camera, random.permutation(np.unique(camera))[: regime.cameras])
    chosen = random.permutation(np.unique(identity[allowed]))[: regime.people]
    rows = random.permutation(np.flatnonzero(allowed & np.isin(identity, chosen)))
    if regime.most_tracks is not None:
        rows = rows[
            pd.Series(identity[rows]).groupby(identity[rows]).cumcount().to_numpy() < regime.most_tracks
        ]
    return np.sort(rows)


def split_tracks(labelled: Labelled, rows: np.ndarray) -> tuple[Labelled, np.ndarray]:
    """The tracks `rows` alone, each of two crops and more as two tracks, one after the other."""
    row_of = np.full(len(labelled.meta), -1)
    row_of[rows] = np.arange(len(rows))
    kept = np.flatnonzero(row_of[labelled.sample_track] >= 0)
    kept = kept[np.argsort(row_of[labelled.sample_track[kept]], kind="stable")]
    owner = row_of[labelled.sample_track[kept]]
    crops = np.bincount(owner, minlength=len(rows))
    nth = np.arange(len(owner)) - (np.cumsum(crops) - crops)[owner]
    several = np.flatnonzero(crops > 1)
    second_row = np.full(len(rows), -1)
    second_row[several] = len(rows) + np.arange(len(several))
    owner = np.where((crops[owner] > 1) & (nth >= (crops[owner] + 1) // 2), second_row[owner], owner)
    first = labelled.meta.iloc[rows].reset_index(drop=True)
    second = first.iloc[several].copy()
    middle = (first["f_min"] + first["f_max"]) // 2
    first.loc[several, "f_max"] = middle.iloc[several]
    second["f_min"] = middle.iloc[several] + 1
    second["f_max"] = second[["f_min", "f_max"]].max(axis=1)
    second["track_id"] += _SECOND_PART
    samples = labelled.samples[kept].astype(np.float32)
    vectors = np.zeros((len(first) + len(second), samples.shape[1]), dtype=np.float32)
    np.add.at(vectors, owner, samples)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    order = np.argsort(owner, kind="stable")
    meta = pd.concat([first, second], ignore_index=True)
    split = Labelled(meta, vectors, samples[order].astype(np.float16), owner[order])
    return split, np.arange(len(meta))
