"""`reid-assets import`: what a tracker wrote becomes a video's tracks.csv."""

import difflib
from pathlib import Path

import pandas as pd

from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.layout import Layout, name_problem
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.tracks.foreign_tracks import looks_like_mot
from reid_assets.reid.tracks.mot_file import read_mot
from reid_assets.storage.atomic import replacing, write_bytes


def import_command(
    root: str | None, config: str | None, file: str, video: str, class_name: str, force: bool
) -> int:
    """Write `<root>/<video>/tracks.csv`; what was there under that name is kept beside it.

    Raises:
        ConfigError: the names cannot be used, or there is a tracks.csv already.
        InputError: the file cannot be read.
    """
    project, screen, path = open_project(root, config), Screen(), Path(file).absolute()
    target = project.layout.tracks(_checked(project.layout, video))
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such file.")
    if not looks_like_mot(path):
        raise ConfigError(f"{path}: not a MOT file (lines of six to eleven numbers, no header).")
    table = read_mot(path, class_name)
    if target.exists() and not target.samefile(path) and not force:
        raise ConfigError(f"{target}: is there already. Say --force to replace it.")
    if target.exists():
        kept = target.with_name("tracks.before_import.txt")
        write_bytes(kept, [target.read_bytes()])
        screen.say(f"kept   {kept}")
    if not target.parent.is_dir():
        screen.say(f"new    {target.parent}: there was no video of this name")
    with replacing(target) as partial:
        table.to_csv(partial, index=False)
    tracks = table.loc[table["track_id"] >= 0, "track_id"].nunique()
    screen.say(f"wrote  {target}: {len(table)} boxes, {tracks} tracks, frames {_frames(table)}")
    if not project.layout.analysis(video).is_file():
        screen.say(f"Next: put the video beside it, as {project.layout.analysis(video)}.")
    return 0


def _checked(layout: Layout, video: str) -> str:
    if problem := name_problem(video):
        raise ConfigError(f"--video {video!r}: this name {problem}.")
    near = difflib.get_close_matches(video, layout.video_names(), n=1, cutoff=0.9)
    if near and near[0] != video and not layout.video(video).is_dir():
        raise ConfigError(f"--video {video!r}: there is no such folder. Did you mean {near[0]!r}?")
    return video


def _frames(table: pd.DataFrame) -> str:
    frames = table["frame"]
    return f"{frames.min()} to {frames.max()}" if len(frames) else "none"
