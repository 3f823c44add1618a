"""Videos and images of a COCO file of videos, each value checked."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from reid_assets.reid.core.clocks import HIGHEST_FPS, LOWEST_FPS
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.formats.media import VIDEO_SUFFIXES
from reid_assets.reid.formats.values import decimal, shown, whole

_FRAMES = ("frame_id", "frame_index", "frame_number", "frame")
_LENGTHS = ("length", "num_frames", "frames", "frame_count")
_MOST = 10**9


@dataclass(frozen=True)
class VideoRecord:
    """What `videos` says of one; None where it does not."""

    number: int
    name: str
    file_names: tuple[str, ...]
    frames: int | None
    fps: float | None
    size: tuple[int, int] | None
    start_time: str | None
    camera: str | None
    origins: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImageRecord:
    """What `images` says of one: its id, video, frame as the file counts, and file."""

    number: int
    video: int
    frame: int
    file_name: str


def video_of(path: Path, place: str, record: Any) -> VideoRecord:
    """A record of `videos`.

    Raises:
        InputError: it has no id or name, or a value of it is not what it should be.
    """
    if not isinstance(record, dict) or (number := whole(record.get("id"))) is None:
        raise InputError(f"{path}: {place} has no whole `id`. Fix it.")
    texts = [record.get(key) for key in ("name", "file_name")]
    names = [text for text in texts if isinstance(text, str) and text]
    if not names:
        raise InputError(f"{path}: {place} has no `name`. Add it.")
    fps = decimal(record.get("fps", record.get("frame_rate")))
    if fps is None or not (fps.is_nan() or LOWEST_FPS <= fps <= HIGHEST_FPS):
        said = shown(record.get("fps", record.get("frame_rate")))
        raise InputError(f"{path}: {place}: fps is {said}, not a number from 0.01 to 1000. Fix or delete it.")
    width, height = (_count(path, place, record, (key,)) for key in ("width", "height"))
    start, camera = (record.get(key) for key in ("start_time", "camera"))
    stated = {"fps": not fps.is_nan(), "start_time": start is not None, "camera": camera is not None}
    return VideoRecord(
        number=number,
        name=_plain(names[0]),
        file_names=tuple(names),
        frames=_count(path, place, record, _LENGTHS),
        fps=None if fps.is_nan() else float(fps),
        size=(width, height) if width and height else None,
        start_time=start if isinstance(start, str) else None,
        camera=str(camera) if isinstance(camera, str | int) and not isinstance(camera, bool) else None,
        origins={key: "the video's record" for key, found in stated.items() if found},
    )


def image_of(path: Path, place: str, record: Any) -> ImageRecord:
    """A record of `images`.

    Raises:
        InputError: it does not say its id, video or frame.
    """
    if not isinstance(record, dict):
        raise InputError(f"{path}: {place} is {type(record).__name__}, not an object. Fix it.")
    number, video = whole(record.get("id")), whole(record.get("video_id"))
    key = next((name for name in _FRAMES if record.get(name) is not None), None)
    frame = whole(record.get(key)) if key else None
    if number is None or video is None:
        raise InputError(f"{path}: {place} needs whole numbers as id and video_id. Export it as COCO video.")
    if frame is None or not 0 <= frame <= _MOST:
        raise InputError(
            f"{path}: {place} does not say its frame: {', '.join(_FRAMES)} is missing or no whole "
            "number. Add frame_id, counted from 0."
        )
    name = record.get("file_name")
    return ImageRecord(number, video, frame, name if isinstance(name, str) else "")


def _count(path: Path, place: str, record: dict[str, Any], keys: tuple[str, ...]) -> int | None:
    for key in keys:
        if (value := record.get(key)) is None:
            continue
        number = whole(value)
        if number is None or not 0 <= number <= _MOST:
            raise InputError(f"{path}: {place}: {key} is {shown(value)}, not a whole number from 0. Fix it.")
        return number
    return None


def _plain(name: str) -> str:
    """A video's name without folders and the ending of a video file."""
    last = PurePosixPath(name).name or name
    suffix = PurePosixPath(last).suffix
    return last.removesuffix(suffix) if suffix.lower() in VIDEO_SUFFIXES else last
