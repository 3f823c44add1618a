"""Who looks like whom: for each identity the others that look most like it, with the two most alike tracks.

Candidates are found by the mean vectors of identities; their tracks are compared one by one.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from reid_assets.reid.association.centring import group_sums
from reid_assets.reid.association.track_set import TrackSet, assemble
from reid_assets.reid.core.embeddings import TrackEmbeddings, unit_rows
from reid_assets.reid.core.network_labels import PERSON, is_person
from reid_assets.reid.search.gallery import Gallery
from reid_assets.reid.search.look_alikes_table import LOOK_ALIKES

MOST = 5  # others of each identity
_CANDIDATES = 20
_BLOCK = 1024


def look_alikes(
    embeddings: Mapping[str, TrackEmbeddings],
    id_map: pd.DataFrame,
    cameras: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Rows of `LOOK_ALIKES`, at most `MOST` an identity; classes are not compared with each other.

    Args:
        embeddings: by video.
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        cameras: video -> camera.

    Raises:
        MixedBackbonesError: the vectors of one class were made by different backbones.
    """
    tracks = assemble(embeddings, cameras)
    frames = [_of_class(tracks, rows, id_map) for rows in _classes(tracks)]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return LOOK_ALIKES.empty()
    found = pd.concat(frames).sort_values(["global_id", "score", "other_id"], ascending=[True, False, True])
    # An identity with tracks of two classes is compared in each.
    found = found.drop_duplicates(["global_id", "other_id"])
    found["rank"] = found.groupby("global_id").cumcount()
    return LOOK_ALIKES.conform(found[found["rank"] < MOST].reset_index(drop=True))


def _classes(tracks: TrackSet) -> Iterator[np.ndarray]:
    names = tracks.meta["class_name"].map(lambda name: PERSON if is_person(name) else name)
    for _, rows in sorted(names.groupby(names).groups.items()):
        yield np.sort(rows.to_numpy())


def _of_class(tracks: TrackSet, rows: np.ndarray, id_map: pd.DataFrame) -> pd.DataFrame:
    known = tracks.meta.iloc[rows][["video", "track_id"]].merge(
        id_map[["video", "track_id", "global_id"]], on=["video", "track_id"], how="left"
    )
    has = known["global_id"].notna().to_numpy()
    ids, owner = np.unique(known["global_id"][has].to_numpy(dtype=np.int64), return_inverse=True)
    if len(ids) < 2:
        return pd.DataFrame()
    gallery = Gallery.of(tracks, rows[has])
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(len(ids) + 1))
    own = [order[bounds[number] : bounds[number + 1]] for number in range(len(ids))]
    means = unit_rows(group_sums(gallery.vectors, owner, len(ids)))
    pairs = {(min(a, b), max(a, b)) for a, near in _nearest(means) for b in near.tolist()}
    best = [_most_alike(gallery, own[a], own[b]) for a, b in sorted(pairs)]
    table = pd.DataFrame(best, columns=["score", "row", "other"])
    table["a"], table["b"] = [ids[a] for a, _ in sorted(pairs)], [ids[b] for _, b in sorted(pairs)]
    turned = table.rename(columns={"row": "other", "other": "row", "a": "b", "b": "a"})
    return _named(pd.concat([table, turned], ignore_index=True), gallery.meta)


def _nearest(means: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each identity with the candidates nearest to it, int (c,), without itself."""
    count = min(_CANDIDATES, len(means) - 1)
    for start in range(0, len(means), _BLOCK):
        cosine = means[start : start + _BLOCK] @ means.T
        cosine[np.arange(len(cosine)), start + np.arange(len(cosine))] = -np.inf
        for row, near in enumerate(np.argpartition(cosine, -count, axis=1)[:, -count:]):
            yield start + row, near


def _most_alike(gallery: Gallery, own: np.ndarray, other: np.ndarray) -> tuple[float, int, int]:
    """Score and rows of the two most alike tracks of two identities."""
    hub = (gallery.hubness[own][:, None] + gallery.hubness[other]) / 2
    score = gallery.vectors[own] @ gallery.vectors[other].T - hub
    row, column = np.unravel_index(int(score.argmax()), score.shape)
    return float(score[row, column]), int(own[row]), int(other[column])


def _named(table: pd.DataFrame, meta: pd.DataFrame) -> pd.DataFrame:
    video, track = meta["video"].to_numpy(), meta["track_id"].to_numpy()
    own, other = table["row"].to_numpy(), table["other"].to_numpy()
    return pd.DataFrame(
        {
            "global_id": table["a"],
            "other_id": table["b"],
            # Products of one size differ in the last bits between processors.
            "score": table["score"].round(4),
            "video": video[own],
            "track_id": track[own],
            "other_video": video[other],
            "other_track_id": track[other],
        }
    )
