"""Adaptive symmetric score normalisation (AS-norm) of similarities, and the affinity graph made of them.

A cosine means different things for different models, cameras and footage: the nearest of a thousand
different identities is nearer than the nearest of ten. So each track has its own cohort, its nearest
others, and a similarity counts by how far it exceeds those to the cohort. The size of the cohort is
`cohort.py`, clustering is `linkage.py`.
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


@dataclass(frozen=True)
class CohortScores:
    """The nearest tracks of each track, and the mean and spread of similarity to its cohort.

    Attributes:
        index: int (n, m), nearest first; ties by row number.
        similarity: float32 (n, m), standard scores of `camera_norm`.
        centre: float32 (n,), mean similarity to the cohort.
        scale: float32 (n,), spread of similarity to the cohort, softened; above 0.
        cohort: number of nearest tracks that are the cohort of each, at most m.
        camera_norm: what made the cosines comparable.
    """

    index: np.ndarray
    similarity: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
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
        count = min(max(parameters.candidates, cohort + 1), len(vectors) - 1)
        neighbours = nearest_tracks(vectors, camera_norm, count, index)
        return cls._measure(*neighbours, cohort, camera_norm, parameters.cohort_softening)

    def refresh(self, vectors: np.ndarray, parameters: AutoParameters = DEFAULT_PARAMETERS) -> Self:
        """The same for other vectors of the same tracks, those of self-training; the cohort's size stays.

        Many tracks are not searched again: their earlier neighbours are ranked anew.
        """
        camera_norm = CameraPairNorm.fit(vectors, self.camera_norm.camera, parameters)
        if len(vectors) <= _SEARCH_AGAIN_UP_TO:
            neighbours = nearest_tracks(vectors, camera_norm, self.index.shape[1])
        else:
            neighbours = rescored(vectors, camera_norm, self.index)
        return self._measure(*neighbours, self.cohort, camera_norm, parameters.cohort_softening)

    @classmethod
    def _measure(
        cls,
        index: np.ndarray,
        similarity: np.ndarray,
        cohort: int,
        camera_norm: CameraPairNorm,
        softening: float,
    ) -> Self:
        own = similarity[:, :cohort]
        scale = np.maximum(own.std(axis=1) + softening, 1e-6)
        return cls(index, similarity, own.mean(axis=1), scale, cohort, camera_norm)

    def score(self, similarity: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Standard scores of similarities between rows `left` and `right`: the mean of both tracks' views."""
        from_left = (similarity - self.centre[left]) / self.scale[left]
        from_right = (similarity - self.centre[right]) / self.scale[right]
        return (from_left + from_right) / 2


def affinity_graph(scores: CohortScores, parameters: AutoParameters = DEFAULT_PARAMETERS) -> csr_array:
    """Sparse symmetric (n, n), at least 0: how far each pair of near tracks stands out; absent means 0.

    The soft plus of the standard score, less its value at the floor. Different-identity pairs count
    nothing however unlike they are (one odd view must not outweigh five good ones), same-identity pairs
    count by how far they stand out.
    """
    n, candidates = scores.index.shape
    left, right = np.repeat(np.arange(n), candidates), scores.index.ravel()
    score = scores.score(scores.similarity.ravel(), left, right)
    keep = score > parameters.affinity_floor
    weight = (_softplus(score[keep]) - _softplus(parameters.affinity_floor)).astype(np.float32)
    one_way = csr_array((weight, (left[keep], right[keep])), shape=(n, n))
    return one_way.maximum(one_way.T).tocsr()


def score_to_affinity(score: float, parameters: AutoParameters = DEFAULT_PARAMETERS) -> float:
    """Affinity of a standard score: the scale on which the dendrogram is cut."""
    return float(_softplus(score) - _softplus(parameters.affinity_floor))


def _softplus(score: np.ndarray | float) -> np.ndarray:
    return np.logaddexp(0, score)
