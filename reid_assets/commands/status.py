"""`reid-assets status`: where each video stands, and what is out of date and why."""

from collections.abc import Callable, Iterator

from reid_assets.artifacts import ARTIFACTS
from reid_assets.commands.cameras import current_cameras
from reid_assets.commands.console import Screen
from reid_assets.commands.map_summary import map_summary
from reid_assets.commands.project_options import open_project
from reid_assets.reid.cameras.cameras import describe
from reid_assets.reid.core.errors import ReidError
from reid_assets.state import planner
from reid_assets.state.clips import stale_clips
from reid_assets.state.left_out import foreign_pairs
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_if_there
from reid_assets.storage.folder_diagnosis import odd_things
from reid_assets.storage.forgotten_file import UNFINISHED, unfinished
from reid_assets.storage.id_map_file import read_map
from reid_assets.storage.lock import holder_of, is_held


def status_command(root: str | None, config: str | None) -> int:
    """Print the state of a root; reads only."""
    project, screen = open_project(root, config), Screen()
    try:
        mapped = read_map(project.layout).groupby("video").size().to_dict()
    except ReidError:
        mapped = {}
    folders, embedded = set(project.layout.video_names()), set(project.layout.embedded_names())
    rows = [
        [
            video,
            "folder" if video in folders else "embeddings only",
            "yes" if video in embedded else "no",
            str(mapped.get(video, 0)),
            _state(project, video, video in folders),
        ]
        for video in sorted(folders | embedded)
    ]
    screen.table(str(project.layout.root), ["video", "found", "embedded", "tracks in map", "state"], rows)
    if expired := sorted(project.layout.expired):
        screen.say(f"Older than privacy.keep_days, and left alone: {', '.join(expired)}")
    if unfinished(project.layout):
        screen.warn(UNFINISHED)
    for artifact in ARTIFACTS.whole:
        screen.say(f"{artifact}: {project.staleness.stale_reason(artifact) or 'up to date'}")
    if reason := project.quarantine.reason():
        screen.warn(reason)
    for line in (*map_summary(project), *_clips(project), *_clocks(project, screen.warn)):
        screen.say(line)
    for odd in odd_things(project.layout):
        screen.warn(f"{odd.name}: {odd.problem}")
    if is_held(project.layout.lock):
        screen.say(f"Somebody is writing here: {holder_of(project.layout.lock)}")
    return 0


def _clips(project: Project) -> Iterator[str]:
    """How many rendered clips there are; nothing where nobody has asked for any."""
    if clips := [why for _, why in stale_clips(project)]:
        stale = sum(why is not None for why in clips)
        yield f"Clips: {len(clips)}, {stale} out of date" + (
            ": `reid-assets render` says which" if stale else ""
        )


def _clocks(project: Project, warn: Callable[[str], None]) -> Iterator[str]:
    """Which cameras and clocks are known, and who said so."""
    clocks = project.clocks()
    stale = project.staleness.stale_reason("cameras")
    cameras = None if stale else load_if_there(project.layout, "cameras")
    yield f"Cameras: {describe(current_cameras(project, warn) if cameras is None else cameras)}"
    counts = clocks.counts()
    without = counts.pop("none", 0)
    sources = ", ".join(f"{count} video(s) by {source}" for source, count in counts.items())
    yield f"Clocks: {sources or 'no video has one'}" + (f"; {without} without" if sources and without else "")
    if project.cameras_file:
        yield f"Cameras are described in {project.cameras_file}"


def _state(project: Project, video: str, has_folder: bool) -> str:
    if not has_folder:
        label = foreign_pairs(project).get(video)
        return f"made by {label}, which is not the configured backbone" if label else "used as it is"
    for artifact in ("track_embeddings", *planner.attached_artifacts()):
        if failure := project.failures.unchanged(artifact, video):
            return f"{artifact} failed {failure.times} time(s): {failure.why}"
    if why := planner.why_embed(project, video):
        return f"embeddings out of date: {why}"
    for artifact in planner.attached_artifacts():
        if why := planner.why_attach(project, artifact, video):
            return f"{artifact} out of date: {why}"
    return "up to date"
