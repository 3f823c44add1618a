"""How far the archive has moved away from what its last full pass saw: whether it is time for another one.

A full pass chooses the cut and the normalisation from the footage, and additions do not. Three figures tell
when that stops being right: how many tracks came and went, where the cut would be told by now, and whether
those that came find their like as often as those before them.
"""

from dataclasses import dataclass

import numpy as np

from reid_assets.reid.association.as_norm import CohortScores
from reid_assets.reid.association.cut_model import SHIPPED
from reid_assets.reid.association.cut_selection import LEAST_CLUSTERED, LEAST_COUNT
from reid_assets.reid.association.group_state import GroupState, count_by_spacings, mean_mates
from reid_assets.reid.association.incremental.archive import Archive

# On labelled tracks of 25 videos, additions of a tenth cost half a point of F1 and of a quarter three.
MOST_CHANGED = 0.1  # share of tracks that came and went, of those of the full pass
MOST_UNASKED = 0.25  # such a share from which `associate.incremental: auto` does not wait to be asked
MOST_CUT_MOVED = 0.1  # standard scores by which the cut would be moved; the cut of a full pass moves further
MOST_MATCHED_MOVED = 0.2  # share of tracks that find their like
_ENOUGH_NEW = 50  # tracks from which their share says something


@dataclass(frozen=True)
class Drift:
    """What a class group has moved by since its full pass.

    Attributes:
        changed: tracks that came and went, as a share of those of the full pass.
        cut_moved: standard scores by which the cut, told by what is known now, would be moved.
        matched_then, matched_now: share of tracks whose nearest track stands out at least as far as the cut,
            in the full pass and among those that came since; the latter None where these are too few.
    """

    changed: float
    cut_moved: float
    matched_then: float
    matched_now: float | None

    def reason(self) -> str | None:
        """Why a full pass is advised, in words; None where it is not."""
        if self.changed > MOST_CHANGED:
            return f"{self.changed:.0%} of the tracks came or went since the last full pass"
        if abs(self.cut_moved) > MOST_CUT_MOVED:
            return f"the cut would now be {self.cut_moved:+.2f} standard scores away"
        if self.matched_now is not None and abs(self.matched_now - self.matched_then) > MOST_MATCHED_MOVED:
            return (
                f"{self.matched_now:.0%} of the tracks that came since find their like, "
                f"{self.matched_then:.0%} did in the full pass"
            )
        return None


def measure_drifts(archive: Archive, ids: np.ndarray) -> dict[str, Drift]:
    """The drift of every class group with a state; `ids` int64 (rows,), global id of each row of the map."""
    drifts = {}
    for number, (name, state) in enumerate(archive.groups.items()):
        identity, rows = np.full(len(state), -1), np.flatnonzero(archive.group == number)
        identity[archive.slot[rows]] = ids[rows]
        drifts[name] = measure_drift(state, identity)
    return drifts


def measure_drift(state: GroupState, identity: np.ndarray) -> Drift:
    """Compare a class group with its full pass.

    Args:
        identity: int64 (n,), identity of each slot; those of dead slots are not read.
    """
    frozen, alive = state.frozen, state.alive
    new = np.flatnonzero(alive[frozen.tracks :]) + frozen.tracks
    came, went = len(state) - frozen.tracks, int((~alive).sum())
    now = None
    if len(new) >= _ENOUGH_NEW:
        now = float((_nearest_scores(state.scores, new) >= frozen.cut).mean())
    changed = (came + went) / max(frozen.tracks, 1)
    return Drift(changed, _cut_moved(state, identity), frozen.matched, now)


def _nearest_scores(scores: CohortScores, slots: np.ndarray) -> np.ndarray:
    return scores.neighbour_scores(slots)[:, 0]


def _cut_moved(state: GroupState, identity: np.ndarray) -> float:
    """How the cut of `cut_model.py` answers to more tracks, larger identities and other spacings."""
    alive = np.flatnonzero(state.alive)
    then = np.array(state.frozen.features)
    now = then.copy()
    now[3] += np.log(max(len(alive), 1)) - np.log(state.frozen.tracks)
    count = count_by_spacings(state.scores, alive, len(alive))
    moved = np.log(max(count, LEAST_COUNT)) - np.log(max(state.frozen.same_id_count, LEAST_COUNT))
    now[0], now[1] = then[0] + moved, then[1] + moved
    ratio = (mean_mates(identity[alive]) + LEAST_CLUSTERED) / (state.frozen.mates + LEAST_CLUSTERED)
    now[6:9] = then[6:9] + np.log(ratio)
    return SHIPPED.cut(now) - SHIPPED.cut(then)
