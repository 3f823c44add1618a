"""What lies wrongly under a root, by a look at names and headers: for `doctor`, `run` and its dry run.

What is wrong inside a table or a video is told by those that read it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reid_assets.layout import Layout
from reid_assets.reid.core.errors import InputError, describe_failure
from reid_assets.reid.core.outside_files import MEGABYTE, file_problem, is_file
from reid_assets.reid.core.tables import REQUIRED_TRACK_COLUMNS
from reid_assets.reid.formats.media import VIDEO_SUFFIXES
from reid_assets.reid.formats.registry import Recognised, import_advice, recognise
from reid_assets.reid.tracks.foreign_tracks import looks_like_mot, missing_columns_message, mot_advice
from reid_assets.reid.tracks.tracks_csv import read_header
from reid_assets.storage.video_sources import crop_sources

_TABLE_SUFFIXES = {".csv", ".txt"}
_IMPORT = "reid-assets import "
_LOOKED_INTO = 64 * MEGABYTE


@dataclass(frozen=True)
class Oddity:
    """Something under a root that is not as it should be.

    Attributes:
        name: of the folder or file.
        problem: what is wrong and what to do, in words.
        is_video: whether it is a video of the root, which this keeps from being made.
    """

    name: str
    problem: str
    is_video: bool = False


def odd_things(layout: Layout) -> Iterator[Oddity]:
    """Everything that is odd, files of the root first."""
    yield from _files_in_root(layout)
    for name, why in layout.refused_folders().items():
        yield Oddity(name, f"no video: {_why_refused(layout.root / name, why)}")
    for name in layout.video_names():
        for problem in _video_problems(layout, name):
            yield Oddity(name, problem, is_video=True)


def nothing_to_do(layout: Layout) -> str | None:
    """Why there is nothing to make on this root; None where there is, or where something was made."""
    if layout.all_videos() or layout.embedded_names() or layout.global_id_map.is_file():
        return None
    told = f"{layout.root}: there is no video here."
    for name, why in layout.refused_folders().items():
        if _IMPORT in (found := _why_refused(layout.root / name, why)):
            return f"{told} {name}: {found}"
    return (
        f"{told} Give each a folder of its own, with tracks.csv and "
        "analysis.mp4 in it (docs/guides/own_videos.md), or name another root with --root. "
        "`reid-assets demo` makes a world to look at."
    )


def _files_in_root(layout: Layout) -> Iterator[Oddity]:
    for path in sorted(layout.root.iterdir()):
        if path.suffix.lower() in VIDEO_SUFFIXES and is_file(path):
            advice = (
                f"A video has a folder of its own: {path.stem}/analysis.mp4 beside {path.stem}/tracks.csv."
            )
            yield Oddity(path.name, f"lies in the root and is not looked at. {advice}")


def _video_problems(layout: Layout, name: str) -> Iterator[str]:
    try:
        for look in (_table_problem, _picture_problem, _writing):
            if problem := look(layout, name):
                yield problem
    except Exception as error:
        yield describe_failure(error)


def _why_refused(folder: Path, why: str) -> str:
    try:
        files = sorted(path for path in folder.iterdir() if is_file(path))
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    tables = [path for path in files if path.suffix.lower() in _TABLE_SUFFIXES]
    for path in tables:
        if looks_like_mot(path):
            return f"{why}, but {path.name} {mot_advice(path, folder.name)}"
    for path in (folder, *files):
        if found := _foreign(path):
            return f"{why}, but {import_advice(found, folder.name, folder.parent)}"
    for path in tables:
        if path.suffix.lower() == ".csv" and set(_header(path)) >= {"frame"}:
            return f"{why}. Is it {path.name}? Then rename that to tracks.csv"
    if any(path.suffix.lower() in VIDEO_SUFFIXES for path in files):
        return f"{why}. A detector and a tracker make it (docs/guides/own_videos.md)"
    return why


def _table_problem(layout: Layout, name: str) -> str | None:
    try:
        columns = read_header(layout.tracks(name))
    except (InputError, OSError) as error:
        return str(error)
    if not columns or set(REQUIRED_TRACK_COLUMNS) <= set(columns):
        return None
    if not looks_like_mot(layout.tracks(name)) and (found := _foreign(layout.tracks(name))):
        return f"{layout.tracks(name)}: {import_advice(found, name, layout.root)}"
    return missing_columns_message(layout.tracks(name), columns)


def _foreign(path: Path) -> Recognised | None:
    """What a file or folder is of another tool; large files are not looked into."""
    try:
        return None if is_file(path) and path.stat().st_size > _LOOKED_INTO else recognise(path)
    except (InputError, OSError):
        return None


def _picture_problem(layout: Layout, name: str) -> str | None:
    if any(is_file(source.path) for source in crop_sources(layout, name)):
        return None
    if (problem := file_problem(layout.analysis(name))) and os.path.lexists(layout.analysis(name)):
        return f"{layout.analysis(name)}: cannot be opened as a video ({problem}). Copy or export it again."
    others = sorted(
        path.name for path in layout.video(name).iterdir() if path.suffix.lower() in VIDEO_SUFFIXES
    )
    if len(others) == 1:
        return (
            f"there is no analysis.mp4, but {others[0]}. Rename it to analysis.mp4, or name it in "
            f'summary.json: {{"source": "{others[0]}"}}'
        )
    return "there is no analysis.mp4, and summary.json names no `source`: no pictures can be cut out"


def _writing(layout: Layout, name: str) -> str | None:
    if layout.out is not None or os.access(layout.video(name), os.W_OK):
        return None
    return "nothing can be written into its folder. Write everything elsewhere: --out FOLDER, or outputs.root"


def _header(path: Path) -> list[str]:
    try:
        return read_header(path)
    except (InputError, OSError):
        return []
