"""Which tracks cannot be one being because of where and when they were seen.

With explicit clocks every track is an interval on one axis of seconds. Nobody is in two cameras at
one moment, unless they see a common place; nobody is faster from one to the other than the way allows.
An upper bound forbids nothing: who took longer was elsewhere in between. One definition for the
clustering and for the checks.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reid_assets.reid.core.clocks import Clocks


@dataclass(frozen=True)
class Clock:
    """When and where n tracks were seen.

    Two tracks a and b of different cameras are forbidden where both
    `start[b] - end[a] < wait[place[a], place[b]]` and `start[a] - end[b] < wait[place[b], place[a]]`:
    neither can come after the other. Tracks of one camera, and tracks without a clock (every comparison
    with NaN is false), are never forbidden here.

    Attributes:
        camera: int64 (n,), number of the camera.
        start, end: float64 (n,), seconds since 1970 of the first and the last frame; NaN: no explicit clock.
        place: int64 (n,), row of the track's camera in `wait`; cameras of which nothing is said share the
            last row, so that thousands of cameras need no table of all pairs.
        wait: float64 (p, p), seconds that pass at least between leaving the camera of the row and
            entering that of the column, less the tolerance of the clocks; minus infinity where both see
            a common place.
    """

    camera: np.ndarray
    start: np.ndarray
    end: np.ndarray
    place: np.ndarray
    wait: np.ndarray

    def forbidden(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Bool (a, b): whether each track of `rows` and each of `columns` can never be one."""
        return self.forbidden_pairs(rows[:, None], columns[None, :])

    def forbidden_pairs(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """The same for pairs of row numbers: any two arrays that broadcast."""
        there = self.wait[self.place[a], self.place[b]]
        back = self.wait[self.place[b], self.place[a]]
        never = (self.start[b] - self.end[a] < there) & (self.start[a] - self.end[b] < back)
        return never & (self.camera[a] != self.camera[b])

    @property
    def reach(self) -> float:
        """Seconds: tracks with more than this between them are never forbidden."""
        return max(0.0, float(self.wait.max(initial=0.0)))


def clock_of(meta: pd.DataFrame, clocks: Clocks) -> Clock | None:
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
    special, wait = _waits(clocks)
    place_of = np.array([special.get(str(name), len(special)) for name in names], dtype=np.int64)
    return Clock(
        camera=number.astype(np.int64),
        start=start + rows["f_min"].to_numpy(np.float64) / fps,
        end=start + rows["f_max"].to_numpy(np.float64) / fps,
        place=place_of[number],
        wait=wait,
    )


def _waits(clocks: Clocks) -> tuple[dict[str, int], np.ndarray]:
    """Row of each camera of which something is said, and the table `Clock.wait`."""
    ways, together = clocks.settings.transitions_by_pair(), clocks.settings.overlapping_pairs()
    names = sorted({name for pair in ways for name in pair} | {name for pair in together for name in pair})
    row = {name: number for number, name in enumerate(names)}
    wait = np.zeros((len(names) + 1, len(names) + 1))
    for (source, target), way in ways.items():
        wait[row[source], row[target]] = way.min_s
    wait -= clocks.settings.clock_tolerance_s
    for pair in together:
        a, b = sorted(pair)
        wait[row[a], row[b]] = wait[row[b], row[a]] = -np.inf
    return row, wait
