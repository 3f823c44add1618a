"""How far two tracks stand out from the strangers each of them looks most like.

A cosine means different things for different models, cameras and crowds: the nearest of a thousand
strangers is nearer than the nearest of ten. So every track is its own measure: a similarity counts
by how much it exceeds those to the track's nearest others. Clustering is `linkage.py`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.camera_pair_norm import PairScale, measure_pairs
from reid_assets.reid.association.cohort import cohort_size
from reid_assets.reid.association.neighbors.search import nearest_tracks, rescored
from reid_assets.reid.association.null_model import SOFTENING

_REACH = 64  # nearest tracks that are looked at as possible mates
_FLOOR = -1.5  # standard scores below this say "strangers" all alike
_SEARCH_ANEW = 6_000  # tracks up to which learned vectors are searched anew, not among the first's candidates


@dataclass(frozen=True)
class Neighbourhoods:
    """The nearest tracks of each track, and the measure they make.

    Attributes:
        index: int64 (n, m), nearest first; ties by row number.
        similarity: float32 (n, m), comparable similarities (see `comparability.py`).
        centre: float32 (n,), mean similarity of the nearest `cohort`.
        scale: float32 (n,), their spread, softened; above 0.
        cohort: how many nearest tracks are the measure.
        pairs: what makes cosines comparable.
    """

    index: np.ndarray
    similarity: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    cohort: int
    pairs: PairScale

    def score(self, similarity: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Standard score of similarities between rows `left` and `right`: mean of both views."""
        here = (similarity - self.centre[left]) / self.scale[left]
        there = (similarity - self.centre[right]) / self.scale[right]
        return (here + there) / 2


def neighbourhoods(vectors: np.ndarray, camera: np.ndarray, index: str = "auto") -> Neighbourhoods:
    """Find the nearest tracks of each track and measure them.

    Adaptive symmetric score normalisation as in speaker verification (Matějka et al. 2017, Analysis
    of score normalization in multilingual speaker recognition, section 2.4; top-scoring cohort).

    Args:
        vectors: float32 (n, D), unit rows, n >= 3.
        camera: int64 (n,), camera of each, numbered from 0.
        index: how to search; see `nearest.nearest_tracks`.
    """
    pairs = measure_pairs(vectors, camera)
    cohort = cohort_size(vectors, pairs)
    reach = min(max(_REACH, cohort + 1), len(vectors) - 1)
    return _measured(*nearest_tracks(vectors, pairs, reach, index), cohort, pairs)


def rank_anew(near: Neighbourhoods, vectors: np.ndarray) -> Neighbourhoods:
    """The same for vectors learned from a first result; large footage is not searched again, but ranked."""
    pairs = measure_pairs(vectors, near.pairs.camera)
    if len(vectors) <= _SEARCH_ANEW:
        return _measured(*nearest_tracks(vectors, pairs, near.index.shape[1]), near.cohort, pairs)
    return _measured(*rescored(vectors, pairs, near.index), near.cohort, pairs)


def _measured(index: np.ndarray, similarity: np.ndarray, cohort: int, pairs: PairScale) -> Neighbourhoods:
    measure = similarity[:, :cohort]
    scale = np.maximum(measure.std(axis=1) + SOFTENING, 1e-6)
    return Neighbourhoods(index, similarity, measure.mean(axis=1), scale, cohort, pairs)


def affinity_graph(near: Neighbourhoods) -> csr_array:
    """Sparse symmetric (n, n): how much each pair of near tracks stands out; absent means 0.

    The soft plus of the standard score, less its value at the floor: strangers count nothing however
    unlike they are (one odd view must not outweigh five good ones), mates count by how far they
    stand out.
    """
    n, reach = near.index.shape
    left, right = np.repeat(np.arange(n), reach), near.index.ravel()
    score = near.score(near.similarity.ravel(), left, right)
    keep = score > _FLOOR
    weight = (_softplus(score[keep]) - _softplus(_FLOOR)).astype(np.float32)
    one_way = csr_array((weight, (left[keep], right[keep])), shape=(n, n))
    return one_way.maximum(one_way.T).tocsr()


def height_of(score: float) -> float:
    """Affinity of a standard score: the scale on which clusters are cut."""
    return float(_softplus(score) - _softplus(_FLOOR))


def _softplus(score: np.ndarray | float) -> np.ndarray:
    return np.logaddexp(0, score)
