"""What could not be made, and when it is worth another try.

A failure is remembered with the fingerprint of what the artifact would have been made of: as long as
that is the same, sensors and the schedule try again after a delay, and not for ever. `reid-assets run`
is a person's wish and always tries. Nothing here runs anything.
"""

import contextlib
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from reid_assets.reid.core.settings import ArrivalSettings
from reid_assets.state.input_versions import fingerprint
from reid_assets.state.staleness import Staleness
from reid_assets.storage.atomic import write_json
from reid_assets.storage.records import read_record


@dataclass(frozen=True)
class Failure:
    """One artifact of one video that could not be made.

    Attributes:
        why: in one line.
        inputs: fingerprint of what it would have been made from.
        times: how often it failed with that.
        last: when it failed last, seconds since the epoch.
    """

    why: str
    inputs: str
    times: int
    last: float


class Failures:
    """The failures of one root, one small file each."""

    def __init__(self, staleness: Staleness) -> None:
        self._staleness = staleness
        self._folder = staleness.layout.failures

    def note(self, artifact: str, video: str, why: str) -> None:
        """Remember that it failed (once more)."""
        inputs, before = self._inputs(artifact, video), self.get(artifact, video)
        times = before.times + 1 if before and before.inputs == inputs else 1
        # Where the disk does not take it, the video's own failure is still told, and tried again sooner.
        with contextlib.suppress(OSError):
            write_json(self._path(artifact, video), asdict(Failure(why, inputs, times, time.time())))
        # So that the sensors need not read a large video again to see that it is the same.
        self._staleness.digests.save()

    def clear(self, artifact: str, video: str) -> None:
        """It was made, or its video is gone."""
        self._path(artifact, video).unlink(missing_ok=True)

    def get(self, artifact: str, video: str) -> Failure | None:
        """The failure of one artifact, if there is one."""
        noted = read_record(self._path(artifact, video))
        try:
            return Failure(str(noted["why"]), str(noted["inputs"]), int(noted["times"]), float(noted["last"]))
        except (KeyError, ValueError, TypeError):
            return None

    def unchanged(self, artifact: str, video: str) -> Failure | None:
        """The failure, if nothing has changed since that could make the next attempt end better."""
        failure = self.get(artifact, video)
        return failure if failure and failure.inputs == self._inputs(artifact, video) else None

    def known(self) -> list[tuple[str, str]]:
        """Artifact and video of everything that failed."""
        if not self._folder.is_dir():
            return []
        return sorted((path.parent.name, path.stem) for path in self._folder.glob("*/*.json"))

    def next_try(self, arrival: ArrivalSettings) -> float:
        """When the first of them is to be tried again, if nothing changes; infinite where none is."""
        found = [self.get(artifact, video) for artifact, video in self.known()]
        again = [failure.last for failure in found if failure and failure.times <= arrival.retries]
        return min(again, default=math.inf) + arrival.retry_minutes * 60

    def in_backoff(self, artifact: str, video: str, arrival: ArrivalSettings) -> bool:
        """Whether an attempt now would be too early, or one too many."""
        failure = self.unchanged(artifact, video)
        return failure is not None and not may_retry(failure.times, failure.last, arrival)

    def _path(self, artifact: str, video: str) -> Path:
        return self._folder / artifact / f"{video}.json"

    def _inputs(self, artifact: str, video: str) -> str:
        try:
            return fingerprint(self._staleness.input_versions(artifact, video))
        except Exception:
            return "unreadable"


def may_retry(times: int, last: float, arrival: ArrivalSettings) -> bool:
    """Whether what failed so often, and last at that time, is to be tried again now."""
    return times <= arrival.retries and time.time() - last >= arrival.retry_minutes * 60
