"""The pictures that belong to imported tracks: a video file of the same name, or a folder of frames.

A file is taken where the source or the user names it, or where it lies beside the source under the video's
name; what is taken is told. Linking and encoding are not here.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.formats.imported_video import ImportOptions

VIDEO_SUFFIXES = {".mp4", ".mkv", ".avi", ".mov", ".m4v", ".webm", ".ts", ".mpg", ".mpeg"}
IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"}
_NUMBER = re.compile(r"(\d+)$", re.ASCII)


def find_media(
    folders: Sequence[Path], name: str, options: ImportOptions, named: Iterable[str] = ()
) -> tuple[Path | None, str]:
    """The video file of `name`, and where it was found, in words; None where there is none.

    Args:
        folders: where to look, the best first.
        named: file names or paths that the source states for it.

    Raises:
        InputError: `--media` names a folder that does not hold it, or several files fit.
    """
    if options.media is not None and is_file(options.media):
        return options.media, "--media"
    if options.media is not None:
        return _only_one(options.media, _named_as(options.media, name), name), "--media"
    for text in named:
        for folder in folders:
            path = folder / text
            if path.suffix.lower() in VIDEO_SUFFIXES and is_file(path):
                return path, "named in the source"
    for folder in folders:
        if found := _named_as(folder, name):
            return _only_one(folder, found, name), f"of the same name in {folder}"
    return None, ""


def _named_as(folder: Path, name: str) -> list[Path]:
    try:
        files = sorted(folder.iterdir())
    except OSError:
        return []
    return [path for path in files if path.stem == name and path.suffix.lower() in VIDEO_SUFFIXES]


def _only_one(folder: Path, found: Sequence[Path], name: str) -> Path:
    if len(found) == 1 and is_file(found[0]):
        return found[0]
    if not found:
        raise InputError(
            f"{folder}: there is no video file {name!r} in it (with an ending such as .mp4). Name the file: "
            "--media FILE."
        )
    listed = ", ".join(path.name for path in found)
    raise InputError(f"{folder}: {listed} are all called {name!r}. Name one: --media FILE.")


def list_images(folder: Path, first: int) -> tuple[tuple[Path, ...], list[str]]:
    """Image files of a folder in the order of the numbers that their names end in, and what to tell.

    Args:
        first: number of the first frame in the source. Where the images begin with another, nobody knows
            which frame each is, and none is taken.

    Raises:
        InputError: a number is missing or there twice, so that nobody knows which frame each is.
    """
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES and is_file(path)]
    except OSError:
        return (), []
    numbers = {path: _NUMBER.search(path.stem) for path in files}
    if unnumbered := sorted(path.name for path, number in numbers.items() if number is None):
        raise InputError(
            f"{folder}: the name of {unnumbered[0]} does not end in a number. Rename or move it."
        )
    ordered = sorted(files, key=lambda path: int(numbers[path][1]))  # type: ignore[index]
    found = [int(numbers[path][1]) for path in ordered]  # type: ignore[index]
    for before, after in zip(found, found[1:], strict=False):
        if after != before + 1:
            raise InputError(
                f"{folder}: after image {before} comes {after}: frames are missing or there twice, so "
                "that later ones would be taken for others. Complete the folder."
            )
    if found and found[0] != first:
        said = f"the images in {folder} begin with number {found[0]} and the frames with {first}: left out"
        return (), [said]
    return tuple(ordered), []
