"""seqinfo.ini of a MOTChallenge sequence: its name, frame rate, length, size and folder of images."""

import configparser
from dataclasses import dataclass, field
from pathlib import Path

from reid_assets.reid.core.clocks import HIGHEST_FPS, LOWEST_FPS
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MAX_YAML, is_file, read_text
from reid_assets.reid.formats.values import decimal, shown, whole

_MOST_PIXELS, _MOST_FRAMES = 10**6, 10**9


@dataclass(frozen=True)
class SequenceFacts:
    """What a sequence's folder says; None where it does not.

    Attributes:
        name: of the sequence.
        fps: frames per second.
        frames: number of frames.
        size: width and height in pixels.
        image_folder: holds the frames as image files.
        origins: what -> where it is from.
    """

    name: str | None = None
    fps: float | None = None
    frames: int | None = None
    size: tuple[int, int] | None = None
    image_folder: Path | None = None
    origins: dict[str, str] = field(default_factory=dict)


def read_seqinfo(folder: Path) -> SequenceFacts:
    """What seqinfo.ini of a folder says, and whether there are images; nothing where neither is.

    Raises:
        InputError: seqinfo.ini cannot be read, or a value of it is not what it should be.
    """
    path = folder / "seqinfo.ini"
    images = folder / "img1"
    if not is_file(path):
        return SequenceFacts(image_folder=images if images.is_dir() else None)
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(read_text(path, MAX_YAML), source="seqinfo.ini")
        said = dict(parser["Sequence"])
    except configparser.Error as error:
        raise InputError(f"{path}: not an INI file ({' '.join(str(error).split())}). Fix it.") from error
    except KeyError:
        raise InputError(f"{path}: there is no section [Sequence]. Add it, or remove the file.") from None
    fps, frames = _fps(path, said.get("framerate")), _whole(path, said, "seqLength", _MOST_FRAMES)
    width, height = (_whole(path, said, key, _MOST_PIXELS) for key in ("imWidth", "imHeight"))
    images = folder / (said.get("imdir") or "img1")
    return SequenceFacts(
        name=said.get("name") or None,
        fps=fps,
        frames=frames,
        size=(width, height) if width and height else None,
        image_folder=images if images.is_dir() else None,
        origins={"fps": "seqinfo.ini"} if fps else {},
    )


def _fps(path: Path, text: str | None) -> float | None:
    number = decimal(text)
    if number is None or not (number.is_nan() or LOWEST_FPS <= number <= HIGHEST_FPS):
        raise InputError(
            f"{path}: frameRate is {shown(text)}, not a number from {LOWEST_FPS:g} to "
            f"{HIGHEST_FPS:g}. Fix it."
        )
    return None if number.is_nan() else float(number)


def _whole(path: Path, said: dict[str, str], key: str, most: int) -> int | None:
    text = said.get(key.lower())
    if text is None:
        return None
    number = whole(text)
    if number is None or not 1 <= number <= most:
        raise InputError(f"{path}: {key} is {shown(text)}, not a whole number from 1. Fix it.")
    return number
