"""Crop vectors for search by words: `reid/text_embeddings/<video>.npz`."""

from pathlib import Path

import numpy as np

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.forgotten import Forgotten
from reid_assets.reid.search.text_embeddings import TextEmbeddings
from reid_assets.storage.array_files import read_arrays
from reid_assets.storage.artifact_files import Log
from reid_assets.storage.atomic import replacing
from reid_assets.storage.embeddings_pair import read_meta
from reid_assets.storage.forgotten_file import read_forgotten

TEXT_EMBEDDINGS = "text_embeddings"


class TextEmbeddingFiles:
    """One npz a video: `track_id, frame, vectors, backbone`."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: TextEmbeddings) -> int:
        """Write the file of a video."""
        assert video is not None
        path = layout.path(spec.name, video)
        arrays = {"track_id": value.track_id, "frame": value.frame, "vectors": value.vectors}
        arrays["backbone"] = np.array(value.backbone)
        with replacing(path) as partial, partial.open("wb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
        return path.stat().st_size

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> dict[str, TrackEmbeddings]:
        """By video, as tracks; one that cannot be read is left out, and the log is told why."""
        forgotten, found = read_forgotten(layout), {}
        for video in layout.embedded_names():
            path = layout.path(spec.name, video)
            if not path.is_file():
                continue
            try:
                pair = _read(path).of_tracks(read_meta(layout.track_meta(video)))
            except (ValueError, KeyError, OSError) as error:
                log(f"{path}: {error}. Remove it; the next search makes it anew.")
                continue
            found[video] = pair.only(~forgotten.mask(pair.meta))
        return found


def remove_text_embeddings(layout: Layout, video: str, forgotten: Forgotten) -> None:
    """Remove a video's file if it has vectors of forgotten tracks, or does not say whose it has."""
    path = layout.path(TEXT_EMBEDDINGS, video)
    if holds_forgotten(layout, video, forgotten):
        path.unlink()


def holds_forgotten(layout: Layout, video: str, forgotten: Forgotten) -> bool:
    """Whether a video's file has vectors of forgotten tracks, as far as it says whose it has."""
    path = layout.path(TEXT_EMBEDDINGS, video)
    if not path.is_file():
        return False
    try:
        return bool(np.isin(read_arrays(path, ["track_id"])["track_id"], list(forgotten.of(video))).any())
    except (ValueError, KeyError, OSError):
        return True


def _read(path: Path) -> TextEmbeddings:
    stored = read_arrays(path)
    track, frame, vectors = stored["track_id"], stored["frame"], stored["vectors"]
    if not (track.shape == frame.shape == vectors.shape[:1]) or vectors.ndim != 2:
        raise ValueError("its arrays do not fit together")
    if track.dtype.kind != "i" or not np.isfinite(vectors).all():
        raise ValueError("its arrays are not of the kind that they should be")
    return TextEmbeddings(track, frame, vectors, str(stored["backbone"]))
