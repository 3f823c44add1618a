"""Where to cut the tree, learned from the footage itself.

The right cut depends on how many tracks an identity has and how many strangers there are. Neither
is known, and both show: in the gaps between a track's nearest neighbours, in whether its two nearest
are near each other, and in how clearly clustered tracks stand apart. Nothing is learned from labels.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit
from scipy.stats import norm

from reid_assets.reid.association.linkage import Tree
from reid_assets.reid.association.neighbourhoods import Neighbourhoods, height_of

GRID = np.arange(-0.6, 3.61, 0.1)  # standard scores at which a cut is tried
_DOUBT = 0.2  # affinity by which a clustered track must stand apart to count for its cut
_STRICT = 3.0  # standard score that one stranger in twenty tracks does not reach
_NOBODY = 2.5  # strictness from which no pair stands out
_SWAY = 2.0  # standard scores between the most and the least cautious cut
_REACH_SHARE = 0.3
_CLOSED = 0.36  # mean score between the two nearest of a track from which identities are taken as larger


@dataclass(frozen=True)
class Cut:
    """The chosen point and what it rests on; all but `mates` and `closure` are standard scores.

    Attributes:
        score: the point chosen.
        by_margin, by_contrast: where clustered tracks stand apart best, in difference and in ratio.
        by_mates: what the number of tracks of an identity suggests.
        strict: what is asked where identities seem to have one or two tracks.
        mates: other tracks of its identity that a track seems to have.
        closure: mean score between a track's two nearest; near 0 where they are strangers.
    """

    score: float
    by_margin: float
    by_contrast: float
    by_mates: float
    strict: float
    mates: float
    closure: float

    @property
    def supported(self) -> bool:
        """Whether anybody seems to come back at all: mates close up, or pairs stand out."""
        return self.closure > _CLOSED or self.strict < _NOBODY


def choose_cut(
    tree: Tree, graph: csr_array, near: Neighbourhoods, vectors: np.ndarray, caution: float
) -> Cut:
    """Choose the standard score at which the tree of `graph` is cut.

    The middle one of three opinions holds where identities have several tracks. Where a track's two nearest
    are strangers to each other, identities have one or two tracks, margins say nothing, and one pair
    must stand out by itself. `caution` 0..1 moves the point; 0.5 leaves it.
    """
    gaps = neighbour_gaps(near)
    mates = count_mates(gaps)
    closure = _closure(near, vectors)
    by_margin, by_contrast = _best_margins(tree, graph)
    by_mates = float(np.clip(0.9 - 0.5 * np.log(max(mates, 0.3)), GRID[0], GRID[-1]))
    pairs_stand_out = gaps[0] / gaps[1] - 0.93 - 1.5 / np.sqrt(tree.size)
    strict = _STRICT - 2.8 * float(np.clip(pairs_stand_out, 0.0, 0.5))
    several = float(expit((closure - _CLOSED) / 0.05))
    # A cohort that reaches into the far part of a small crowd is a low measure; the cut moves with it.
    reach = _REACH_SHARE * near.cohort / tree.size
    score = (
        several * (np.median([by_margin, by_contrast, by_mates]) + reach)
        + (1 - several) * strict
        + _SWAY * (caution - 0.5)
    )
    return Cut(float(score), by_margin, by_contrast, by_mates, strict, mates, closure)


def neighbour_gaps(near: Neighbourhoods) -> np.ndarray:
    """Mean normalised gap behind the k-th nearest track, k = 1 … the cohort at most: float64 (k,).

    For strangers alone the gaps k (z_k - z_(k+1)) of an exponential tail are alike for all k
    (Rényi 1953); mates before the k-th place widen the gap behind them. In units of the far half.
    """
    sorted_similarity = near.similarity[:, : near.cohort + 1].astype(np.float64)
    k = np.arange(1, sorted_similarity.shape[1])
    gaps = k * (sorted_similarity[:, :-1] - sorted_similarity[:, 1:])
    far = gaps[:, len(k) // 2 :].mean(axis=1, keepdims=True)
    gaps = (gaps / np.maximum(far, 1e-9)).mean(axis=0)
    place = norm.isf((k - 0.3) / len(sorted_similarity))
    # A bell-shaped crowd of strangers thins out faster than exponentially: its near gaps are smaller.
    expected = place[len(k) // 2 :].mean() / np.maximum(place, 1e-3)
    return (
        gaps / (expected / expected[len(k) // 2 :].mean())
        if len(sorted_similarity) > 2 * near.cohort
        else gaps
    )


def count_mates(gaps: np.ndarray) -> float:
    """Other tracks of its identity that a track has, as told by where the gaps are too wide."""
    near = len(gaps) // 2
    k = np.arange(1, near + 1)
    excess = np.maximum(gaps[:near] - 1.0, 0.0)
    return float(excess.sum() / max((excess / k).sum(), 1e-9))


def _closure(near: Neighbourhoods, vectors: np.ndarray) -> float:
    first, second = near.index[:, 0], near.index[:, 1]
    cosine = np.einsum("ij,ij->i", vectors[first], vectors[second])
    return float(near.score(cosine, first, second).mean())


def _best_margins(tree: Tree, graph: csr_array) -> tuple[float, float]:
    """Cuts at which tracks are nearest to their own cluster compared with the next best one."""
    grid = GRID if tree.size < 5_000 else GRID[::4]
    difference, ratio = [], []
    for score in grid:
        own, other, clustered = own_and_other(graph, tree.cut(float(height_of(score))))
        apart = own - other
        difference.append(float(np.where(clustered, apart - _DOUBT, 0.0).mean()))
        ratio.append(float(np.where(clustered, apart / (own + other + 0.5), 0.0).mean()))
    return float(grid[int(np.argmax(difference))]), float(grid[int(np.argmax(ratio))])


def own_and_other(graph: csr_array, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean affinity of each row to its own cluster (without itself) and to the best other one.

    Returns:
        float (n,), float (n,), and bool (n,): whether the row's cluster has other rows.
    """
    n, size = len(labels), np.bincount(labels)
    member = csr_array((np.ones(n), (np.arange(n), labels)), shape=(n, len(size)))
    total = (graph @ member).tocoo()
    row, cluster = total.coords
    own_cell = cluster == labels[row]
    own = np.zeros(n)
    own[row[own_cell]] = total.data[own_cell] / np.maximum(size[labels[row[own_cell]]] - 1, 1)
    other = np.zeros(n)
    np.maximum.at(other, row[~own_cell], total.data[~own_cell] / size[cluster[~own_cell]])
    return own, other, size[labels] > 1
