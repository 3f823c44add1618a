"""An embeddings pair on disk: `<video>_track_meta.csv` beside `<video>_track_embeds.npz`.

Pairs of older scripts lack `samples` and `backbone` and are read all the same. Never pickled.
"""

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.network_labels import networks_by_class
from reid_assets.reid.core.outside_files import MAX_TABLE, read_text, reason_of
from reid_assets.reid.core.tables import MAX_FRAME, TRACK_META
from reid_assets.storage.array_files import read_arrays
from reid_assets.storage.artifact_files import Log
from reid_assets.storage.atomic import replacing, write_bytes
from reid_assets.storage.forgotten_file import read_forgotten
from reid_assets.storage.pair_arrays import label_in, owners_of_samples, sample_vectors, unit_vectors

_NEXT = "Embed the video again (`reid-assets run --video {video} --force`) or remove the pair."


class EmbeddingsPairs:
    """`reid/embeddings/<video>_track_meta.csv` and `_track_embeds.npz`."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: TrackEmbeddings) -> int:
        """Write the pair of a video."""
        assert video is not None
        write_pair(layout, video, value)
        return sum(path.stat().st_size for path in layout.files(spec.name, video))

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> "StoredPairs":
        """Every usable pair, whoever made it and whether or not its video folder is there."""
        return StoredPairs(layout, log)


class StoredPairs(Mapping[str, TrackEmbeddings]):
    """The pairs of a root by video, each read when it is asked for; going through all of them reads all.

    One that cannot be read is left out, and the log is told why.
    """

    def __init__(self, layout: Layout, log: Log) -> None:
        self._layout, self._log = layout, log
        self._forgotten = read_forgotten(layout)
        self._pairs: dict[str, TrackEmbeddings | None] = {}

    def __getitem__(self, video: str) -> TrackEmbeddings:
        if video not in self._pairs:
            if video not in self._layout.embedded_names():
                raise KeyError(video)
            self._read(video)
        pair = self._pairs[video]
        if pair is None:
            raise KeyError(video)
        return pair

    def __iter__(self) -> Iterator[str]:
        for video in self._layout.embedded_names():
            if video not in self._pairs:
                self._read(video)
        return iter([video for video in sorted(self._pairs) if self._pairs[video] is not None])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def some(self, videos: Iterable[str]) -> dict[str, TrackEmbeddings]:
        """Those of some videos that can be read."""
        for video in videos:
            if video not in self._pairs:
                self._read(video)
        return {video: pair for video in videos if (pair := self._pairs[video]) is not None}

    def _read(self, video: str) -> None:
        try:
            pair = read_pair(self._layout, video)
            self._pairs[video] = pair.only(~self._forgotten.mask(pair.meta))
        except InputError as error:
            self._pairs[video] = None
            self._log(f"{video}: left out of the map: {error}")


def write_pair(layout: Layout, video: str, pair: TrackEmbeddings) -> None:
    """Write both files. Float texts and array bytes depend on the values alone."""
    # The meta goes first and comes last: half of an old pair and half of a new one never count as one.
    layout.track_meta(video).unlink(missing_ok=True)
    arrays = {"emb": pair.emb, "samples": pair.samples, "sample_track": pair.sample_track}
    if pair.backbone is not None:
        arrays["backbone"] = np.array(pair.backbone)
    with replacing(layout.track_embeds(video)) as partial, partial.open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]
    text = TRACK_META.conform(pair.meta).to_csv(index=False, lineterminator="\n")
    write_bytes(layout.track_meta(video), [text.encode("utf-8")])


def read_label(path: Path) -> str | None:
    """The backbone an npz names, without reading its vectors; None where it names none.

    Raises:
        InputError: the file is no npz.
    """
    try:
        return label_in(read_arrays(path, ["backbone"]))
    except (ValueError, OSError) as error:
        why = reason_of(error)
        raise InputError(f"{path}: not a readable npz ({why}). Embed again or remove it.") from error


def read_pair(layout: Layout, video: str) -> TrackEmbeddings:
    """Read a pair, whoever made it.

    Raises:
        InputError: a file cannot be read, or the two do not fit together.
    """
    path, next_step = layout.track_embeds(video), _NEXT.format(video=video)
    try:
        stored = read_arrays(path)
        if "emb" not in stored:
            raise ValueError("it holds no array emb")
        emb = unit_vectors(stored["emb"])
        samples = sample_vectors(stored["samples"]) if "samples" in stored else emb.astype(np.float16)
        owner = owners_of_samples(stored.get("sample_track", np.arange(len(emb))), len(emb))
        label = label_in(stored)
        meta = read_meta(layout.track_meta(video))
        if not (meta["video"] == video).all():
            raise ValueError(f"{layout.track_meta(video).name} speaks of another video")
        if meta["track_id"].duplicated().any():
            raise ValueError("a track has two rows")
        if not meta["f_min"].between(0, meta["f_max"]).all() or (meta["f_max"] > MAX_FRAME).any():
            raise ValueError(
                f"frames of {layout.track_meta(video).name} are not in order from 0 to {MAX_FRAME}"
            )
        return TrackEmbeddings(meta, emb, samples, owner.astype(np.int32, copy=False), label)
    except InputError as error:
        raise InputError(f"{error} {next_step}") from error
    except (ValueError, OSError) as error:
        why = reason_of(error)
        raise InputError(f"{path}: not a usable embeddings pair ({why}). {next_step}") from error


def relabel(layout: Layout, video: str, backbone: str) -> None:
    """Write into a pair which backbone made it."""
    arrays: dict = read_arrays(layout.track_embeds(video)) | {"backbone": np.array(backbone)}
    with replacing(layout.track_embeds(video)) as partial, partial.open("wb") as stream:
        np.savez(stream, **arrays)


def read_meta(path: Path) -> pd.DataFrame:
    """Rows of `tables.TRACK_META`.

    Raises:
        InputError: the table cannot be read.
    """
    try:
        frame = pd.read_csv(io.StringIO(read_text(path, MAX_TABLE)), dtype=str, keep_default_na=False)
        frame = frame.rename(columns={"num_samples": "n_samples"})
        if "class_name" not in frame and "class_id" in frame:
            frame["class_name"] = frame["class_id"]
        return TRACK_META.conform(frame[[name for name in TRACK_META.header if name in frame]])
    except ValueError as error:
        raise InputError(f"{path}: not a usable table ({error}).") from error


def labels_of(layout: Layout) -> list[str]:
    """Labels of the networks that made the pairs of a root, each with its classes where there are several."""
    labels = set()
    for video in layout.embedded_names():
        try:
            labels.add(read_label(layout.track_embeds(video)) or "unknown network")
        except InputError:
            continue
    return networks_by_class(labels)


def read_meta_classes(path: Path) -> list[str]:
    """Class names of the tracks of a `<video>_track_meta.csv`, in any order, each once."""
    return [str(name) for name in read_meta(path)["class_name"].unique()]


def unreadable_pairs(layout: Layout, videos: Iterable[str]) -> dict[str, str]:
    """Which of the videos have a pair that cannot be used, and why."""
    found = {}
    for video in sorted(videos):
        try:
            read_pair(layout, video)
        except InputError as error:
            found[video] = str(error)
    return found


def read_metas(layout: Layout, without: Collection[str] = ()) -> pd.DataFrame:
    """Meta rows of all pairs on disk but some, `tables.TRACK_META`; no vectors are read, nobody forgotten."""
    names, forgotten = layout.embedded_names(), read_forgotten(layout)
    metas = [
        forgotten.without(read_meta(layout.track_meta(video))) for video in names if video not in without
    ]
    metas = [meta for meta in metas if len(meta)]
    return pd.concat(metas, ignore_index=True) if metas else TRACK_META.empty()
