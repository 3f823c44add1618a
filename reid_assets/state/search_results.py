"""What a search found, as people are shown it: identities with name, best picture and visits."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.reid.association.identity_names import identity_names
from reid_assets.reid.movement.visits import VISITS
from reid_assets.reid.search.filters import Filters
from reid_assets.reid.search.gallery import Gallery
from reid_assets.reid.search.ranking import rank_identities
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import read_table
from reid_assets.storage.crop_files import crop_name, kept_crops
from reid_assets.storage.id_map_file import read_map


@dataclass(frozen=True)
class Hit:
    """An identity that was found.

    Attributes:
        global_id: the identity.
        score: how well its best track fits; comparable within one search alone.
        video, track_id: its best track.
        crop: the best kept picture of that track; None where none is kept.
        name: of the identity; empty where nobody gave one.
        visits: rows of `VISITS` of the identity, in order.
    """

    global_id: int
    score: float
    video: str
    track_id: int
    crop: Path | None
    name: str
    visits: pd.DataFrame


class MapOfRoot:
    """The identities of a root, with what is shown of them; each is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.id_map = project.forgotten.without(read_map(project.layout))
        self._names = identity_names(project.corrections, self.id_map).set_index("global_id")["name"]

    def identity_of(self, video: str, track_id: int) -> set[int]:
        """The identity of a track; empty where it has none."""
        own = (self.id_map["video"] == video) & (self.id_map["track_id"] == track_id)
        return set(self.id_map.loc[own, "global_id"])

    def hits(
        self, gallery: Gallery, scores: np.ndarray, filters: Filters, limit: int, without: set[int]
    ) -> list[Hit]:
        """The best identities.

        Args:
            gallery: the tracks that were compared.
            scores: float (n,), of its tracks.
            filters: which of them are asked for.
            limit: most hits.
            without: identities that are not asked for.
        """
        frames = self.id_map[["video", "track_id", "f_min", "f_max"]]
        meta = gallery.meta.merge(frames, on=["video", "track_id"], how="left")
        scores = np.where(filters.allow(meta, self._project.clocks()), scores, -np.inf)
        id_map = self.id_map[~self.id_map["global_id"].isin(without)]
        ranking = rank_identities(gallery.meta, scores, id_map, limit)
        return [self._hit(row) for row in ranking.to_dict("records")]

    def _hit(self, row: Mapping) -> Hit:
        number, video, track = int(row["global_id"]), str(row["video"]), int(row["track_id"])
        visits = self._visits[self._visits["global_id"] == number]
        crop = self._crops.get((video, track))
        return Hit(number, float(row["score"]), video, track, crop, str(self._names.get(number, "")), visits)

    @cached_property
    def _visits(self) -> pd.DataFrame:
        path = self._project.layout.path("visits")
        return read_table(VISITS, path) if path.is_file() else VISITS.empty()

    @cached_property
    def _crops(self) -> dict[tuple[str, int], Path]:
        """The best kept picture of each track."""
        layout = self._project.layout
        best = kept_crops(layout).sort_values(["quality", "frame"], ascending=[False, True])
        best = best.drop_duplicates(["video", "track_id"])
        return {
            (video, int(track)): layout.crops(video) / crop_name(int(track), int(frame))
            for video, track, frame in best[["video", "track_id", "frame"]].itertuples(index=False)
        }
