"""The input: analysed videos as they lie under the root.

`VideoFolders` is what assets get for their `tracks` input: it reads a video's files when asked, so
that a broken video breaks nothing but itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from reid_assets.layout import Layout
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.embedding.embedder import VideoJob
from reid_assets.reid.report.video_frames import Footage
from reid_assets.reid.tracks.tracks_csv import Tracks, read_tracks
from reid_assets.storage.video_sources import container_facts, crop_sources, read_summary


@dataclass(frozen=True)
class VideoFolders:
    """Access to each video's input files by name."""

    layout: Layout

    def names(self) -> list[str]:
        """Videos that have a tracks.csv, sorted."""
        return self.layout.video_names()

    def tracks(self, video: str) -> Tracks:
        """Parsed tracks.csv. Raises InputError where it cannot be used."""
        return read_tracks(self.layout.tracks(video), video)

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


def footage(folders: VideoFolders, version: Callable[[str], str]) -> Footage:
    """The videos as the report looks into them; `version` changes with a video's files."""

    def at_hand(video: str) -> bool:
        sources = crop_sources(folders.layout, video)
        return is_file(folders.layout.tracks(video)) and any(is_file(one.path) for one in sources)

    return Footage(at_hand, folders.job, version)
