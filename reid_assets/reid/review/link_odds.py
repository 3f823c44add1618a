"""How likely each two tracks are one identity, for the questions of the review queue.

The same comparison as the clustering's, seen as log odds: of many tracks the affinities of the last round
about the cut, of few the posterior of each pair, and where only crops or cosines decide, their distance
from the cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reid_assets.reid.association.as_norm import score_to_affinity
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.centring import select_crops
from reid_assets.reid.association.constraints.cannot_links import Constraints
from reid_assets.reid.association.intra_track_scale import mean_crop_cosine
from reid_assets.reid.association.pipeline import clustering_rounds
from reid_assets.reid.association.small_sample import pair_log_odds
from reid_assets.reid.association.taught_cut import same_log_odds
from reid_assets.reid.association.track_set import TrackSet
from reid_assets.reid.core.settings import AssociateSettings

_SUREST = 8.0  # log odds beyond which nothing is known
_PER_DISTANCE = 6.0  # log odds of a cosine of 1, where only the cut is known


@dataclass(frozen=True)
class LinkOdds:
    """The tracks of one class group, compared pair by pair.

    Attributes:
        likeness: float64 (n, n), symmetric, 0 on the diagonal: what is averaged between clusters.
        cut: mean likeness from which clusters were joined.
        of_affinity: whether `likeness` is an affinity; else it is in log odds already.
    """

    likeness: np.ndarray
    cut: float
    of_affinity: bool

    def log_odds(self, likeness: np.ndarray) -> np.ndarray:
        """Log odds that two clusters of this mean likeness are one identity."""
        above = likeness - self.cut
        return np.clip(same_log_odds(above) if self.of_affinity else above, -_SUREST, _SUREST)


def link_odds(
    tracks: TrackSet,
    constraints: Constraints,
    rows: np.ndarray,
    settings: AssociateSettings,
    decided: Mapping[str, Any],
) -> LinkOdds:
    """Compare the tracks `rows` (ascending, two or more) of one class group.

    Args:
        tracks, constraints: all tracks.
        settings: the section `associate`.
        decided: what the association report says of the group; empty where it says nothing.
    """
    tracks = tracks.of_one_network(rows)
    rules = constraints.uncorrected()
    if decided.get("by") in ("crops", "min_sim"):
        return _of_cosine(tracks, rows, float(decided["cosine"]), decided["by"] == "crops")
    if len(rows) >= DEFAULT_PARAMETERS.min_tracks_for_cohort:
        *_, last = clustering_rounds(tracks, rules, rows, settings)
        likeness = last.graph.toarray().astype(np.float64)
        return LinkOdds(_no_diagonal(likeness), score_to_affinity(last.cut.score), of_affinity=True)
    return LinkOdds(_no_diagonal(pair_log_odds(tracks, rules, rows)), 0.0, of_affinity=False)


def _of_cosine(tracks: TrackSet, rows: np.ndarray, cut: float, by_crops: bool) -> LinkOdds:
    if by_crops:
        crops, owner = select_crops(tracks, rows)
        cosine = mean_crop_cosine(crops, owner, len(rows))
    else:
        cosine = tracks.vectors[rows] @ tracks.vectors[rows].T
    log_odds = _PER_DISTANCE * (cosine.astype(np.float64) - cut) / max(1.0 - cut, 1e-3)
    return LinkOdds(_no_diagonal(log_odds), 0.0, of_affinity=False)


def _no_diagonal(square: np.ndarray) -> np.ndarray:
    np.fill_diagonal(square, 0.0)
    return square
