"""An archive to which videos are added and from which they are taken, in memory, without files."""

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from reid_assets.reid.association.global_id_map import Association, associate
from reid_assets.reid.association.incremental.additions import Before, associate_additions
from reid_assets.reid.association.incremental.archive import Archive, archive_of
from reid_assets.reid.association.incremental.drift import measure_drifts
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.corrections import Corrections
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings

SETTINGS = AssociateSettings(method="auto", allow_merge_same_video=True)


class GrowingArchive:
    """The videos there are, and the last map of them."""

    def __init__(
        self,
        videos: Mapping[str, TrackEmbeddings],
        settings: AssociateSettings = SETTINGS,
        cameras: Mapping[str, str] | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self.videos, self.settings = dict(videos), settings
        self.cameras, self.clocks = cameras, clocks
        self.corrections = self.corrected_by = Corrections()
        self.found: Association | None = None
        self.archive: Archive | None = None
        self.full()

    def full(self) -> Association:
        """A full pass, whose ids go on."""
        before = self.found
        self.found = self._associate(before.id_map if before else None, before.next_id if before else 0)
        groups = self.found.report["groups"]
        assert isinstance(groups, list)
        self.archive = archive_of(self.found.id_map, self.found.states, groups, self.settings)
        self.corrected_by = self.corrections
        return self.found

    def from_nothing(self) -> Association:
        """A full pass that knows of no earlier map; nothing of it is kept."""
        return self._associate(None, 0)

    def change(
        self,
        added: Mapping[str, TrackEmbeddings],
        gone: Iterable[str] = (),
        corrections: Corrections | None = None,
    ) -> Association:
        """Add videos (or put others in the place of those of their name), and take some away."""
        assert self.found is not None and self.archive is not None
        leaving = {*gone, *(set(added) & set(self.videos))}
        self.videos = {v: one for v, one in self.videos.items() if v not in leaving} | dict(added)
        self.corrections = corrections or self.corrections
        said = self.corrected_by.of("same", "different")
        before = Before(
            self.found.id_map,
            self.found.evidence,
            self.found.next_id,
            self.archive,
            frozenset(track for one in said for track in one.tracks()),
        )
        self.found, self.archive = associate_additions(
            before, added, leaving, self._some, self.settings, self.cameras, self.clocks, self.corrections
        )
        self.corrected_by = self.corrections
        return self.found

    def advice(self) -> str | None:
        """Why a full pass is advised."""
        assert self.found is not None and self.archive is not None
        ids = self.found.id_map["global_id"].to_numpy(np.int64)
        reasons = (one.reason() for one in measure_drifts(self.archive, ids).values())
        return next((reason for reason in reasons if reason), None)

    def _some(self, videos: Collection[str]) -> dict[str, TrackEmbeddings]:
        return {video: self.videos[video] for video in videos}

    def _associate(self, previous: object, next_id: int) -> Association:
        return associate(
            self.videos,
            self.settings,
            previous,  # type: ignore[arg-type]
            next_id,
            self.cameras,
            self.clocks,
            corrections=self.corrections,
            keep_state=True,
        )
