"""`reid-assets import`: what trackers and annotation tools wrote becomes folders of the root."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from reid_assets.commands.console import Screen
from reid_assets.commands.import_request import Request
from reid_assets.commands.import_sources import find_sources
from reid_assets.commands.project_options import open_project
from reid_assets.layout import Layout, name_problem
from reid_assets.reid.core.errors import ConfigError, InputError, ReidError
from reid_assets.reid.formats.imported_video import ImportedVideo
from reid_assets.reid.formats.registry import Recognised
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
    sources, failed = find_sources(request, screen)
    layout = open_project(root, config, make_root=True).layout
    if request.options.name is not None:
        _check_name(layout, request.options.name, "--video ")
        if len(sources) > 1:
            raise ConfigError(f"--video is for one source; these are {len(sources)}. Leave it out.")
    written: Counter[str] = Counter()
    for source in sources:
        failed += _bring_in_source(layout, source, request, written, screen)
    if len(failed) == 1 and not written:
        raise failed[0]
    for error in failed:
        screen.fail(str(error))
    if written.total() + len(failed) > 1:
        screen.say(f"Brought in: {written.total()}, failed: {len(failed)}.")
    return 1 if failed else 0


def _bring_in_source(
    layout: Layout, source: Recognised, request: Request, written: Counter[str], screen: Screen
) -> list[ReidError]:
    """Bring in each video of a source; what went wrong."""
    failed: list[ReidError] = []
    try:
        for video in source.form.read(source.path, request.options):
            try:
                if written[video.name]:
                    why = "this name was brought in a moment ago. Import it alone with --video NAME"
                    raise InputError(f"{video.source}: a second video {video.name!r}: {why}.")
                _bring_in(layout, video, source, request, screen)
                written[video.name] += 1
            except ReidError as error:
                failed.append(error)
    except ReidError as error:
        failed.append(error)
    return failed


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
