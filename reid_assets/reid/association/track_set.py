"""The tracks of all videos as one table, in an order that does not depend on how the videos arrived.

Everything in `association` works on row numbers of this table. Vectors of different backbones are
refused here and get no further. Cannot-links between the rows are `constraints/`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from reid_assets.reid.core.embeddings import TrackEmbeddings, unit_rows
from reid_assets.reid.core.errors import InputError, MixedBackbonesError
from reid_assets.reid.core.network_labels import label_of_class
from reid_assets.reid.core.tables import TRACK_META


@dataclass(frozen=True)
class TrackSet:
    """The tracks of all videos.

    Attributes:
        meta: rows of `tables.TRACK_META`, sorted by video and track_id.
        vectors: float32 (n, D), unit rows (a zero row stays zero), aligned with `meta`.
        samples: float16 (S, D), crop vectors in the order of their tracks.
        sample_track: int64 (S,), row of `meta` each crop belongs to, ascending.
        camera: int64 (n,), number of the camera each track was seen by.
        backbone: what made the vectors, or None where nobody says; of several networks, the first.
        networks: labels of all networks. With more than one, `vectors` and `samples` of the shorter ones
            are padded with zeros; see `of_one_network`.
        camera_names: str, name of each camera by its number; a video without one is `video <name>`.
        network: int64 (n,), the entry of `networks` that made each track's vector; empty where there is one.
    """

    meta: pd.DataFrame
    vectors: np.ndarray
    samples: np.ndarray
    sample_track: np.ndarray
    camera: np.ndarray
    backbone: str | None = None
    networks: tuple[str | None, ...] = ()
    network: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    camera_names: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=str))

    def __len__(self) -> int:
        return len(self.meta)

    def of_one_network(self, rows: np.ndarray) -> "TrackSet":
        """The same tracks with the columns that the network of `rows` has; nothing is copied.

        Raises:
            MixedBackbonesError: the rows were made by more than one network, so that they cannot be compared.
        """
        if len(self.networks) < 2 or not len(rows):
            return self
        used = np.unique(self.network[rows])
        if len(used) > 1:
            listed = "; ".join(str(self.networks[one]) for one in used)
            raise MixedBackbonesError(
                f"classes that are compared were embedded by different networks ({listed}). Give them one in "
                "backbone.by_class, or compare each class with itself alone (associate.same_class_only)."
            )
        filled = np.flatnonzero(self.vectors[rows].any(axis=0))
        width = int(filled[-1]) + 1 if len(filled) else self.vectors.shape[1]
        label = self.networks[used[0]]
        return replace(
            self,
            vectors=self.vectors[:, :width],
            samples=self.samples[:, :width],
            backbone=label,
            networks=(label,),
            network=np.empty(0, dtype=np.int64),
        )


def assemble(embeddings: Mapping[str, TrackEmbeddings], cameras: Mapping[str, str] | None = None) -> TrackSet:
    """One set of the tracks of all videos, sorted by video and track_id.

    Args:
        embeddings: by video name.
        cameras: video name to camera name; a video that is not named is a camera of its own.

    Raises:
        MixedBackbonesError: the vectors were made by more than one backbone.
        InputError: a vector holds NaN or infinity.
    """
    check_one_backbone(embeddings)
    with_tracks = [(video, embeddings[video]) for video in sorted(embeddings) if len(embeddings[video].meta)]
    if not with_tracks:
        no_rows = np.empty(0, dtype=np.int64)
        no_vectors = np.empty((0, 0))
        return TrackSet(
            TRACK_META.empty(), no_vectors.astype(np.float32), no_vectors.astype(np.float16), no_rows, no_rows
        )
    dim = max(one.emb.shape[1] for _, one in with_tracks)
    tracks, crops = (sum(sizes) for sizes in zip(*(_sizes(one) for _, one in with_tracks), strict=True))
    vectors, samples = np.empty((tracks, dim), np.float32), np.empty((crops, dim), np.float16)
    if any(one.emb.shape[1] < dim for _, one in with_tracks):
        vectors[:], samples[:] = 0, 0
    owners, metas = np.empty(crops, dtype=np.int64), []
    first = first_crop = 0
    for video, one in with_tracks:
        order = np.argsort(one.meta["track_id"].to_numpy(), kind="stable")
        position = np.empty(len(order), dtype=np.int64)
        position[order] = np.arange(len(order))
        owner = position[one.sample_track.astype(np.int64)]
        by_owner = np.argsort(owner, kind="stable")
        last, last_crop = first + len(order), first_crop + len(owner)
        metas.append(TRACK_META.conform(one.meta.assign(video=video).iloc[order]))
        width = one.emb.shape[1]
        vectors[first:last, :width] = _checked_unit_rows(one.emb[order], video)
        samples[first_crop:last_crop, :width] = one.samples[by_owner] if len(owner) else 0
        owners[first_crop:last_crop] = owner[by_owner] + first
        first, first_crop = last, last_crop
    meta = pd.concat(metas, ignore_index=True)
    named = meta["video"].map({video: camera_name(video, cameras) for video, _ in with_tracks})
    names, camera = np.unique(named.to_numpy(dtype=str), return_inverse=True)
    networks, network = _networks({video: one.backbone for video, one in with_tracks}, meta)
    camera = camera.astype(np.int64)
    return TrackSet(meta, vectors, samples, owners, camera, networks[0], networks, network, names)


def camera_name(video: str, cameras: Mapping[str, str] | None) -> str:
    """The camera of a video; one that is not named is a camera of its own."""
    return (cameras or {}).get(video, f"video {video}")


def _networks(
    labels: Mapping[str, str | None], meta: pd.DataFrame
) -> tuple[tuple[str | None, ...], np.ndarray]:
    """The labels of all networks, and which of them made each track; of one network, none of the latter."""
    if len(set(labels.values())) == 1 and not str(next(iter(labels.values()))).startswith("{"):
        return (next(iter(labels.values())),), np.empty(0, dtype=np.int64)
    pairs = meta[["video", "class_name"]].drop_duplicates()
    made_by = {(v, c): label_of_class(labels[v], c) for v, c in pairs.itertuples(index=False)}
    networks = tuple(sorted(set(made_by.values()), key=str))
    number = [networks.index(made_by[v, c]) for v, c in zip(meta["video"], meta["class_name"], strict=True)]
    return networks, np.array(number, dtype=np.int64)


def _sizes(one: TrackEmbeddings) -> tuple[int, int]:
    return len(one.meta), len(one.sample_track)


def check_one_backbone(embeddings: Mapping[str, TrackEmbeddings]) -> None:
    """Refuse vectors that cannot be compared; videos without tracks have none and pass.

    Classes may have networks of their own; those of one class must be of one.

    Raises:
        MixedBackbonesError: labels or dimensions differ; names the videos outside the majority.
    """
    kinds = {video: (one.backbone, one.emb.shape[1]) for video, one in embeddings.items() if len(one.meta)}
    counts = Counter(kinds.values())
    if len(counts) < 2 or not _in_conflict(embeddings, kinds):
        return
    others = _unlike_most(embeddings, kinds)
    listed = "; ".join(
        f"{label or 'no label'}, {dim} dimensions: {counts[label, dim]} video(s)"
        for label, dim in sorted(counts, key=str)
    )
    raise MixedBackbonesError(
        f"embeddings of different backbones cannot be compared ({listed}). Rebuild the embeddings of: "
        f"{', '.join(others)}; or name the backbone of unlabelled ones with `reid-assets adopt`."
    )


def _unlike_most(
    embeddings: Mapping[str, TrackEmbeddings], kinds: Mapping[str, tuple[str | None, int]]
) -> list[str]:
    """Videos with a class that another network embedded than most videos' tracks of that class."""
    of_class: dict[str, dict[str, tuple[str | None, int | None]]] = {}
    for video, (label, dim) in kinds.items():
        for name in embeddings[video].meta["class_name"].unique():
            network = label_of_class(label, name)
            # Beside longer vectors, those of one network are padded, and their length says nothing.
            of_class.setdefault(name, {})[video] = network, dim if network == label else None
    others = set()
    for made in of_class.values():
        counts = Counter(made.values())
        usual, width = min(counts, key=lambda kind: (-counts[kind], str(kind)))
        others |= {
            video
            for video, (network, length) in made.items()
            if network != usual or (None not in (width, length) and length != width)
        }
    return sorted(others)


def _in_conflict(
    embeddings: Mapping[str, TrackEmbeddings], kinds: Mapping[str, tuple[str | None, int]]
) -> bool:
    """Whether a class has vectors of two networks, or one label two lengths; no label fits no other."""
    labels = {label for label, _ in kinds.values()}
    if None in labels or len(labels) < len(set(kinds.values())):
        return True
    of_class: dict[str, str | None] = {}
    return any(
        of_class.setdefault(name, label_of_class(label, name)) != label_of_class(label, name)
        for video, (label, _) in kinds.items()
        for name in embeddings[video].meta["class_name"].unique()
    )


def _checked_unit_rows(vectors: np.ndarray, video: str) -> np.ndarray:
    # A sum of squares is finite only where every number is, and none of them is vast.
    if not np.isfinite(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32)).all():
        raise InputError(f"{video}: its embeddings hold NaN or infinity. Rebuild this video's embeddings.")
    return unit_rows(vectors)
