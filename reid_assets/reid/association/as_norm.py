"""Adaptive symmetric score normalisation (AS-norm) of similarities, and the affinity graph made of them.

A cosine means different things for different models, cameras and footage: the nearest of a thousand
different identities is nearer than the nearest of ten. So each track has its own cohort, its nearest
others, and a similarity counts by how far it exceeds those to the cohort. Two tracks of one person under one
camera are near-twins, and so are lookalikes in one light: a pair of two cameras is therefore judged against
the nearest tracks of other cameras only. The size of the cohort is `cohort.py`, clustering is `linkage.py`.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS, AutoParameters
from reid_assets.reid.association.camera_pair_norm import CameraPairNorm
from reid_assets.reid.association.cohort import cohort_size
from reid_assets.reid.association.neighbors.search import nearest_tracks, rescored

_SEARCH_AGAIN_UP_TO = 6_000  # tracks up to which learned vectors are searched anew, not re-ranked
_ROWS_AT_A_TIME = 50_000  # rows of neighbours that are scored at a time


@dataclass(frozen=True)
class CohortScores:
    """The nearest tracks of each track, and the mean and spread of similarity to its cohort.

    Attributes:
        index: int (n, m), nearest first; ties by row number.
        similarity: float32 (n, m), standard scores of `camera_norm`.
        centre: float32 (n,), mean similarity to the cohort.
        scale: float32 (n,), spread of similarity to the cohort, softened; above 0.
        other_centre, other_scale: the same for the nearest tracks of other cameras; where a track has too
            few of these among its nearest, those of all.
        cohort: number of nearest tracks that are the cohort of each, at most m.
        camera_norm: what made the cosines comparable.
    """

    index: np.ndarray
    similarity: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    other_centre: np.ndarray
    other_scale: np.ndarray
    cohort: int
    camera_norm: CameraPairNorm

    @classmethod
    def fit(
        cls,
        vectors: np.ndarray,
        camera: np.ndarray,
        index: str = "auto",
        parameters: AutoParameters = DEFAULT_PARAMETERS,
    ) -> Self:
        """Find the nearest tracks of each track, and measure its cohort.

        Adaptive symmetric score normalisation with the top-scoring cohort, as in speaker verification:
        Matějka et al. 2017, Analysis of score normalization in multilingual speaker recognition,
        section 2.4.

        Args:
            vectors: float32 (n, D), unit rows, n >= 3.
            camera: int64 (n,), camera of each, numbered from 0.
            index: how to search; see `neighbors.search.nearest_tracks`.
        """
        camera_norm = CameraPairNorm.fit(vectors, camera, parameters)
        cohort = cohort_size(vectors, camera_norm, parameters)
        count = min(_candidates(camera, cohort, parameters), len(vectors) - 1)
        neighbours = nearest_tracks(vectors, camera_norm, count, index)
        return cls._measure(*neighbours, cohort, camera_norm, parameters)

    def refresh(self, vectors: np.ndarray, parameters: AutoParameters = DEFAULT_PARAMETERS) -> Self:
        """The same for other vectors of the same tracks, those of self-training; the cohort's size stays.

        Many tracks are not searched again: their earlier neighbours are ranked anew.
        """
        camera_norm = CameraPairNorm.fit(vectors, self.camera_norm.camera, parameters)
        if len(vectors) <= _SEARCH_AGAIN_UP_TO:
            neighbours = nearest_tracks(vectors, camera_norm, self.index.shape[1])
        else:
            neighbours = rescored(vectors, camera_norm, self.index)
        return self._measure(*neighbours, self.cohort, camera_norm, parameters)

    @classmethod
    def _measure(
        cls,
        index: np.ndarray,
        similarity: np.ndarray,
        cohort: int,
        camera_norm: CameraPairNorm,
        parameters: AutoParameters,
    ) -> Self:
        own, softening = similarity[:, :cohort], parameters.cohort_softening
        centre, scale = own.mean(axis=1), np.maximum(own.std(axis=1) + softening, 1e-6)
        other_centre, other_scale = centre.copy(), scale.copy()
        camera = camera_norm.camera
        for start in range(0, len(index), _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            other = camera[index[rows]] != camera[rows, None]
            other &= np.cumsum(other, axis=1) <= cohort
            count = other.sum(axis=1)
            enough = np.flatnonzero(count >= parameters.min_other_cohort)
            value = np.where(other[enough], similarity[rows][enough], 0.0)
            mean = value.sum(axis=1) / count[enough]
            variance = (value**2).sum(axis=1) / count[enough] - mean**2
            other_centre[start + enough] = mean
            other_scale[start + enough] = np.maximum(np.sqrt(np.maximum(variance, 0.0)) + softening, 1e-6)
        return cls(index, similarity, centre, scale, other_centre, other_scale, cohort, camera_norm)

    def score(self, similarity: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Standard scores of similarities between rows `left` and `right` against the nearest of all."""
        from_left = (similarity - self.centre[left]) / self.scale[left]
        from_right = (similarity - self.centre[right]) / self.scale[right]
        return (from_left + from_right) / 2

    def neighbour_scores(self, rows: slice | np.ndarray) -> np.ndarray:
        """Standard scores of some rows with their nearest, float32 (rows, m): the mean of both tracks' views.

        Pairs of one camera are judged against the nearest of all, pairs of two against those of others.
        """
        index, similarity, camera = self.index[rows], self.similarity[rows], self.camera_norm.camera
        same = camera[index] == camera[rows, None]
        from_left = similarity - np.where(same, self.centre[rows, None], self.other_centre[rows, None])
        from_left /= np.where(same, self.scale[rows, None], self.other_scale[rows, None])
        from_right = similarity - np.where(same, self.centre[index], self.other_centre[index])
        from_right /= np.where(same, self.scale[index], self.other_scale[index])
        return (from_left + from_right) / 2

    def other_camera_similarity(self) -> np.ndarray:
        """Similarities to the nearest tracks of other cameras, falling: float32 (rows, k), of a sample.

        k is what nine rows in ten have among their nearest, at most the cohort and one; 0 of one camera.
        """
        step = int(np.ceil(len(self.index) / _ROWS_AT_A_TIME))
        camera = self.camera_norm.camera
        other = camera[self.index[::step]] != camera[::step, None]
        count = other.sum(axis=1)
        most = min(int(np.quantile(count, 0.1)), self.cohort + 1)
        enough = count >= max(most, 1)
        kept = other[enough] & (np.cumsum(other[enough], axis=1) <= most)
        return self.similarity[::step][enough][kept].reshape(-1, most) if most else np.empty((0, 0))


