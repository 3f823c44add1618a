"""Whether a video has stopped changing, from the file system's own clock.

`st_ctime` is set by every write and copy and, unlike the modification time, by nobody's wish; so one
look is enough, and nothing has to be remembered between two looks. What is then done with the video is
`reid_assets.automation.arrivals` and the sensors.
"""

import os
import time
from contextlib import suppress

from reid_assets.artifacts import ARTIFACTS
from reid_assets.layout import Layout
from reid_assets.reid.core.outside_files import is_file


def newest_change(layout: Layout, video: str) -> float:
    """When anything of a video's input was last written, seconds since the epoch; 0 where nothing is."""
    files = (path for name in ARTIFACTS.per_video for path in layout.files(name, video))
    ours = {path.name for path in files if path.parent == layout.video(video)}
    newest = [_ctime(layout.track_meta(video)), _ctime(layout.track_embeds(video))]
    if not is_file(layout.tracks(video)):
        newest.append(_ctime(layout.video(video)))
    with suppress(OSError), os.scandir(layout.video(video)) as entries:
        newest += [_ctime(e) for e in entries if e.name not in ours and e.name[0] != "."]
    return max(newest)


def seconds_since_change(layout: Layout, video: str) -> float:
    """Seconds since a video last changed."""
    return time.time() - newest_change(layout, video)


def stamp_of(layout: Layout) -> list[tuple[str, int, int]]:
    """Name, size and time of every file that videos and results consist of: equal where nothing changed.

    Of folders and of the database, which even a look may touch, the name alone.
    """
    tops = dict.fromkeys((layout.root, layout.outputs))
    folders = [*tops, layout.reid, layout.embeddings]
    for top in tops:
        if top.is_dir():
            with os.scandir(top) as entries:
                folders += [top / e.name for e in entries if os.path.isdir(e) and e.name[0] not in "._"]  # noqa: PTH112
    found: list[tuple[str, int, int]] = []
    for folder in dict.fromkeys(folders):
        with suppress(OSError), os.scandir(folder) as entries:
            found += [_stamp(e, layout) for e in entries if e.name[0] != "."]
    return sorted(found)


def _stamp(entry: os.DirEntry, layout: Layout) -> tuple[str, int, int]:
    if os.path.isdir(entry) or entry.name.startswith(layout.database.name):  # noqa: PTH112
        return (entry.path, 0, 0)
    try:
        stat = entry.stat()
    except OSError:
        return (entry.path, 0, 0)
    return (entry.path, stat.st_size, stat.st_mtime_ns)


def _ctime(path: os.PathLike) -> float:
    try:
        return os.stat(path).st_ctime  # noqa: PTH116
    except OSError:
        return 0.0
