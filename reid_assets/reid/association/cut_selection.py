"""Where to cut the tree, learned from the footage itself.

The right cut depends on how many tracks an identity has and how many strangers there are. Neither
is known, and both show: in the gaps between a track's nearest neighbours, in whether its two nearest
are near each other, and in how clearly clustered tracks stand apart. Nothing is learned from labels.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit

from reid_assets.reid.association.as_norm import Neighbourhoods, height_of
from reid_assets.reid.association.camera_pair_norm import cosine_between
from reid_assets.reid.association.cohort import LEAST_COHORT
from reid_assets.reid.association.linkage import Tree
from reid_assets.reid.association.null_model import closure_of_strangers
from reid_assets.reid.association.spacings import count_mates, neighbour_gaps

GRID = np.arange(-0.6, 3.61, 0.1)  # standard scores at which a cut is tried
_JUDGED = 20_000  # tracks by whose margins a cut is judged
_DOUBT = 0.2  # affinity by which a clustered track must stand apart to count for its cut
_STRICT = 3.6  # standard score that one stranger in twenty tracks does not reach
_NOBODY = 3.0  # strictness from which no pair stands out
_SWAY = 2.0  # standard scores between the most and the least cautious cut
_LIKELY = 0.49  # company from which identities have several tracks
_PER_GAP = 0.15
_UNSURE = 0.012
_LATITUDE = 0.3
_FEW, _FEW_TRACKS = 0.15, 300  # added to the cut where there are so few tracks that a cohort reaches far
_USUAL = 0.93  # the first gap in units of the second, among strangers
_CLOSED = 2.0  # closure of tracks whose two nearest are always mates
_MATES = [1.8, 2.2, 2.8, 3.5, 4.0, 7.0, 11.0]
_CUT_FOR_MATES = [2.2, 1.8, 1.2, 0.4, 0.0, -0.1, -0.5]


@dataclass(frozen=True)
class Sizes:
    """What the footage shows of the size of identities before anything is grouped.

    Attributes:
        mates: other tracks of its identity that a track seems to have, if it has any.
        closure: how near a track's two nearest are to each other: 0 as among strangers, 1 as mates.
        first_gaps: normalised gaps behind the first three neighbours; 1 among strangers.
        stand_out: how much wider the gap behind the nearest track is than that behind the second.
    """

    mates: float
    closure: float
    first_gaps: float
    stand_out: float

    @property
    def several(self) -> float:
        """0..1: how far the footage shows that identities have several tracks."""
        company = self.closure + _PER_GAP * (self.first_gaps - 1)
        return float(expit((company - _LIKELY) / _UNSURE))


@dataclass(frozen=True)
class Cut:
    """The chosen point and what it rests on, as standard scores.

    Attributes:
        score: the point chosen.
        by_margin, by_contrast: where clustered tracks stand apart best, in difference and in ratio.
        by_mates: what the number of tracks of an identity suggests.
        strict: what is asked where identities seem to have one or two tracks.
        supported: whether anybody seems to come back at all: mates close up, or pairs stand out.
    """

    score: float
    by_margin: float
    by_contrast: float
    by_mates: float
    strict: float
    supported: bool


def measure_sizes(near: Neighbourhoods, vectors: np.ndarray) -> Sizes:
    """Measure gaps between neighbours, and whether the two nearest of a track are near each other.

    To be asked of vectors that have not been learned from a grouping: those repeat what it said.
    """
    gaps = neighbour_gaps(near.similarity[:, : near.cohort + 1], len(vectors))
    stand_out = float(gaps[0] / gaps[1]) - _USUAL - 1.5 / np.sqrt(len(vectors))
    closed = 1.0  # where the cohort had to be widened, the nearest tracks are crowded: mates
    if near.cohort <= LEAST_COHORT:
        strangers = closure_of_strangers(vectors, near.pairs.camera, near.cohort)
        closed = (_closure(near, vectors) - strangers) / max(_CLOSED - strangers, 0.5)
    return Sizes(count_mates(gaps), closed, float(gaps[:3].mean()), stand_out)


def choose_cut(tree: Tree, graph: csr_array, sizes: Sizes, caution: float) -> Cut:
    """Choose the standard score at which the tree of `graph` is cut.

    The middle one of three opinions holds where identities have several tracks. Where a track's two
    nearest are strangers to each other, identities have one or two tracks, margins say nothing, and
    one pair must stand out by itself. `caution` 0..1 moves the point; 0.5 leaves it.
    """
    by_margin, by_contrast = _best_margins(tree, graph)
    few = _FEW * min(1.0, _FEW_TRACKS / tree.size)
    by_mates = float(np.interp(sizes.mates, _MATES, _CUT_FOR_MATES)) + few
    strict = _STRICT - 4.5 * float(np.clip(sizes.stand_out - 0.08, 0.0, 0.36))
    # Margins are blind to pairs: where identities have two or three tracks, their number says more.
    opinion = max(float(np.median([by_margin, by_contrast, by_mates])), by_mates - _LATITUDE)
    several = sizes.several
    score = several * opinion + (1 - several) * strict + _SWAY * (caution - 0.5)
    return Cut(score, by_margin, by_contrast, by_mates, strict, several > 0.5 or strict < _NOBODY)


def _closure(near: Neighbourhoods, vectors: np.ndarray) -> float:
    """Mean score between the two nearest of a track."""
    first, second = near.index[:, 0], near.index[:, 1]
    similarity = near.pairs.score(cosine_between(vectors, first, second), first, second)
    return float(near.score(similarity, first, second).mean())


def _best_margins(tree: Tree, graph: csr_array) -> tuple[float, float]:
    """Cuts at which tracks are nearest to their own cluster compared with the next best one."""
    from reid_assets.reid.association.silhouette import own_and_other

    grid = GRID if tree.size < 5_000 else GRID[::4]
    step = int(np.ceil(tree.size / _JUDGED))
    difference, ratio = [], []
    for score in grid:
        own, other, clustered = own_and_other(graph, tree.cut(height_of(score)), step)
        apart = own - other
        difference.append(float(np.where(clustered, apart - _DOUBT, 0.0).mean()))
        ratio.append(float(np.where(clustered, apart / (own + other + 0.5), 0.0).mean()))
    return float(grid[int(np.argmax(difference))]), float(grid[int(np.argmax(ratio))])
