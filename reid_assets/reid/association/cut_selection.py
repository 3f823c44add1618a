"""Where to cut the dendrogram, chosen from the footage itself: the auto-tuned parameter of method `auto`.

The right cut depends on how many tracks an identity has and how many identities there are: it is where the
clustering makes about as many pairs as there are. Neither is known, and both show: in the spacings between a
track's nearest neighbours, of all cameras and of others, in whether its two nearest resemble each other, and
in the clusters themselves. How these go together is `cut_model.py`. No labels of the footage are used.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from reid_assets.reid.association.as_norm import CohortScores, score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.camera_pair_norm import cosine_between
from reid_assets.reid.association.cut_model import SHIPPED
from reid_assets.reid.association.linkage import Dendrogram
from reid_assets.reid.association.null_model import null_transitivity
from reid_assets.reid.association.spacings import estimate_same_id_count, neighbour_spacings

LEAST_COUNT = 0.3  # of same-identity tracks, for the logarithm
LEAST_CLUSTERED = 0.05  # added to the other tracks in a cluster, for the logarithm
_FINE_GRID_BELOW = 5_000  # tracks from which only every fourth cut is tried
_SILHOUETTE_SAMPLE = 20_000  # tracks whose silhouettes judge a cut


@dataclass(frozen=True)
class FootageStatistics:
    """What the footage shows of the size of its identities before anything is clustered.

    Attributes:
        same_id_count: other tracks of its identity that a track seems to have, if it has any.
        other_camera_count: the same among tracks of other cameras alone.
        cameras: effective number of cameras, 1 / sum of squared shares of the tracks.
        transitivity: how similar a track's two nearest are to each other: 0 as in the null model, 1 as
            tracks of one identity.
        first_spacings: normalised spacings behind the first three neighbours, their mean; 1 among
            different identities.
        first_spacing_excess: how much wider the spacing behind the nearest track is than that behind the
            second, above what different identities show.
    """

    same_id_count: float
    other_camera_count: float
    cameras: float
    transitivity: float
    first_spacings: float
    first_spacing_excess: float

    def multi_track_weight(self, parameters: AutoParameters = DEFAULT_PARAMETERS) -> float:
        """0..1: how clearly the footage shows that identities have several tracks."""
        evidence = self.transitivity + parameters.transitivity_per_spacing * (self.first_spacings - 1)
        return float(expit((evidence - parameters.multi_track_midpoint) / parameters.multi_track_slope))


@dataclass(frozen=True)
class CutChoice:
    """The cut chosen and what it rests on, as standard scores.

    Attributes:
        score: the cut chosen.
        by_silhouette_difference: cut at which the clusters' silhouettes are best.
        by_model: the cut for identities of several tracks.
        singleton_cut: the cut where identities seem to have one or two tracks.
        returns: whether any identity seems to come back at all: neighbours are transitive, or pairs
            stand out.
    """

    score: float
    by_silhouette_difference: float
    by_model: float
    singleton_cut: float
    returns: bool


def measure_footage(
    scores: CohortScores, vectors: np.ndarray, parameters: AutoParameters = DEFAULT_PARAMETERS
) -> FootageStatistics:
    """Measure the spacings between neighbours, and the transitivity of each track's two nearest.

    For vectors that no clustering has been learned from: later ones repeat what the clustering said.
    """
    spacings = neighbour_spacings(scores.similarity[:, : scores.cohort + 1], len(vectors))
    excess = (
        float(spacings[0] / spacings[1])
        - parameters.null_spacing_ratio
        - parameters.spacing_ratio_noise / np.sqrt(len(vectors))
    )
    transitivity = 1.0  # where the cohort had to be widened, the nearest tracks are of the same identity
    if scores.cohort <= parameters.min_cohort:
        null = null_transitivity(vectors, scores.camera_norm.camera, scores.cohort, parameters)
        full = max(parameters.full_transitivity - null, parameters.min_transitivity_range)
        transitivity = (_transitivity(scores, vectors) - null) / full
    count = estimate_same_id_count(spacings)
    shares = np.bincount(scores.camera_norm.camera) / len(vectors)
    cameras = 1.0 / float((shares**2).sum())
    across = scores.other_camera_similarity()
    other_count = count
    if across.shape[1] > parameters.min_other_cohort:
        others = round(len(vectors) * (1.0 - 1.0 / cameras)) + 1
        other_count = estimate_same_id_count(neighbour_spacings(across, max(others, across.shape[1] + 1)))
    first_spacings = float(spacings[: parameters.first_spacings].mean())
    return FootageStatistics(count, other_count, cameras, transitivity, first_spacings, excess)


def choose_cut(
    dendrogram: Dendrogram,
    graph: csr_array,
    footage: FootageStatistics,
    caution: float,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> CutChoice:
    """Choose the standard score at which the dendrogram of the affinity `graph` is cut.

    Where identities have several tracks, by the model of `cut_model.py`. Where a track's two nearest are
    different identities, a pair must stand out by itself. `caution` 0..1 moves the cut; 0.5 leaves it.
    """
    by_difference = _best_silhouette(dendrogram, graph, parameters)
    by_model = SHIPPED.cut(cut_features(dendrogram, footage, by_difference, parameters))
    excess = float(
        np.clip(footage.first_spacing_excess - parameters.min_excess, 0.0, parameters.excess_range)
    )
    singleton_cut = parameters.singleton_cut - parameters.singleton_cut_per_excess * excess
    weight = footage.multi_track_weight(parameters)
    score = weight * by_model + (1 - weight) * singleton_cut + parameters.caution_range * (caution - 0.5)
    returns = weight > 0.5 or singleton_cut < parameters.unsupported_above
    return CutChoice(score, by_difference, by_model, singleton_cut, returns)


def cut_features(
    dendrogram: Dendrogram,
    footage: FootageStatistics,
    by_difference: float,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> np.ndarray:
    """What the cut is told by, float64 (9,), in the order of `cut_model.FEATURES`."""
    sizes = [np.bincount(dendrogram.cut(score_to_affinity(at, parameters))) for at in (0.0, 1.0, 2.0)]
    clustered = [float((size * (size - 1)).sum()) / dendrogram.size for size in sizes]
    return np.array(
        [
            np.log(max(footage.same_id_count, LEAST_COUNT)),
            np.log(max(footage.other_camera_count, LEAST_COUNT)),
            1.0 / footage.cameras,
            np.log(dendrogram.size),
            np.clip(footage.transitivity, 0.0, 1.1),
            by_difference,
            *np.log(np.array(clustered) + LEAST_CLUSTERED),
        ]
    )


def _transitivity(scores: CohortScores, vectors: np.ndarray) -> float:
    """Mean standard score between the two nearest of a track."""
    first, second = scores.index[:, 0], scores.index[:, 1]
    similarity = scores.camera_norm.score(cosine_between(vectors, first, second), first, second)
    return float(scores.score(similarity, first, second).mean())


def _best_silhouette(dendrogram: Dendrogram, graph: csr_array, parameters: AutoParameters) -> float:
    """The cut at which tracks are nearest to their own cluster compared with the next best one."""
    from reid_assets.reid.association.silhouette import silhouette_terms

    grid = np.arange(*parameters.cut_grid)
    grid = grid if dendrogram.size < _FINE_GRID_BELOW else grid[::4]
    step = int(np.ceil(dendrogram.size / _SILHOUETTE_SAMPLE))
    difference = []
    for score in grid:
        labels = dendrogram.cut(score_to_affinity(score, parameters))
        own, other, clustered = silhouette_terms(graph, labels, step)
        apart = np.where(clustered, own - other - parameters.silhouette_offset, 0.0)
        difference.append(float(apart.mean()))
    return float(grid[int(np.argmax(difference))])
