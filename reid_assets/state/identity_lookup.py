"""Who is meant by an id, a name or a track."""

import difflib
from dataclasses import dataclass

import pandas as pd

from reid_assets.reid.association.identity_names import identity_names
from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.errors import InputError, NotFoundError, ReidError
from reid_assets.reid.core.whole_numbers import parse_whole
from reid_assets.reid.tracks.tracks_csv import read_tracks
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_if_there
from reid_assets.storage.id_map_file import read_map

_ACCEPTED = "Give an id of reid/global_id_map.csv, a name, or VIDEO:TRACK"


@dataclass(frozen=True)
class Found:
    """Who is meant.

    Attributes:
        tracks: `video, track_id, global_id`; of a track without an identity, global_id is empty.
        global_id: the identity; None of a track without one.
        forgotten_at: when they were forgotten; None where they were not.
    """

    tracks: pd.DataFrame
    global_id: int | None
    forgotten_at: str | None = None

    def __str__(self) -> str:
        if self.global_id is not None:
            return f"identity {self.global_id}"
        row = self.tracks.iloc[0]
        return f"track {row['video']}:{row['track_id']}, which has no identity"


def find_identity(project: Project, said: str) -> Found:
    """The identity that an id, a name or a track stands for.

    Raises:
        NotFoundError: there is none; with what is near.
        ReidError: several have this name.
    """
    id_map = read_map(project.layout)
    names = identity_names(project.corrections, id_map)
    said = said.strip()
    if (number := parse_whole(said)) is not None and not (names["name"] == said).any():
        return _by_id(project, id_map, number)
    if found := _by_track(project, id_map, said):
        return found
    return _by_name(project, id_map, names, said)


def _by_id(project: Project, id_map: pd.DataFrame, number: int) -> Found:
    if (id_map["global_id"] == number).any():
        return _identity(id_map, number)
    for known, rows in project.forgotten.identities():
        if known == number:
            return Found(rows, number, str(rows["at"].iloc[-1]))
    aliases = load_if_there(project.layout, "identity_aliases")
    became = None if aliases is None else aliases.loc[aliases["former_id"] == number, "global_id"].dropna()
    if became is not None and len(became):
        raise NotFoundError(
            f"identity {number} is retired: its tracks are now identity {int(became.iloc[0])}. Look at that "
            f"one first, then give {int(became.iloc[0])}."
        )
    near = _near(str(number), [str(one) for one in sorted(id_map["global_id"].unique())])
    raise NotFoundError(f"no identity {number} in the map.{near} {_ACCEPTED}; the report shows who is who.")


def _by_track(project: Project, id_map: pd.DataFrame, said: str) -> Found | None:
    """The identity of a track, or the track alone where it has none; None where no video is named."""
    try:
        track = TrackRef.parse(said)
    except ValueError:
        return None
    mapped = id_map[(id_map["video"] == track.video) & (id_map["track_id"] == track.track_id)]
    if len(mapped):
        return _identity(id_map, int(mapped["global_id"].iloc[0]))
    if track.track_id in project.forgotten.of(track.video):
        table = project.forgotten.table
        row = table[(table["video"] == track.video) & (table["track_id"] == track.track_id)].iloc[-1]
        rows = table[table["at"] == row["at"]]
        return Found(rows, None if pd.isna(row["global_id"]) else int(row["global_id"]), str(row["at"]))
    videos = sorted({*project.layout.all_videos(), *id_map["video"]})
    if track.video not in videos:
        near = _near(track.video, videos)
        raise NotFoundError(f"there is no video {track.video!r}.{near} {_ACCEPTED}.")
    numbers = _numbers(project, track.video)
    if track.track_id not in numbers:
        near = _near(str(track.track_id), [str(one) for one in numbers])
        raise NotFoundError(f"{track.video} has no track {track.track_id}.{near} {_ACCEPTED}.")
    row = pd.DataFrame([{"video": track.video, "track_id": track.track_id, "global_id": None}])
    return Found(row, None)


def _numbers(project: Project, video: str) -> list[int]:
    try:
        return read_tracks(project.layout.tracks(video), video).per_track["track_id"].astype(int).tolist()
    except InputError as error:
        raise ReidError(str(error)) from error


def _by_name(project: Project, id_map: pd.DataFrame, names: pd.DataFrame, said: str) -> Found:
    # Whichever name of an identity is said: the last one is shown, and all of them are somebody's.
    given = pd.DataFrame(
        [(one.a.video, one.a.track_id, one.value) for one in project.corrections.of("name")],
        columns=["video", "track_id", "name"],
    ).astype({"video": str, "track_id": "int64"})
    called = given.merge(id_map[["video", "track_id", "global_id"]], on=["video", "track_id"])
    found = sorted(called.loc[called["name"].str.casefold() == said.casefold(), "global_id"].unique())
    if len(found) == 1:
        return _identity(id_map, int(found[0]))
    if found:
        listed = ", ".join(map(str, found))
        raise ReidError(f"{said!r} is the name of several identities: {listed}. Give the id of one.")
    near = _near(said, sorted(called["name"].unique()))
    raise NotFoundError(f"nobody is called {said!r}.{near} {_ACCEPTED}.")


def _identity(id_map: pd.DataFrame, number: int) -> Found:
    rows = id_map[id_map["global_id"] == number]
    return Found(rows[["video", "track_id", "global_id"]].reset_index(drop=True), number)


def _near(said: str, known: list[str]) -> str:
    found = difflib.get_close_matches(said, known, n=3, cutoff=0.4)
    return f" Did you mean {' or '.join(found)}?" if found else ""
