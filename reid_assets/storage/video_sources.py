"""Where a video's pictures and facts come from: `summary.json`, `_batch_summary.json`, the files named there.

Only finds and reads; decoding is `reid_assets.reid.video.frames`.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from reid_assets.layout import Layout
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MAX_BATCH_SUMMARY, MAX_JSON, is_file, read_json
from reid_assets.reid.video.frames import VideoSource

_LONGEST_PATH, _MOST_STRIDE = 4096, 10**6


def read_summary(layout: Layout, video: str) -> tuple[dict[str, Any] | None, str | None]:
    """A video's `summary.json`, or None and the reason why it cannot be used."""
    path = layout.summary(video)
    content, problem = _read_json(path, MAX_JSON)
    if problem is None and not isinstance(content, dict):
        return None, f"{path}: expected an object, found {type(content).__name__}; going on without it."
    return (content, None) if problem is None else (None, problem)


def impossible_source(layout: Layout, video: str) -> str | None:
    """What to tell where summary.json names an original by what can be no path; None where it does not."""
    name = (read_summary(layout, video)[0] or {}).get("source")
    if not isinstance(name, str) or len(name) <= _LONGEST_PATH:
        return None
    return f"source in summary.json is no such file ({len(name)} letters: {name[:40]}...)"


def crop_sources(layout: Layout, video: str) -> tuple[VideoSource, ...]:
    """Files that crops can be cut from, the best first: the original where one is known and there."""
    summary, _ = read_summary(layout, video)
    stride = (summary or {}).get("frame_stride", 1)
    stride = stride if type(stride) is int and 1 <= stride <= _MOST_STRIDE else 1
    named = [(summary or {}).get("source"), _originals(layout, _stamp(layout.batch_summary)).get(video)]
    originals = [_find(layout, video, name) for name in named if isinstance(name, str) and name]
    found = [VideoSource(path, "original", stride) for path in dict.fromkeys(originals) if path]
    analysis = layout.analysis(video)
    return (*found, VideoSource(analysis, "analysis", 1))


def _find(layout: Layout, video: str, name: str) -> Path | None:
    """A path as written, or relative to the video's folder or the root. Never a product of ours."""
    analysis = layout.analysis(video)
    for path in (Path(name), layout.video(video) / name, layout.root / name):
        if is_file(path) and not (is_file(analysis) and path.samefile(analysis)):
            return path.absolute()
    return None


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return (stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=8)
def _originals(layout: Layout, stamp: tuple[int, int]) -> dict[str, str]:
    """Video -> original file, from `_batch_summary.json`; `stamp` tells one state of it from the next."""
    content, _ = _read_json(layout.batch_summary, MAX_BATCH_SUMMARY)
    originals: dict[str, str] = {}
    for entry in content if isinstance(content, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("video"), str):
            continue
        outputs = entry.get("outputs")
        tracks = outputs.get("tracks_csv") if isinstance(outputs, dict) else None
        name = Path(tracks).parent.name if isinstance(tracks, str) else Path(entry["video"]).stem
        originals.setdefault(name, entry["video"])
    return originals


def container_facts(path: Path) -> dict[str, Any]:
    """What a video file says of itself: `frames`, `fps`, as far as its header knows them."""
    import av

    if not is_file(path):
        return {}
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            stream = next(iter(container.streams.video), None)
            facts = {"frames": stream and stream.frames, "fps": stream and stream.average_rate}
    except (av.FFmpegError, OSError):
        return {}
    return {name: int(value) if name == "frames" else float(value) for name, value in facts.items() if value}


def _read_json(path: Path, limit: int) -> tuple[Any, str | None]:
    try:
        return read_json(path, limit), None
    except InputError as error:
        return None, f"{str(error).removesuffix('.')}; going on without it."
