"""What the command line says of an import, put together from its options."""

from dataclasses import dataclass
from pathlib import Path

from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.formats.class_names import parse_classes
from reid_assets.reid.formats.imported_video import ImportOptions


@dataclass(frozen=True)
class Request:
    """What the command line says.

    Attributes:
        paths: files and folders.
        form: name of a format, or `auto`.
        options: what the sources do not say.
        force: replace what is there.
        make_video: encode image sequences.
        frame_stride: how many frames of the video one frame of the source stands for.
    """

    paths: tuple[str, ...]
    form: str
    options: ImportOptions
    force: bool = False
    make_video: bool = False
    frame_stride: int = 1


def request_of(
    paths: tuple[str, ...],
    form: str,
    video: str | None,
    media: str | None,
    classes: str | None,
    class_name: str,
    fps: float | None,
    size: tuple[int, int] | None,
    first_frame: int | None,
    frame_stride: int,
    make_video: bool,
    force: bool,
) -> Request:
    """The request out of the options of the command line.

    Raises:
        ConfigError: `classes` lists no names, or `media` is not there.
    """
    names, names_from = parse_classes(classes) if classes is not None else (None, "--classes")
    found = Path(media).absolute() if media is not None else None
    if found is not None and not found.exists():
        raise ConfigError(f"--media {media}: there is no such file or folder.")
    options = ImportOptions(video, class_name, names, names_from, fps, size, first_frame, found)
    return Request(paths, form, options, force, make_video, frame_stride)
