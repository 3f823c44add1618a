"""Spatio-temporal cannot-links: two tracks that travel time between cameras keeps apart.

With explicit clocks every track is an interval on one axis of seconds. Nobody is under two cameras at
one moment, unless these see a common place, nor gets from one to the other faster than `min_s` of
cameras.yaml. An upper bound forbids nothing: whoever took longer was elsewhere in between. One definition
for the clustering and for the checks.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.core.clocks import Clocks


@dataclass(frozen=True)
class TravelConstraints:
    """When and where n tracks were seen, and how long the way between cameras takes.

    Two tracks a and b of different cameras are forbidden where neither can come after the other: both
    `start[b] - end[a] < min_travel_s[camera_row[a], camera_row[b]]` and
    `start[a] - end[b] < min_travel_s[camera_row[b], camera_row[a]]`. Tracks of one camera, and tracks
    without a clock (every comparison with NaN is false), are never forbidden here.

    Attributes:
        camera: int64 (n,), number of the camera.
        start, end: float64 (n,), seconds since 1970 of the first and the last frame; NaN: no explicit clock.
        camera_row: int64 (n,), row of the track's camera in `min_travel_s`; cameras of which nothing is said
            share the last row, so that thousands of cameras need no table of all pairs.
        min_travel_s: float64 (p, p), seconds that pass at least between leaving the camera of the row and
            entering that of the column, less the tolerance of the clocks; minus infinity where both see
            a common place.
    """

    camera: np.ndarray
    start: np.ndarray
    end: np.ndarray
    camera_row: np.ndarray
    min_travel_s: np.ndarray

    def forbidden(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Bool (a, b): whether each track of `rows` and each of `columns` can never be one identity."""
        return self.forbidden_pairs(rows[:, None], columns[None, :])

    def forbidden_pairs(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The same for pairs of row numbers: any two arrays that broadcast."""
        a_to_b = self.min_travel_s[self.camera_row[a], self.camera_row[b]]
        b_to_a = self.min_travel_s[self.camera_row[b], self.camera_row[a]]
        never = (self.start[b] - self.end[a] < a_to_b) & (self.start[a] - self.end[b] < b_to_a)
        return never & (self.camera[a] != self.camera[b])

    def only(self, rows: np.ndarray) -> "TravelConstraints":
        """The same for the tracks `rows` alone, in their order."""
        camera, row = self.camera[rows], self.camera_row[rows]
        return TravelConstraints(camera, self.start[rows], self.end[rows], row, self.min_travel_s)

    @property
    def max_travel_s(self) -> float:
        """Largest of the least travel times, at least 0: tracks further apart are never forbidden."""
        return max(0.0, float(self.min_travel_s.max(initial=0.0)))


def travel_constraints(meta: pd.DataFrame, clocks: Clocks) -> TravelConstraints | None:
    """The intervals of the tracks of `meta` (columns `video, f_min, f_max`); None without two clocks.

    Only explicit clocks count. A track lasts from `start + f_min / fps` to `start + f_max / fps`.
    """
    known = clocks.table(explicit_only=True)
    seen = meta[["video", "f_min", "f_max"]].astype({"video": str})
    rows = seen.merge(known, how="left", on="video", validate="many_to_one")
    if rows["camera"][rows["start_s"].notna()].nunique() < 2:
        return None
    start, fps = rows["start_s"].to_numpy(), rows["fps"].to_numpy()
    camera = rows["camera"].fillna(rows["video"]).to_numpy(dtype=str)
    names, number = np.unique(camera, return_inverse=True)
    row_of, min_travel_s = _travel_times(clocks)
    camera_row = np.array([row_of.get(str(name), len(row_of)) for name in names], dtype=np.int64)
    return TravelConstraints(
        camera=number.astype(np.int64),
        start=start + rows["f_min"].to_numpy(np.float64) / fps,
        end=start + rows["f_max"].to_numpy(np.float64) / fps,
        camera_row=camera_row[number],
        min_travel_s=min_travel_s,
    )


def _travel_times(clocks: Clocks) -> tuple[dict[str, int], np.ndarray]:
    """Row of each camera of which something is said, and `TravelConstraints.min_travel_s`."""
    transitions, overlapping = clocks.settings.transitions_by_pair(), clocks.settings.overlapping_pairs()
    names = sorted(
        {name for pair in transitions for name in pair} | {name for pair in overlapping for name in pair}
    )
    row = {name: number for number, name in enumerate(names)}
    min_travel_s = np.zeros((len(names) + 1, len(names) + 1))
    for (source, target), transition in transitions.items():
        min_travel_s[row[source], row[target]] = transition.min_s
    min_travel_s -= clocks.settings.clock_tolerance_s
    for pair in overlapping:
        a, b = sorted(pair)
        min_travel_s[row[a], row[b]] = min_travel_s[row[b], row[a]] = -np.inf
    return row, min_travel_s
