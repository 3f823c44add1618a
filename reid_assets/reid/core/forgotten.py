"""Tracks that were forgotten: what the tombstones in `reid/forgotten.csv` say, and what they leave out.

A tombstone names a track by its video and its number, which only means somebody together with the video's own
files. It holds no vector, picture or name. The file is `reid_assets.storage.forgotten_file`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from reid_assets.reid.core.tables import VIDEO, Column, Table

FORGOTTEN = Table(
    "forgotten",
    (
        VIDEO,
        Column("track_id", "int", "Track number within the video."),
        Column("global_id", "int", "The identity it had; empty where it had none.", optional=True),
        Column("at", "text", "When it was forgotten: ISO 8601."),
        Column("reason", "text", "Why, as it was given; empty where nobody said.", optional=True),
        Column("tracks_csv", "text", "Digest of the tracks.csv that the number is from.", optional=True),
    ),
)


@dataclass(frozen=True)
class Forgotten:
    """All tracks that were forgotten on a root.

    Attributes:
        table: rows of `FORGOTTEN`, in the order in which they were forgotten.
    """

    table: pd.DataFrame = field(default_factory=FORGOTTEN.empty)

    @cached_property
    def _by_video(self) -> dict[str, frozenset[int]]:
        groups = self.table.groupby("video")["track_id"]
        return {str(video): frozenset(map(int, numbers)) for video, numbers in groups}

    def videos(self) -> list[str]:
        """Videos with forgotten tracks, sorted."""
        return sorted(self._by_video)

    def of(self, video: str) -> frozenset[int]:
        """Numbers of the forgotten tracks of a video."""
        return self._by_video.get(video, frozenset())

    def tracks(self) -> frozenset[tuple[str, int]]:
        """Video and number of all of them."""
        return frozenset((video, number) for video in self._by_video for number in self._by_video[video])

    def mask(self, frame: pd.DataFrame, video: str = "video", track: str = "track_id") -> np.ndarray:
        """Which rows of a table are of forgotten tracks: bool (rows,).

        Args:
            frame: any table.
            video, track: its columns that name a track; an empty cell names none.
        """
        if not len(self.table) or not len(frame):
            return np.zeros(len(frame), bool)
        gone = np.zeros(len(frame), bool)
        near = np.flatnonzero(frame[video].isin(self.videos()).to_numpy(bool))
        names, numbers = frame[video].to_numpy(), frame[track].to_numpy()
        gone[near] = [not pd.isna(numbers[i]) and int(numbers[i]) in self.of(str(names[i])) for i in near]
        return gone

    def without(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with `video, track_id` without their rows."""
        gone = self.mask(frame)
        return frame[~gone].reset_index(drop=True) if gone.any() else frame

    def version(self, video: str) -> str | None:
        """A text that changes with the forgotten tracks of a video; None where there are none."""
        numbers = sorted(self.of(video))
        return hashlib.blake2b(json.dumps(numbers).encode(), digest_size=12).hexdigest() if numbers else None

    def retracked(self, digest_of: Callable[[str], str]) -> list[str]:
        """Videos whose tracks.csv is another one than when their tracks were forgotten.

        Args:
            digest_of: digest of a video's tracks.csv.
        """
        known = self.table[self.table["tracks_csv"].notna()]
        then = known.groupby("video")["tracks_csv"].last()
        return [str(video) for video, digest in then.items() if digest_of(str(video)) != digest]

    def identities(self) -> Iterator[tuple[int, pd.DataFrame]]:
        """Ids that were forgotten, each with its rows."""
        known = self.table[self.table["global_id"].notna()]
        for number, rows in known.groupby("global_id"):
            yield int(number), rows
