"""Every format that can be brought in, and which of them a file or folder is of."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import file_problem, is_file, reason_of
from reid_assets.reid.core.tables import REQUIRED_TRACK_COLUMNS
from reid_assets.reid.formats import coco_video, cvat, mot, supervision, trackflow, ultralytics
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.media import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from reid_assets.reid.formats.records import columns_of


@dataclass(frozen=True)
class Format:
    """A format: its name on the command line, what recognises it, what reads it."""

    name: str
    tool: str
    recognise: Callable[[Path], str | None]
    read: Callable[[Path, ImportOptions], Iterator[ImportedVideo]]


FORMATS = {
    "mot": Format("mot", mot.TOOL, mot.recognise, mot.read),
    "ultralytics": Format("ultralytics", ultralytics.TOOL, ultralytics.recognise, ultralytics.read),
    "supervision": Format("supervision", supervision.TOOL, supervision.recognise, supervision.read),
    "trackflow": Format("trackflow", trackflow.TOOL, trackflow.recognise, trackflow.read),
    "coco-video": Format("coco-video", coco_video.TOOL, coco_video.recognise, coco_video.read),
    "cvat": Format("cvat", cvat.TOOL, cvat.recognise, cvat.read),
}
# Of which others are special cases: a Trackflow run may hold MOT files, a labels folder numbers as they do.
_ORDER = ("coco-video", "cvat", "supervision", "ultralytics", "trackflow", "mot")


@dataclass(frozen=True)
class Recognised:
    """Something that can be read: what it is, in words, and by which format."""

    path: Path
    form: Format
    what: str


def recognise(path: Path) -> Recognised | None:
    """The format of one file or folder as a whole; None if it is of none.

    Raises:
        InputError: it may not be read.
    """
    try:
        if is_file(path):
            path.open("rb").close()
        found = [(FORMATS[name], FORMATS[name].recognise(path)) for name in _ORDER]
    except OSError as error:
        raise InputError(f"{path}: {reason_of(error)}. Make it readable.") from error
    return next((Recognised(path, form, what) for form, what in found if what), None)


def import_advice(found: Recognised, video: str, root: Path) -> str:
    """What to do with something of another tool in a video's folder."""
    command = ["reid-assets", "import", str(found.path), "--video", video, "--root", str(root)]
    return f"{found.path.name} was recognised as {found.what}. Bring it in: {shlex.join(command)}"


def recognise_all(path: Path) -> tuple[list[Recognised], list[Path]]:
    """What a path holds: itself, or the files and folders in it; and what in it is of no format.

    Raises:
        InputError: there is nothing, or nothing of a known format.
    """
    if not path.is_dir() and (problem := file_problem(path)):
        raise InputError(f"{path}: {problem}.")
    if found := recognise(path):
        return [found], []
    inside = sorted(path.iterdir()) if path.is_dir() else []
    read = {one: _recognise_inside(one) for one in inside if is_file(one) or one.is_dir()}
    known = [found for found in read.values() if found]
    if known:
        pictures = VIDEO_SUFFIXES | IMAGE_SUFFIXES
        left = [one for one, found in read.items() if not found and one.suffix.lower() not in pictures]
        return known, left
    raise InputError(f"{path}: {_unknown(path)}")


def _recognise_inside(path: Path) -> Recognised | None:
    try:
        return recognise(path)
    except InputError:
        return None


def _unknown(path: Path) -> str:
    """Why nothing recognises it, as far as its columns tell, and what to do."""
    columns = columns_of(path) if is_file(path) else ()
    if set(columns) >= set(REQUIRED_TRACK_COLUMNS):
        return "this is a tracks.csv already. Put it where it belongs: <root>/<name of the video>/tracks.csv."
    found = f" (columns: {' '.join(', '.join(columns).split())[:300]})" if columns else ""
    what = "what is in it is" if path.is_dir() else "it is empty, and" if not path.stat().st_size else "it is"
    return f"{what} of no known format{found}. If you know which it is, say so: --from {'|'.join(FORMATS)}."
