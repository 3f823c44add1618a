"""Who looks like this: a query against all tracks of a root, ranked by identity."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from reid_assets.reid.association.identity_names import identity_names
from reid_assets.reid.association.track_set import TrackSet, assemble
from reid_assets.reid.cameras.cameras import CAMERAS, camera_of
from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.errors import InputError, ReidError
from reid_assets.reid.core.network_labels import is_person
from reid_assets.reid.core.outside_files import read_bytes
from reid_assets.reid.movement.visits import VISITS
from reid_assets.reid.search.filters import Filters
from reid_assets.reid.search.gallery import Gallery
from reid_assets.reid.search.ranking import rank_identities
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import Log, read_table
from reid_assets.storage.crop_files import crop_name, kept_crops
from reid_assets.storage.embeddings_pair import StoredPairs
from reid_assets.storage.id_map_file import read_map

_LARGEST_IMAGE = 64 << 20  # bytes


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


class RootSearch:
    """One root, opened for searches; what they need is read once."""

    def __init__(self, project: Project, log: Log) -> None:
        self._project, self._log = project, log
        self._map = read_map(project.layout)

    def like_track(self, track: TrackRef, filters: Filters, limit: int) -> list[Hit]:
        """Identities that look like a track, without its own.

        Raises:
            ReidError: the track has no vectors.
        """
        gallery = self._gallery(self._class_of(track))
        own = (gallery.meta["video"] == track.video) & (gallery.meta["track_id"] == track.track_id)
        scores = gallery.scores(gallery.vectors[int(np.flatnonzero(own)[0])])
        scores[own] = -np.inf
        same = self._map[(self._map["video"] == track.video) & (self._map["track_id"] == track.track_id)]
        without = set(same["global_id"])
        return self._hits(gallery, scores, filters, limit, without)

    def like_image(self, file: Path, class_name: str | None, filters: Filters, limit: int) -> list[Hit]:
        """Identities that look like what a picture shows; the picture is one being, cut out.

        Args:
            class_name: what it shows; None: what most tracks are.

        Raises:
            InputError: not a picture.
            ReidError: there are no vectors to compare it with.
        """
        image = _read_image(file)
        gallery = self._gallery(class_name or self._commonest_class())
        network = self._project.load_networks({gallery.meta["class_name"].iloc[0]}, crops=1)
        backbone = network.of(gallery.meta["class_name"].iloc[0])
        vector = backbone.embed(backbone.prepare(image)[None])
        if vector.shape[1] > gallery.vectors.shape[1]:
            raise ReidError(
                f"{file}: the configured backbone ({backbone.label}) is not the one that made the vectors of "
                "this root. Make them anew with `reid-assets run`, then search."
            )
        padded = np.pad(vector, ((0, 0), (0, gallery.vectors.shape[1] - vector.shape[1])))
        return self._hits(gallery, gallery.scores(gallery.centred(padded)), filters, limit)

    @cached_property
    def _tracks(self) -> TrackSet:
        layout = self._project.layout
        path = layout.path("cameras")
        cameras = camera_of(read_table(CAMERAS, path)) if path.is_file() else self._project.clocks().cameras()
        tracks = assemble(StoredPairs(layout, self._log), cameras)
        if not len(tracks):
            raise ReidError(f"{layout.root}: no track has a vector yet. Make them with `reid-assets run`.")
        return tracks

    def _gallery(self, class_name: str) -> Gallery:
        """All tracks that may be compared with a class; persons go by several names."""
        names = self._tracks.meta["class_name"]
        same = names.map(is_person) if is_person(class_name) else names == class_name
        rows = np.flatnonzero(same)
        if not len(rows):
            known = ", ".join(sorted(names.unique()))
            raise ReidError(f"no track is of the class {class_name!r}. This root has: {known}.")
        return Gallery.of(self._tracks, rows)

    def _class_of(self, track: TrackRef) -> str:
        meta = self._tracks.meta
        own = meta[(meta["video"] == track.video) & (meta["track_id"] == track.track_id)]
        if not len(own):
            raise ReidError(
                f"{track}: no such track has a vector. `reid-assets sql 'SELECT video, track_id FROM "
                "global_id_map'` lists those that have one."
            )
        return str(own["class_name"].iloc[0])

    def _commonest_class(self) -> str:
        return str(self._tracks.meta["class_name"].mode().iloc[0])

    def _hits(
        self,
        gallery: Gallery,
        scores: np.ndarray,
        filters: Filters,
        limit: int,
        without: frozenset[int] | set[int] = frozenset(),
    ) -> list[Hit]:
        meta = gallery.meta.merge(
            self._map[["video", "track_id", "f_min", "f_max"]], on=["video", "track_id"], how="left"
        )
        scores = np.where(filters.allow(meta, self._project.clocks()), scores, -np.inf)
        id_map = self._map[~self._map["global_id"].isin(without)]
        ranking = rank_identities(gallery.meta, scores, id_map, limit)
        names = identity_names(self._project.corrections, self._map).set_index("global_id")["name"]
        return [self._hit(row, names) for row in ranking.to_dict("records")]

    def _hit(self, row: Mapping, names: pd.Series) -> Hit:
        number = int(row["global_id"])
        visits = self._visits[self._visits["global_id"] == number]
        crop = self._crops.get((str(row["video"]), int(row["track_id"])))
        name = str(names.get(number, ""))
        return Hit(number, float(row["score"]), str(row["video"]), int(row["track_id"]), crop, name, visits)

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


def _read_image(file: Path) -> np.ndarray:
    """uint8 BGR (h, w, 3)."""
    content = np.frombuffer(read_bytes(file, _LARGEST_IMAGE), dtype=np.uint8)
    image = cv2.imdecode(content, cv2.IMREAD_COLOR) if len(content) else None
    if image is None:
        raise InputError(
            f"{file}: not a picture that can be read. Give a JPEG or PNG of one person or thing."
        )
    return image
