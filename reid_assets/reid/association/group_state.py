"""What a class group's last full pass chose and compared, kept so that tracks can be added without it.

Tracks have slots, numbers that never change: those of the full pass in the order of its rows, later ones
behind. A track that leaves keeps its slot, which is then dead. Nearest tracks are those of the full pass,
with every addition entered where it is nearer (`neighbour_lists.py`). Files are `reid_assets.storage`.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from reid_assets.reid.association.as_norm import CohortScores, score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.clustering_round import ClusteringRound
from reid_assets.reid.association.cut_selection import cut_features
from reid_assets.reid.association.spacings import estimate_same_id_count, neighbour_spacings
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.association.vector_steps import VectorSteps
from reid_assets.reid.core.settings import AssociateSettings

_SAMPLED = 20_000  # lists of nearest tracks that are asked how many are of one identity


@dataclass(frozen=True)
class FrozenChoices:
    """What is chosen from the footage by a full pass alone.

    Attributes:
        backbone: label of the network that made the vectors; None where nobody says.
        steps: how crops become the vector that is compared.
        cameras: names by number; cameras that came later are behind those of the full pass.
        by_camera: whether scores are normalised by camera.
        cut: standard score at which the dendrogram is cut.
        features: what the cut was told by, in the order of `cut_model.FEATURES`.
        matched: share of tracks whose nearest track stands out at least as far as the cut.
        same_id_count: other tracks of its identity that a track seems to have, by the spacings of its nearest
            as they were in the end; 0 where there are too few.
        mates: mean number of other tracks in the identity of a track.
        tracks: how many there were.
    """

    backbone: str | None
    steps: VectorSteps
    cameras: tuple[str, ...]
    by_camera: bool
    cut: float
    features: tuple[float, ...]
    matched: float
    same_id_count: float
    mates: float
    tracks: int


@dataclass(frozen=True)
class GroupState:
    """The tracks of a class group, in slots.

    Attributes:
        frozen: what the full pass chose.
        vectors: float16 (n, D) in one or more pieces, unit rows: what was compared.
        scores: nearest tracks by slot, and cohorts; an entry that is gone is -1 at minus infinity, behind the
            others. `camera_norm.camera` has the camera of every slot.
        alive: bool (n,), whether the track is still there.
        rival: float32 (n,), mean affinity to the next identity.
        changed: bool (n,), rows of `scores` that are not those of the full pass any more.
    """

    frozen: FrozenChoices
    vectors: tuple[np.ndarray, ...]
    scores: CohortScores
    alive: np.ndarray
    rival: np.ndarray
    changed: np.ndarray

    def __len__(self) -> int:
        return len(self.alive)

    @classmethod
    def of_round(
        cls,
        final: ClusteringRound,
        tracks: TrackSet,
        rows: np.ndarray,
        labels: np.ndarray,
        settings: AssociateSettings,
        parameters: AutoParameters = DEFAULT_PARAMETERS,
    ) -> "GroupState":
        """The state behind the last round of a full pass over the tracks `rows`, clustered as `labels`."""
        nearest = final.scores.neighbour_scores(slice(None))[:, 0]
        by_difference = final.cut.by_silhouette_difference
        features = cut_features(final.dendrogram, final.footage, by_difference, parameters)
        # numba loads slowly, and whoever reads a state does not need it.
        from reid_assets.reid.association.silhouette import silhouette_terms

        frozen = FrozenChoices(
            backbone=tracks.backbone,
            steps=final.steps,
            cameras=tuple(map(str, tracks.camera_names[np.unique(tracks.camera[rows])])),
            by_camera=settings.camera_pairs,
            cut=float(final.cut.score),
            features=tuple(map(float, features)),
            matched=float((nearest >= final.cut.score).mean()),
            same_id_count=count_by_spacings(final.scores, np.arange(len(rows)), len(rows)),
            mates=mean_mates(labels),
            tracks=len(rows),
        )
        _, rival, _ = silhouette_terms(final.graph, labels)
        alive = np.ones(len(rows), dtype=bool)
        vectors = (final.vectors.astype(np.float16),)
        return cls(frozen, vectors, final.scores, alive, rival.astype(np.float32), ~alive)

    @property
    def threshold(self) -> float:
        """Affinity at which the dendrogram is cut."""
        return score_to_affinity(self.frozen.cut)

    def vectors_of(self, slots: np.ndarray) -> np.ndarray:
        """Float32 (m, D): the vectors of some slots (m,)."""
        found = np.empty((len(slots), self.vectors[0].shape[1]), dtype=np.float32)
        first = 0
        for piece in self.vectors:
            inside = (slots >= first) & (slots < first + len(piece))
            found[inside] = piece[slots[inside] - first]
            first += len(piece)
        return found

    def with_cameras(self, names: set[str]) -> "GroupState":
        """The same where these cameras have a number too."""
        new = sorted(names - set(self.frozen.cameras))
        if not new:
            return self
        cameras = (*self.frozen.cameras, *new)
        frozen = replace(self.frozen, cameras=cameras, steps=self.frozen.steps.of_cameras(len(cameras)))
        norm = self.scores.camera_norm
        scores = replace(self.scores, camera_norm=norm.of_cameras(norm.camera, len(cameras)))
        return replace(self, frozen=frozen, scores=scores if frozen.by_camera else self.scores)

    def extended(self, vectors: np.ndarray, camera: np.ndarray) -> "GroupState":
        """With further tracks behind the others, that are near to nobody yet.

        Args:
            vectors: float32 (m, D), unit rows.
            camera: int64 (m,), number of each one's camera.
        """
        scores, m = self.scores, len(vectors)
        camera = camera if self.frozen.by_camera else np.zeros_like(camera)
        every = np.concatenate([scores.camera_norm.camera, camera])
        k = scores.index.shape[1]
        zero = np.zeros(m, dtype=np.float32)
        longer: dict[str, Any] = {
            name: np.concatenate([getattr(scores, name), zero])
            for name in ("centre", "scale", "other_centre", "other_scale")
        }
        scores = replace(
            scores,
            index=np.vstack([scores.index, np.full((m, k), -1, dtype=scores.index.dtype)]),
            similarity=np.vstack([scores.similarity, np.full((m, k), -np.inf, dtype=np.float32)]),
            camera_norm=replace(scores.camera_norm, camera=every),
            **longer,
        )
        new = np.ones(m, dtype=bool)
        return GroupState(
            self.frozen,
            (*self.vectors, vectors.astype(np.float16)),
            scores,
            np.concatenate([self.alive, new]),
            np.concatenate([self.rival, zero]),
            np.concatenate([self.changed, new]),
        )


def count_by_spacings(scores: CohortScores, slots: np.ndarray, tracks: int) -> float:
    """Same-identity count by the lists of some slots, as far as they are whole; 0 where none is."""
    sample = slots[:: max(1, int(np.ceil(len(slots) / _SAMPLED)))]
    similarity = scores.similarity[sample, : scores.cohort + 1]
    similarity = similarity[np.isfinite(similarity).all(axis=1)]
    if similarity.shape[1] <= scores.cohort or not len(similarity):
        return 0.0
    return estimate_same_id_count(neighbour_spacings(similarity, tracks))


def mean_mates(labels: np.ndarray) -> float:
    """Mean number of other tracks in the cluster of a track; `labels` int (n,), whatever the numbers."""
    size = np.unique(labels, return_counts=True)[1]
    return float((size * (size - 1)).sum() / max(len(labels), 1))
