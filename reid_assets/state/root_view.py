"""What may be shown of one root: its results without forgotten tracks and without videos that are too old.

Those are taken out of the files by the next run; here they are left out at once. Nothing is remembered: every
call reads what is there now.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from reid_assets.reid.association.identity_names import identity_names
from reid_assets.reid.cameras.cameras import CAMERAS, camera_of
from reid_assets.reid.core.errors import NotFoundError
from reid_assets.reid.core.outside_files import read_bytes
from reid_assets.reid.presentation.galleries import choose_thumbnails
from reid_assets.state.identity_lookup import find_identity
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_content, load_if_there, read_table
from reid_assets.storage.crop_files import crop_name, kept_crops
from reid_assets.storage.id_map_file import read_map

_KEY = ["video", "track_id"]
_LARGEST_CROP = 64 << 20  # bytes


@dataclass(frozen=True)
class RootView:
    """A root, opened to be looked at."""

    project: Project

    @cached_property
    def id_map(self) -> pd.DataFrame:
        """Rows of `tables.GLOBAL_ID_MAP`.

        Raises:
            ReidError: no map was made yet, or it cannot be read.
        """
        rows = self.project.forgotten.without(read_map(self.project.layout))
        return rows[~rows["video"].isin(self.project.layout.expired)].reset_index(drop=True)

    @cached_property
    def names(self) -> dict[int, str]:
        """Identity -> its name, of those that have one."""
        named = identity_names(self.project.corrections, self.id_map)
        return dict(zip(named["global_id"].astype(int), named["name"].astype(str), strict=True))

    def find(self, said: str) -> int:
        """The identity that an id, a name or a track (`VIDEO:TRACK`) stands for.

        Raises:
            NotFoundError: there is none, it was forgotten, or the track has no identity.
            ReidError: several have this name.
        """
        found = find_identity(self.project, said)
        number = found.global_id
        if found.forgotten_at is not None:
            raise NotFoundError(f"{found} was forgotten: there is nothing to show.")
        if number is not None and number not in self._numbers:
            raise NotFoundError(f"{found} was forgotten, or is too old (privacy.keep_days): nothing to show.")
        if number is None:
            raise NotFoundError(
                f"{found}: it is too small, filtered or unreadable, or came after the last run."
            )
        return number

    def tracks(self) -> pd.DataFrame:
        """A row a track with an identity: `tables.GLOBAL_ID_MAP`, `camera` and `confidence`."""
        evidence, rows = load_if_there(self.project.layout, "identity_evidence"), self.id_map
        camera = rows["video"].map(self._cameras).fillna(rows["video"]).astype("str")
        rows = rows.assign(camera=camera)
        if evidence is None:
            return rows.assign(confidence=np.nan)
        return rows.merge(evidence[[*_KEY, "confidence"]], on=_KEY, how="left")

    def identities(self) -> pd.DataFrame:
        """A row an identity: the table `identities`, with its `name` (empty: none) after its id."""
        rows = load_content(self.project.layout, "identities")
        rows = rows[rows["global_id"].isin(self._numbers)].reset_index(drop=True)
        names = [self.names.get(int(number), "") for number in rows["global_id"]]
        rows.insert(1, "name", pd.Series(names, dtype="str", index=rows.index))
        return rows

    def visits(self) -> pd.DataFrame:
        """A row a visit: the table `visits`."""
        rows = load_content(self.project.layout, "visits")
        seen = pd.MultiIndex.from_frame(self.id_map[["global_id", "video"]].drop_duplicates())
        return rows[pd.MultiIndex.from_frame(rows[["global_id", "video"]]).isin(seen)].reset_index(drop=True)

    def crops(self, global_id: int) -> pd.DataFrame:
        """The kept crops of an identity, the best of each track first: rows of `tables.TRACK_CROPS`."""
        own = self.id_map.loc[self.id_map["global_id"] == global_id, _KEY]
        return self._crops.merge(own, on=_KEY).sort_values(
            ["quality", *_KEY, "frame"], ascending=[False, True, True, True], ignore_index=True
        )

    def thumbnails(self, identities: Sequence[int], per_id: int) -> pd.DataFrame:
        """Which crops show some identities, as galleries choose them: rows of `tables.GALLERIES`.

        Args:
            identities: ids.
            per_id: most crops of one.
        """
        own = self.id_map[self.id_map["global_id"].isin(identities)]
        evidence = load_if_there(self.project.layout, "identity_evidence")
        chosen = choose_thumbnails(own, self._crops, per_id, evidence)
        return chosen[chosen["rank"] < per_id]

    def jpeg(self, video: str, track_id: int, frame: int) -> bytes:
        """The bytes of a kept crop, as it was cut out.

        Raises:
            InputError: the file is gone or cannot be read.
        """
        return read_bytes(self.project.layout.crops(video) / crop_name(track_id, frame), _LARGEST_CROP)

    @cached_property
    def _numbers(self) -> frozenset[int]:
        return frozenset(map(int, self.id_map["global_id"]))

    @cached_property
    def _crops(self) -> pd.DataFrame:
        return kept_crops(self.project.layout)

    @cached_property
    def _cameras(self) -> dict[str, str]:
        path = self.project.layout.path("cameras")
        if os.path.lexists(path):
            return camera_of(read_table(CAMERAS, path))
        return self.project.explicit_clocks(self.id_map["video"].unique()).cameras()
