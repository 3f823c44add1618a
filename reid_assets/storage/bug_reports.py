"""Where a traceback goes: a file that can be sent to us, so that a person reads one line.

What the line says is `reid_assets.reid.core.errors`; who catches what is nobody's mistake but ours, `cli.py`.
"""

import contextlib
import os
import tempfile
import time
from pathlib import Path
from traceback import format_exception

_KEPT = 10


def write_traceback(error: BaseException, folder: Path | None) -> Path:
    """Write the traceback of an error below a folder; into the temporary folder where that cannot be."""
    text = f"{_heading()}\n{''.join(format_exception(error))}"
    for place in (folder, Path(tempfile.gettempdir())):
        if place is None:
            continue
        path = place / f"reid-assets-error-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
        with contextlib.suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            _write(path, text)
            _forget_old(place)
            return path
    return Path(os.devnull)


def _heading() -> str:
    from importlib.metadata import PackageNotFoundError, version

    with contextlib.suppress(PackageNotFoundError):
        return f"reid-assets {version('reid-assets')}, {time.strftime('%Y-%m-%d %H:%M:%S')}"
    return time.strftime("%Y-%m-%d %H:%M:%S")


def _write(path: Path, text: str) -> None:
    # It may hold names and paths of the videos: for its owner alone.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:  # noqa: PTH123
        stream.write(text)


def _forget_old(folder: Path) -> None:
    for path in sorted(folder.glob("reid-assets-error-*.txt"))[:-_KEPT]:
        path.unlink(missing_ok=True)
