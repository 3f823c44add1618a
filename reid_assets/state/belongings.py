"""What there is of an identity: counted for whoever forgets it, and as bytes to search for afterwards."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.reid.core.byte_search import image_data
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.report.pages import picture_name
from reid_assets.state.clips import clips_of
from reid_assets.state.identity_lookup import Found
from reid_assets.state.project import Project
from reid_assets.storage.array_files import read_arrays
from reid_assets.storage.crop_files import kept_crops
from reid_assets.storage.embeddings_pair import read_pair
from reid_assets.storage.gallery_files import read_gallery_index

_KEY = ["video", "track_id"]


@dataclass(frozen=True)
class Belongings:
    """What was made of an identity.

    Attributes:
        tracks, videos: how many it has.
        vectors: of tracks and of crops together.
        crops, thumbnails, pictures: stored crops, thumbnails of its gallery, pictures of the report.
        clips: rendered clips of its videos, which go with it.
        lines: lines of corrections.csv about its tracks.
        names: what people call it.
    """

    tracks: int = 0
    videos: int = 0
    vectors: int = 0
    crops: int = 0
    thumbnails: int = 0
    pictures: int = 0
    clips: int = 0
    lines: int = 0
    names: tuple[str, ...] = ()

    def removed(self, lines: int, verb: str = "Removed") -> Iterator[str]:
        """What was removed, in words; nothing where nothing is known of it."""
        if not self.tracks:
            return
        yield (
            f"{verb}: {_counted(self.tracks, 'track')} in {_counted(self.videos, 'video')}, "
            f"{_counted(self.vectors, 'vector')}, {_counted(self.crops, 'crop')}, "
            f"{_counted(self.thumbnails, 'thumbnail')}, {_counted(self.pictures, 'picture')} of the report, "
            + (f"{_counted(self.clips, 'rendered clip')}, " if self.clips else "")
            + (f"{_counted(lines, 'line')} of corrections.csv, " if lines else "")
            + "and their rows in all tables, pages and the database."
        )
        if verb == "Removed":
            yield "Dagster's runs from before went with their logs; database and history were written anew."


def belongings_of(project: Project, found: Found) -> Belongings:
    """Count what there is of an identity."""
    own = found.tracks[_KEY]
    tracks = set(own.itertuples(index=False, name=None))
    said = [
        one for one in project.corrections.said if any((t.video, t.track_id) in tracks for t in one.tracks())
    ]
    names = {one.value for one in said if one.action == "name"}
    return Belongings(
        tracks=len(own),
        videos=own["video"].nunique(),
        vectors=sum(1 for _ in _vectors(project, own)),
        crops=len(_crops(project, own)),
        thumbnails=len(_thumbnails(project, own)),
        pictures=len(_pictures(project, own)),
        clips=clips_of(project, own),
        lines=len(said),
        names=tuple(sorted(names)),
    )


def secrets_of(project: Project, found: Found) -> Iterator[bytes]:
    """Bytes that are nobody else's: each vector as it is stored, the image in each picture."""
    own = found.tracks[_KEY]
    yield from _vectors(project, own)
    for path in (*_crops(project, own), *_thumbnails(project, own), *_pictures(project, own)):
        with suppress(OSError):
            yield image_data(path.read_bytes())


def held_by_others(project: Project, found: Found) -> Iterator[bytes]:
    """Vectors and pictures of all tracks that stay, as `secrets_of` has them of the others."""
    layout, own = project.layout, found.tracks[_KEY]
    every = pd.concat([kept_crops(layout)[_KEY], read_gallery_index(layout)[_KEY]]).drop_duplicates()
    stays = every.merge(own, how="left", on=_KEY, indicator=True).query("_merge == 'left_only'")[_KEY]
    for path in (*_crops(project, stays), *_thumbnails(project, stays), *_pictures(project, stays)):
        with suppress(OSError):
            yield image_data(path.read_bytes())
    for video in layout.embedded_names():
        try:
            pair, stored = read_pair(layout, video), read_arrays(layout.track_embeds(video))
        except (InputError, OSError, ValueError):
            continue
        gone = pair.meta["track_id"].isin(own.loc[own["video"] == video, "track_id"]).to_numpy()
        yield stored["emb"][~gone].tobytes()
        if "samples" in stored:
            yield stored["samples"][~gone[pair.sample_track]].tobytes()


def _vectors(project: Project, own: pd.DataFrame) -> Iterator[bytes]:
    layout = project.layout
    for video, numbers in own.groupby("video")["track_id"]:
        try:
            pair, stored = read_pair(layout, str(video)), read_arrays(layout.track_embeds(str(video)))
        except (InputError, OSError, ValueError):
            continue
        rows = np.flatnonzero(pair.meta["track_id"].isin(numbers).to_numpy())
        yield from (stored["emb"][row].tobytes() for row in rows)
        if "samples" in stored:
            yield from (
                stored["samples"][s].tobytes() for s in np.flatnonzero(np.isin(pair.sample_track, rows))
            )


def _crops(project: Project, own: pd.DataFrame) -> list[Path]:
    table = kept_crops(project.layout).merge(own, on=_KEY)
    return [project.layout.crops(str(row.video)) / str(row.file) for row in table.itertuples()]


def _thumbnails(project: Project, own: pd.DataFrame) -> list[Path]:
    table = read_gallery_index(project.layout).merge(own, on=_KEY)
    return [project.layout.gallery(int(row.global_id)) / str(row.file) for row in table.itertuples()]


def _pictures(project: Project, own: pd.DataFrame) -> list[Path]:
    table, report = read_gallery_index(project.layout).merge(own, on=_KEY), project.layout.report
    names = (report / picture_name(int(row.global_id), int(row.rank)) for row in table.itertuples())
    return [path for path in names if path.is_file()]


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
