"""The input: analysed videos as they lie under the root.

`VideoFolders` is what assets get for their `tracks` input: it reads a video's files when asked, so
that a broken video breaks nothing but itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

import numpy as np

from reid_assets.layout import Layout
from reid_assets.reid.core.forgotten import Forgotten
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.embedding.embedder import VideoJob
from reid_assets.reid.report.video_frames import Footage
from reid_assets.reid.tracks.tracks_csv import Tracks, read_tracks
from reid_assets.storage.digests import digest_of_text
from reid_assets.storage.forgotten_file import read_forgotten
from reid_assets.storage.video_sources import container_facts, crop_sources, read_summary


@dataclass(frozen=True)
class VideoFolders:
    """Access to each video's input files by name."""

    layout: Layout

    def names(self) -> list[str]:
        """Videos that have a tracks.csv, sorted."""
        return self.layout.video_names()

    def tracks(self, video: str) -> Tracks:
        """Parsed tracks.csv, without forgotten tracks. Raises InputError where it cannot be used."""
        return read_tracks(self.layout.tracks(video), video).without(self.forgotten.of(video))

    @cached_property
    def forgotten(self) -> Forgotten:
        """Tracks that nothing is made of any more."""
        return read_forgotten(self.layout)

    def open_tracks(self, video: str) -> BinaryIO:
        """The bytes of tracks.csv, to be closed by the caller."""
        return self.layout.tracks(video).open("rb")

    def job(self, video: str) -> VideoJob:
        """What the embedder needs: tracks and the files to cut crops from."""
        return VideoJob(self.tracks(video), crop_sources(self.layout, video))

    def summary(self, video: str) -> tuple[dict[str, Any] | None, str | None]:
        """summary.json, or None and why not."""
        return read_summary(self.layout, video)

    def facts(self, video: str) -> dict[str, Any]:
        """What analysis.mp4 says of itself, for videos without a summary."""
        return container_facts(self.layout.analysis(video))


def footage(folders: VideoFolders, version: Callable[[str], str], blur: bool = False) -> Footage:
    """The videos as the report looks into them.

    Args:
        version: a text that changes with a video's files.
        blur: hide everybody, not only who was forgotten.
    """

    def at_hand(video: str) -> bool:
        sources = crop_sources(folders.layout, video)
        return is_file(folders.layout.tracks(video)) and any(is_file(one.path) for one in sources)

    def hidden(tracks: Tracks) -> np.ndarray:
        rows = tracks.rows["track_id"]
        return np.full(len(rows), True) if blur else rows.isin(folders.forgotten.of(tracks.video)).to_numpy()

    def with_hidden(video: str) -> str:
        gone = "everybody" if blur else folders.forgotten.version(video)
        return version(video) if gone is None else digest_of_text(f"{version(video)} without {gone}")

    return Footage(at_hand, folders.job, with_hidden, hidden)
