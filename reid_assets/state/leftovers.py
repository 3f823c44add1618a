"""Whether anything is left of forgotten tracks: a search over every file that this product writes.

Looked for are pieces of their vectors and pictures, by salted hashes; files and texts that bear their video
and number; their rows in tables and CSV files. Your own files (tracks.csv, the videos) are not searched.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from reid_assets.reid.association.identity_events import replay
from reid_assets.reid.core.forgotten import Forgotten
from reid_assets.state.clips import improper_clips
from reid_assets.state.project import Project
from reid_assets.storage.array_files import read_arrays
from reid_assets.storage.artifact_files import load_if_there
from reid_assets.storage.clip_files import ANNOTATED
from reid_assets.storage.corrections_file import read_corrections
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.duckdb_scan import TRACK_COLUMNS, rows_of_tracks
from reid_assets.storage.forgotten_file import read_fingerprints
from reid_assets.storage.text_embedding_files import TEXT_EMBEDDINGS, holds_forgotten

# `gate_tid7_f120.jpg`, and the same in a table or a page.
_PICTURE = re.compile(rb"_tid(\d{1,19})_f\d")
# As the scripts of the report tell a track.
_NAMED = re.compile(rb'video\w{0,2}":\s?("(?:[^"\\]|\\.)*"),\s?"(?:witness_)?track_\w{1,2}":\s?(\d{1,19})')
_TOMBSTONES = "forgotten."
# Encoded pictures, in which nothing can be searched for: when they were made says who is in them.
_CLIP = ".mp4"


@dataclass
class Leftovers:
    """What a search has found.

    Attributes:
        found: what is left and where, in words.
        files, size: how many files were searched, and their bytes.
        unread: files that could not be searched, and why.
    """

    found: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0
    unread: list[str] = field(default_factory=list)


def search_leftovers(project: Project) -> Leftovers:
    """Search outputs, database, corrections.csv and the root's own history."""
    result, forgotten = Leftovers(), project.forgotten
    if not forgotten.videos():
        return result
    videos = {*project.layout.all_videos(), *forgotten.videos()}
    search = _Search(forgotten, sorted(videos, key=len, reverse=True), project)
    for path in _files(project):
        try:
            content = b"" if path.suffix == _CLIP else path.read_bytes()
        except OSError as error:
            result.unread.append(f"{path}: {error.strerror}")
            continue
        result.files, result.size = result.files + 1, result.size + len(content)
        told = next(search.in_file(path, content), None)
        result.found += [f"{path}: {told}"] if told else []
    made_on_demand = (search.in_clips, search.in_text_embeddings)
    for look in (search.in_events, search.in_corrections, *made_on_demand, search.in_database):
        try:
            result.found += look()
        except (DatabaseBusyError, duckdb.Error) as error:
            result.unread.append(" ".join(str(error).split()))
    return result


