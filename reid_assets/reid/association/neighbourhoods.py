"""How far two tracks stand out from the strangers each of them looks most like.

A cosine means different things for different models, cameras and crowds: the nearest of a thousand
strangers is nearer than the nearest of ten. So every track is its own measure: a similarity counts
by how much it exceeds those to the track's nearest others. Clustering is `linkage.py`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.nearest import nearest_tracks

_REACH = 96  # nearest tracks that are looked at as possible mates
_FLOOR = -1.5  # standard scores below this say "strangers" all alike
_SOFTENING = 0.3  # of the spread of all similarities, added to a cohort's own


@dataclass(frozen=True)
class Neighbourhoods:
    """The nearest tracks of each track, and the measure they make.

    Attributes:
        index: int64 (n, m), nearest first; ties by row number.
        similarity: float32 (n, m), cosines.
        centre: float32 (n,), mean cosine of the nearest `cohort`.
        scale: float32 (n,), their spread, softened; above 0.
        cohort: how many nearest tracks are the measure.
    """

    index: np.ndarray
    similarity: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    cohort: int

    def score(self, similarity: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Standard score of cosines between rows `left` and `right`: mean of both views."""
        here = (similarity - self.centre[left]) / self.scale[left]
        there = (similarity - self.centre[right]) / self.scale[right]
        return (here + there) / 2


def neighbourhoods(vectors: np.ndarray, cohort: int) -> Neighbourhoods:
    """Find the nearest tracks of each track and measure them.

    Adaptive symmetric score normalisation as in speaker verification (Matějka et al. 2017, Analysis
    of score normalization in multilingual speaker recognition, section 2.4; top-scoring cohort).

    Args:
        vectors: float32 (n, D), unit rows, n >= 2.
        cohort: nearest tracks that serve as the measure; a few times the tracks of an identity.
    """
    found, similarity = nearest_tracks(vectors, min(max(_REACH, cohort + 1), len(vectors) - 1))
    measure = similarity[:, :cohort]
    scale = np.maximum(measure.std(axis=1) + _SOFTENING * _spread(vectors), 1e-6)
    return Neighbourhoods(found, similarity, measure.mean(axis=1), scale, cohort)


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
    weight = height_of(score[keep]).astype(np.float32)
    one_way = csr_array((weight, (left[keep], right[keep])), shape=(n, n))
    return one_way.maximum(one_way.T).tocsr()


def height_of(score: np.ndarray | float) -> np.ndarray:
    """Affinity of a standard score: the scale on which clusters are cut."""
    return np.logaddexp(0, score) - np.logaddexp(0, _FLOOR)


def _spread(vectors: np.ndarray) -> float:
    """Robust standard deviation of the cosines among some rows, the same ones every time."""
    some = vectors[:: int(np.ceil(len(vectors) / 500))]
    cosine = (some @ some.T)[np.triu_indices(len(some), 1)]
    return float(1.4826 * np.median(np.abs(cosine - np.median(cosine))))
