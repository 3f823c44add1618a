"""Who looks like this: a query against all tracks of a root, ranked by identity."""

from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from reid_assets.artifacts import ARTIFACTS
from reid_assets.reid.association.track_set import TrackSet, assemble
from reid_assets.reid.backbones.backbone_spec import parse_backbone_spec
from reid_assets.reid.backbones.openclip_text import TextEncoder
from reid_assets.reid.cameras.cameras import CAMERAS, camera_of
from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.errors import InputError, NotFoundError, ReidError
from reid_assets.reid.core.network_labels import entry_for, is_person, label_of_class
from reid_assets.reid.core.outside_files import read_bytes
from reid_assets.reid.search.filters import Filters
from reid_assets.reid.search.gallery import Gallery
from reid_assets.reid.search.words import text_query, text_scores
from reid_assets.state.project import Project
from reid_assets.state.search_results import Hit, MapOfRoot
from reid_assets.state.words import own_words, text_backbone, text_label
from reid_assets.storage.artifact_files import Log, read_table
from reid_assets.storage.embeddings_pair import StoredPairs
from reid_assets.storage.text_embedding_files import TEXT_EMBEDDINGS, TextEmbeddingFiles

_LARGEST_IMAGE = 64 << 20  # bytes


class RootSearch:
    """One root, opened for searches; what they need is read once."""

    def __init__(self, project: Project, log: Log) -> None:
        self._project, self._log = project, log
        self._shown = MapOfRoot(project)

    def like_track(self, track: TrackRef, filters: Filters, limit: int) -> list[Hit]:
        """Identities that look like a track, without its own.

        Raises:
            NotFoundError: the track has no vectors.
        """
        meta = self._tracks.meta
        own = meta[(meta["video"] == track.video) & (meta["track_id"] == track.track_id)]
        if not len(own):
            raise NotFoundError(
                f"{track}: this track has no vector. reid/global_id_map.csv lists those with one."
            )
        gallery = self._gallery(str(own["class_name"].iloc[0]), self._tracks)
        same = (gallery.meta["video"] == track.video) & (gallery.meta["track_id"] == track.track_id)
        scores = gallery.scores(gallery.vectors[int(np.flatnonzero(same)[0])])
        without = self._shown.identity_of(track.video, track.track_id)
        return self._shown.hits(gallery, scores, filters, limit, without)

    def like_image(self, image: np.ndarray, filters: Filters, limit: int) -> list[Hit]:
        """Identities that look like what a picture shows; the picture is one being, cut out.

        Args:
            image: uint8 BGR (h, w, 3).

        Raises:
            ReidError: there are no vectors to compare it with.
        """
        class_name = self.class_asked(filters)
        gallery = self._gallery(class_name, self._tracks)
        backbone = self._project.load_networks({class_name}, crops=1).of(class_name)
        self._require(backbone.label, class_name, self._tracks)
        vector = backbone.embed(backbone.prepare(image)[None])
        scores = gallery.scores(gallery.centred(_padded(vector, gallery)))
        return self._shown.hits(gallery, scores, filters, limit, set())

    def like_words(self, words: str, filters: Filters, limit: int) -> list[Hit]:
        """Identities that words fit; scores are standard deviations above the mean track.

        Raises:
            ConfigError: no model that knows words is named.
            BackboneError: it cannot be loaded.
            ReidError: there are no vectors to compare the words with.
        """
        class_name = self.class_asked(filters)
        spec = own_words(self._project, class_name)
        if spec is None:
            spec = parse_backbone_spec(text_backbone(self._project))
            tracks, label = self._text_tracks, text_label(self._project)
        else:
            tracks, labels = self._tracks, self._project.network_labels()
            label = labels[entry_for(class_name, labels)]
        gallery = self._gallery(class_name, tracks)
        self._require(label, class_name, tracks)
        query = text_query(TextEncoder(spec).encode, words, class_name)
        scores = text_scores(gallery, _padded(query[None], gallery)[0])
        return self._shown.hits(gallery, scores, filters, limit, set())

    def class_asked(self, filters: Filters) -> str:
        """The class that is searched: the one that is asked for, else what most tracks are."""
        named = sorted(filters.classes)
        return named[0] if named else str(self._shown.id_map["class_name"].mode().iloc[0])

    @cached_property
    def _cameras(self) -> dict[str, str]:
        path = self._project.layout.path("cameras")
        return camera_of(read_table(CAMERAS, path)) if path.is_file() else self._project.clocks().cameras()

    @cached_property
    def _tracks(self) -> TrackSet:
        layout = self._project.layout
        tracks = assemble(StoredPairs(layout, self._log), self._cameras)
        if not len(tracks):
            raise ReidError(f"{layout.root}: no track has a vector yet. Make them with `reid-assets run`.")
        return tracks

    @cached_property
    def _text_tracks(self) -> TrackSet:
        layout, spec = self._project.layout, ARTIFACTS[TEXT_EMBEDDINGS]
        tracks = assemble(TextEmbeddingFiles().load(layout, spec, self._log), self._cameras)
        if not len(tracks):
            raise ReidError(f"{layout.root}: there are no kept crops to search by words.")
        return tracks

    def _gallery(self, class_name: str, tracks: TrackSet) -> Gallery:
        """All tracks that may be compared with a class; persons go by several names."""
        names = tracks.meta["class_name"]
        same = names.map(is_person) if is_person(class_name) else names == class_name
        rows = np.flatnonzero(same)
        if not len(rows):
            known = ", ".join(sorted(names.unique()))
            raise ReidError(f"no track is of the class {class_name!r}. This root has: {known}.")
        return Gallery.of(tracks, rows)

    def _require(self, label: str, class_name: str, tracks: TrackSet) -> None:
        """Refuse to compare vectors of another network with those of a class."""
        made_by = {label_of_class(one, class_name) for one in tracks.networks}
        if label not in made_by:
            listed = "; ".join(sorted(map(str, made_by)))
            raise ReidError(
                f"the vectors of this root were made by {listed}, not by {label}. Make them anew with "
                "`reid-assets run`, then search."
            )


def _padded(vectors: np.ndarray, gallery: Gallery) -> np.ndarray:
    """Vectors of a network (n, d) with zeros behind each, as long as the stored ones."""
    return np.pad(vectors, ((0, 0), (0, max(0, gallery.vectors.shape[1] - vectors.shape[1]))))


def read_image(file: Path) -> np.ndarray:
    """The picture of a file: uint8 BGR (h, w, 3).

    Raises:
        InputError: not a picture.
    """
    content = np.frombuffer(read_bytes(file, _LARGEST_IMAGE), dtype=np.uint8)
    image = cv2.imdecode(content, cv2.IMREAD_COLOR) if len(content) else None
    if image is None:
        raise InputError(
            f"{file}: not a picture that can be read. Give a JPEG or PNG of one person or thing."
        )
    return image