def _files(project: Project) -> Iterator[Path]:
    layout = project.layout
    own = [path for video in layout.all_videos() for path in layout.files("tracks_global", video)]
    own += [path for video in layout.all_videos() for path in layout.files("summary_global", video)]
    folders = dict.fromkeys([layout.reid, layout.dagster_home])
    below = (path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*")))
    for path in [*own, *below]:
        if path.is_file() and not path.is_symlink() and not path.name.startswith(_TOMBSTONES):
            yield path


class _Search:
    """One search; every look yields what it finds, in words."""

    def __init__(self, forgotten: Forgotten, videos: list[str], project: Project) -> None:
        self._forgotten, self._videos, self._project = forgotten, videos, project
        self._names = [name.encode("utf-8", "surrogateescape") for name in videos]
        self._prints = read_fingerprints(project.layout)

    def in_file(self, path: Path, content: bytes) -> Iterator[str]:
        yield from self._in_name(path)
        if self._prints.found_in(content) is not None:
            yield "holds a piece of a forgotten vector or picture"
        if path.suffix in (".npz", ".npy"):
            yield from self._in_arrays(path)
            return
        yield from self._in_text(content)
        if path.suffix == ".csv":
            yield from self._in_rows(path, content)

    def _in_name(self, path: Path) -> Iterator[str]:
        yield from self._in_text(path.name.encode("utf-8", "surrogateescape"))
        match = re.match(r"tid(\d+)_f", path.name)
        if match and int(match[1]) in self._forgotten.of(path.parent.name):
            yield "is named after a forgotten track"

    def _in_text(self, content: bytes) -> Iterator[str]:
        for match in _PICTURE.finditer(content):
            before = content[max(0, match.start() - 256) : match.start()]
            place = next((i for i, name in enumerate(self._names) if before.endswith(name)), None)
            if place is not None and int(match[1]) in self._forgotten.of(self._videos[place]):
                yield f"names a picture of {self._videos[place]}:{int(match[1])}"
        for match in _NAMED.finditer(content):
            try:
                video = json.loads(match[1])
            except ValueError:
                continue
            if int(match[2]) in self._forgotten.of(video):
                yield f"names {video}:{int(match[2])}"

    def _in_arrays(self, path: Path) -> Iterator[str]:
        """What an array file holds, also where it is compressed."""
        try:
            arrays = read_arrays(path) if path.suffix == ".npz" else {"": np.load(path, allow_pickle=False)}
        except (OSError, ValueError):
            return
        for array in arrays.values():
            if self._prints.found_in(np.ascontiguousarray(array).tobytes()) is not None:
                yield "holds a forgotten vector"

    def _in_rows(self, path: Path, content: bytes) -> Iterator[str]:
        """Rows of a CSV; in tracks_global.csv, rows with an identity."""
        header = next(csv.reader([content.split(b"\n", 1)[0].decode("utf-8-sig", "replace")]), [])
        for video, track in TRACK_COLUMNS:
            if not {video, track} <= set(header):
                continue
            rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding_errors="replace")
            if path.parent.name in self._forgotten.videos() and "global_id" in header and "x1" in header:
                rows = rows[rows["global_id"] != ""]
            rows = rows.assign(**{track: pd.to_numeric(rows[track], errors="coerce")})
            if (gone := self._forgotten.mask(rows, video, track)).any():
                yield f"has {int(gone.sum())} rows of forgotten tracks"

    def in_events(self) -> list[str]:
        """Tracks, and names of those that were erased, in the history of identities."""
        events = load_if_there(self._project.layout, "identity_events")
        if events is None or not len(events):
            return []
        path = self._project.layout.path("identity_events")
        named = {(v, int(t)) for tracks in events["tracks"] for v, t in json.loads(tracks)}
        erased = set(events.loc[events["event"] == "erased", "global_id"]) - set(replay(events)[0].values())
        renamed = events[(events["event"] == "renamed") & events["global_id"].isin(erased)]
        told = [f"{path}: tells of forgotten tracks"] if named & self._forgotten.tracks() else []
        called = renamed["name"].fillna("").ne("").any()
        return told + ([f"{path}: tells the name of a forgotten identity"] if called else [])

    def in_corrections(self) -> list[str]:
        """Lines about forgotten tracks."""
        path = self._project.corrections_file
        gone = self._forgotten.tracks()
        said = read_corrections(path).said
        lines = [str(one.line) for one in said if any((t.video, t.track_id) in gone for t in one.tracks())]
        return [f"{path}: lines {', '.join(lines)} are about forgotten tracks"] if lines else []

    def in_clips(self) -> list[str]:
        """Rendered clips from before somebody in them was forgotten."""
        layout, (videos, identities) = self._project.layout, improper_clips(self._project)
        paths = [*(layout.path(ANNOTATED, video) for video in videos), *map(layout.identity_clip, identities)]
        return [f"{path}: may show somebody who was forgotten" for path in paths]

    def in_text_embeddings(self) -> list[str]:
        """Vectors for words of forgotten tracks."""
        layout = self._project.layout
        return [
            f"{layout.path(TEXT_EMBEDDINGS, video)}: has vectors of somebody who was forgotten"
            for video in self._forgotten.videos()
            if holds_forgotten(layout, video, self._forgotten)
        ]

    def in_database(self) -> list[str]:
        """Rows of every table that has a video and a track."""
        database = self._project.mirror.database
        if not database.path.is_file():
            return []
        with database.connect(read_only=True) as connection:
            found = rows_of_tracks(connection, self._forgotten.tracks())
        return [f"{database.path}: {count} rows in table {table}" for table, count in found]
