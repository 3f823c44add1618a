"""`reid-assets import`: what trackers and annotation tools wrote becomes folders of the root."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reid_assets.commands.console import Screen
from reid_assets.commands.import_request import Request
from reid_assets.commands.project_options import open_project
from reid_assets.layout import Layout, name_problem
from reid_assets.reid.core.errors import ConfigError, InputError, ReidError
from reid_assets.reid.formats.imported_video import ImportedVideo
from reid_assets.reid.formats.registry import FORMATS, Recognised, recognise_all
from reid_assets.storage.import_files import (
    NOTE,
    link_video,
    make_video,
    refuse_what_is_there,
    write_summary,
    write_tracks,
)
from reid_assets.storage.video_sources import container_facts


def import_command(root: str | None, config: str | None, request: Request) -> int:
    """Write a folder for each video: analysis.mp4, summary.json, tracks.csv.

    Returns:
        0, or 1 where a video could not be brought in; the others are.

    Raises:
        ConfigError: the one video's name cannot be used, or it is there already.
        InputError: the one source cannot be read.
    """
    screen = Screen()
    sources = list(_sources(request, screen))
    layout = open_project(root, config, make_root=True).layout
    if request.options.name is not None:
        _check_name(layout, request.options.name, "--video ")
        if len(sources) > 1:
            raise ConfigError(f"--video is for one source; these are {len(sources)}. Leave it out.")
    failed: list[ReidError] = []
    written: Counter[str] = Counter()
    for source in sources:
        try:
            for video in source.form.read(source.path, request.options):
                written[video.name] += 1
                if written[video.name] > 1:
                    raise InputError(
                        f"{video.source}: a second video {video.name!r}. Import it alone with --video."
                    )
                _bring_in(layout, video, source, request, screen)
        except ReidError as error:
            failed.append(error)
            if len(sources) > 1:
                screen.fail(str(error))
    if failed and len(sources) == 1:
        raise failed[0]
    if len(sources) > 1:
        screen.say(f"{len(sources) - len(failed)} of {len(sources)} sources were brought in.")
    return 1 if failed else 0


def _sources(request: Request, screen: Screen) -> Iterator[Recognised]:
    for text in request.paths:
        path = Path(text).absolute()
        if not path.exists():
            raise ConfigError(f"{path}: there is no such file.")
        if request.form != "auto":
            form = FORMATS[request.form]
            yield Recognised(path, form, f"read as {form.tool} (--from {form.name})")
            continue
        found, left_out = recognise_all(path)
        for one in left_out:
            screen.say(f"passed {one}: of no known format")
        for source in found:
            screen.say(f"took   {source.path}: {source.what} (--from {source.form.name})")
            yield source


def _check_name(layout: Layout, video: str, before: str) -> None:
    if problem := name_problem(video):
        raise ConfigError(f"{before}{video!r}: this name {problem}. Name it: --video NAME.")
    near = difflib.get_close_matches(video, layout.video_names(), n=1, cutoff=0.9)
    if before and near and near[0] != video and not layout.video(video).is_dir():
        raise ConfigError(f"{before}{video!r}: there is no such folder. Did you mean {near[0]!r}?")


def _bring_in(
    layout: Layout, video: ImportedVideo, source: Recognised, request: Request, screen: Screen
) -> None:
    _check_name(layout, video.name, "")
    refuse_what_is_there(layout, video.name, video.source, video.media, request.force)
    if not layout.video(video.name).is_dir():
        screen.say(f"new    {layout.video(video.name)}: there was no video of this name")
    known, origins = _facts(video, source, request)
    for line in _pictures(layout, video, known, request):
        screen.say(line)
    for line in (*write_summary(layout, video.name, known), *write_tracks(layout, video.name, video.tracks)):
        screen.say(line)
    for what, origin in origins.items():
        screen.say(f"       {what}: {origin}")
    for warning in _warnings(layout, video, known, request):
        screen.warn(f"{video.name}: {warning}")


def _facts(
    video: ImportedVideo, source: Recognised, request: Request
) -> tuple[dict[str, Any], dict[str, str]]:
    """What summary.json gets, and where each thing is from."""
    origins = {key: value for key, value in video.origins.items() if value}
    kinds = video.tracks[["class_id", "class_name"]].drop_duplicates().sort_values("class_id")
    if kinds.empty:
        origins.pop("classes", None)
    else:
        listed = ", ".join(f"{number} {name}" for number, name in kinds.itertuples(index=False))
        origins["classes"] = f"{listed} ({origins.get('classes', source.form.tool)})"
    stated: dict[str, Any] = {
        "fps": request.options.fps or video.fps,
        "frames": len(video.images) or video.frames,
    }
    if request.options.fps:
        origins["fps"] = "--fps"
    if video.media is not None:
        inside = container_facts(video.media)
        origins |= {"fps": "the video file"} if not stated["fps"] and inside.get("fps") else {}
        if request.frame_stride == 1:
            stated = {key: value or inside.get(key) for key, value in stated.items()}
        elif not stated["fps"] and inside.get("fps"):
            stated["fps"] = inside["fps"] / request.frame_stride
    if stated["fps"]:
        origins["fps"] = f"{stated['fps']:g} ({origins.get('fps', source.form.tool)})"
    stated |= {"start_time": video.start_time, "camera": video.camera}
    if request.frame_stride > 1:
        stated |= {"frame_stride": request.frame_stride}
        stated |= {"source": str(video.media.resolve())} if video.media else {}
    known = {key: value for key, value in stated.items() if value is not None}
    known[NOTE] = {"format": source.form.name, "source": str(video.source), **origins}
    return known, origins


def _pictures(layout: Layout, video: ImportedVideo, known: dict[str, Any], request: Request) -> Iterator[str]:
    target = layout.analysis(video.name)
    if video.media is not None and request.frame_stride > 1:
        every = request.frame_stride
        yield f"video  {video.media}: named as `source`, as each frame stands for {every} of it"
    elif video.media is not None:
        yield from link_video(video.media, target)
    elif video.images and request.make_video:
        if not known.get("fps"):
            raise ConfigError(
                f"{video.source}: nothing says how many frames a second it has. Say it: --fps 25."
            )
        if not target.exists() or request.force:
            yield from make_video(video.images, target, known["fps"])


def _warnings(layout: Layout, video: ImportedVideo, known: dict[str, Any], request: Request) -> Sequence[str]:
    told = list(video.notes)
    inside = container_facts(video.media).get("frames") if video.media and request.frame_stride == 1 else None
    if inside and video.frames and inside != video.frames:
        told.append(f"the video file has {inside} frames, and the source says {video.frames}.")
    if video.frames and video.images and video.frames != len(video.images):
        told.append(f"there are {len(video.images)} images, and the source says {video.frames} frames.")
    tracks, frames, last = (
        video.tracks["track_id"],
        inside or known.get("frames"),
        video.tracks["frame"].max(),
    )
    if len(tracks) and (tracks < 0).all():
        told.append(
            "no box has a track id, so there is nothing to identify. Run a tracker, not a detector alone."
        )
    if frames and last >= frames:
        told.append(f"boxes go to frame {last}, but there are only {frames} frames (0 to {frames - 1}).")
    if video.images and not layout.analysis(video.name).exists():
        told.append(f"{len(video.images)} images and no video file: --make-video makes one of them.")
    elif video.media is None and not layout.analysis(video.name).exists():
        told.append(
            f"no video file was found. Put it there: {layout.analysis(video.name)}; or name it: --media."
        )
    return told
