"""Writes what was brought in as a video's folder: the video linked, summary.json, then tracks.csv.

Each file appears whole or not at all, and tracks.csv last: until then the folder is no video. What is in the
way is kept beside.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from reid_assets.layout import Layout
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.video.image_sequence import write_video
from reid_assets.storage.atomic import replacing, write_bytes, write_json
from reid_assets.storage.video_sources import read_summary

# The key of summary.json that says what was brought in, and where each value is from.
NOTE = "imported"


def refuse_what_is_there(layout: Layout, video: str, source: Path, media: Path | None, force: bool) -> None:
    """Refuse to replace a tracks.csv or a video, unless told to.

    Raises:
        ConfigError: one is there that is not the source itself.
    """
    pairs = [(layout.tracks(video), source), (layout.analysis(video), media)]
    for target, own in pairs:
        if own is None or not os.path.lexists(target) or _is_same(target, own):
            continue
        if target.is_dir():
            raise ConfigError(f"{target}: a folder lies where a file belongs. Remove it.")
        if not force:
            raise ConfigError(f"{target}: is there already. Say --force to replace it (it is kept beside).")


def link_video(media: Path, target: Path) -> Iterator[str]:
    """Make `target` lead to a video file: symbolic link, else hard link, else copy; yields what was done."""
    if _is_same(target, media):
        return
    if os.path.lexists(target):
        yield from _keep(target, target.with_name(f"{target.stem}.before_import{target.suffix}"))
    with replacing(target) as partial:
        how = _link(media.resolve(), partial)
    yield f"{how} {target} -> {media.resolve()}"


def _link(media: Path, target: Path) -> str:
    for how, link in (("linked", os.symlink), ("hard-linked", os.link)):
        try:
            link(media, target)
            return how
        except OSError:
            target.unlink(missing_ok=True)
    shutil.copyfile(media, target)
    return "copied (no links can be made here)"


def make_video(images: tuple[Path, ...], target: Path, fps: float) -> Iterator[str]:
    """Encode images as `target`; yields what was done.

    Raises:
        InputError: an image cannot be used.
    """
    if os.path.lexists(target):
        yield from _keep(target, target.with_name(f"{target.stem}.before_import{target.suffix}"))
    with replacing(target) as partial:
        width, height = write_video(images, partial, fps)
    yield f"made   {target}: {len(images)} images of {width} x {height}, {fps:g} a second"


def write_summary(layout: Layout, video: str, known: dict[str, Any]) -> Iterator[str]:
    """Put what is known into summary.json; what it says already stays. Yields what was done."""
    path = layout.summary(video)
    before, problem = read_summary(layout, video)
    if before is None and os.path.lexists(path):
        yield f"kept   {path} as it is: {problem}"
        return
    merged = known | (before or {})
    # A file of somebody's own is not written anew for the note alone of where the tracks are from.
    if before is not None and set(merged) - set(before) <= {NOTE}:
        return
    write_json(path, merged)
    stays = sorted(key for key in known if key in (before or {}) and before[key] != known[key])  # type: ignore[index]
    yield f"wrote  {path}: {', '.join(sorted(set(known) - set(stays)))}"
    if stays:
        yield f"kept   {', '.join(stays)} as summary.json said before"


def write_tracks(layout: Layout, video: str, table: pd.DataFrame) -> Iterator[str]:
    """Write tracks.csv; one that was there is kept beside. Yields what was done."""
    target = layout.tracks(video)
    if target.exists():
        kept = target.with_name("tracks.before_import.txt")
        write_bytes(kept, [target.read_bytes()])
        yield f"kept   {kept}"
    with replacing(target) as partial:
        table.to_csv(partial, index=False)
    frames = table["frame"]
    span = f"{frames.min()} to {frames.max()}" if len(frames) else "none"
    tracks = table.loc[table["track_id"] >= 0, "track_id"].nunique()
    yield f"wrote  {target}: {len(table)} boxes, {tracks} tracks, frames {span}"


def _keep(target: Path, kept: Path) -> Iterator[str]:
    if target.is_symlink():
        target.unlink()
        return
    target.replace(kept)
    yield f"kept   {kept}"


def _is_same(target: Path, other: Path) -> bool:
    try:
        return target.samefile(other)
    except OSError:
        return False