def _candidates(camera: np.ndarray, cohort: int, parameters: AutoParameters) -> int:
    """How many nearest tracks are kept of each, so that about a cohort of them is of other cameras."""
    share = 1.0 - float((np.bincount(camera) ** 2).sum()) / len(camera) ** 2
    across = parameters.other_surplus * (cohort + 1) / max(share, 1e-3) if share > 0 else 0.0
    return max(parameters.candidates, cohort + 1, int(min(across, 2 * parameters.candidates)))


def affinity_graph(scores: CohortScores, parameters: AutoParameters = DEFAULT_PARAMETERS) -> csr_array:
    """Sparse symmetric (n, n), at least 0: how far each pair of near tracks stands out; absent means 0.

    The soft plus of the standard score, less its value at the floor. Different-identity pairs count
    nothing however unlike they are (one odd view must not outweigh five good ones), same-identity pairs
    count by how far they stand out.
    """
    n = len(scores.index)
    weights, columns, counts = [], [], []
    for start in range(0, n, _ROWS_AT_A_TIME):
        rows = slice(start, start + _ROWS_AT_A_TIME)
        score = scores.neighbour_scores(rows)
        keep = score > parameters.affinity_floor
        weights.append((_softplus(score[keep]) - _softplus(parameters.affinity_floor)).astype(np.float32))
        columns.append(scores.index[rows][keep])
        counts.append(keep.sum(axis=1))
    indptr = np.concatenate([[0], np.cumsum(np.concatenate(counts))])
    one_way = csr_array((np.concatenate(weights), np.concatenate(columns), indptr), shape=(n, n))
    return one_way.maximum(one_way.T).tocsr()


def pair_affinity(
    scores: CohortScores,
    left: np.ndarray,
    right: np.ndarray,
    similarity: np.ndarray,
    parameters: AutoParameters = DEFAULT_PARAMETERS,
) -> np.ndarray:
    """Float32 (m,): affinities of pairs of near tracks as in `affinity_graph`; 0 below the floor.

    Args:
        left, right: int (m,), rows.
        similarity: float32 (m,), their standard scores by camera.
    """
    camera = scores.camera_norm.camera
    same, score = camera[left] == camera[right], np.zeros(len(left), dtype=np.float32)
    for one in (left, right):
        centre = np.where(same, scores.centre[one], scores.other_centre[one])
        score += (similarity - centre) / np.where(same, scores.scale[one], scores.other_scale[one])
    score /= 2
    affinity = _softplus(score) - _softplus(parameters.affinity_floor)
    return np.where(score > parameters.affinity_floor, affinity, 0.0).astype(np.float32)


def score_to_affinity(score: float, parameters: AutoParameters = DEFAULT_PARAMETERS) -> float:
    """Affinity of a standard score: the scale on which the dendrogram is cut."""
    return float(_softplus(score) - _softplus(parameters.affinity_floor))


def _softplus(score: np.ndarray | float) -> np.ndarray:
    return np.logaddexp(0, score)
