"""`reid-assets doctor`: what is wrong on this machine or root, and what to do about it.

Each examination is a function that returns findings; it never raises for what it is there to find.
"""

import importlib.metadata
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from reid_assets.automation.instance import home_of
from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.reid.core.errors import BackboneError, describe_failure
from reid_assets.reid.core.network_labels import in_words
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.tracks.tracks_csv import read_tracks
from reid_assets.reid.video.frames import probe_video
from reid_assets.state.estimates import classes_of
from reid_assets.state.project import Project
from reid_assets.storage.database import Database, DatabaseBusyError, DatabaseDamagedError
from reid_assets.storage.folder_diagnosis import nothing_to_do, odd_things
from reid_assets.storage.lock import holder_of, is_held
from reid_assets.storage.video_sources import crop_sources, read_summary

_PACKAGES = ("dagster", "torch", "open-clip-torch", "openvino", "onnxruntime", "av", "pandas", "duckdb")
_LITTLE_DISK = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One examined thing: how it stands (`ok`, `note`, `wrong`) and what to do."""

    what: str
    state: str
    advice: str


def doctor_command(root: str | None, config: str | None) -> int:
    """Print all findings; 1 where something is wrong."""
    project, screen = open_project(root, config), Screen()
    findings = list(examine(project))
    rows = [[finding.what, finding.state, finding.advice] for finding in findings]
    screen.table("Doctor", ["what", "state", "found / what to do"], rows)
    return 1 if any(finding.state == "wrong" for finding in findings) else 0


def examine(project: Project) -> Iterator[Finding]:
    """All examinations, the cheap ones first."""
    yield from _versions()
    yield from _opencv()
    yield from _disk(project)
    yield from _locks(project)
    yield from _backbone(project)
    yield from _folders(project)
    yield from _clocks(project)
    yield from _videos(project)


def _versions() -> Iterator[Finding]:
    found = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    yield Finding("versions", "ok", f"Python {platform.python_version()}, {found}")
    memory = psutil.virtual_memory().total / 2**30
    yield Finding("processor", "ok", f"{psutil.cpu_count()} cores, {memory:.0f} GiB")


def _opencv() -> Iterator[Finding]:
    try:
        import cv2
    except ImportError as error:
        yield Finding(
            "opencv",
            "wrong",
            f"{error}. Install libgl1 and libglib2.0-0, or replace opencv-python by opencv-python-headless.",
        )
    else:
        yield Finding("opencv", "ok", cv2.__version__)


def _disk(project: Project) -> Iterator[Finding]:
    free = shutil.disk_usage(_existing(project.layout.outputs)).free
    state = "ok" if free > _LITTLE_DISK else "wrong"
    advice = f"{free / 1e9:.1f} GB free under {project.layout.outputs}"
    more = "" if state == "ok" else ". Free some: crops need about 9 kB each."
    yield Finding("disk", state, advice + more)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _locks(project: Project) -> Iterator[Finding]:
    held = is_held(project.layout.lock)
    yield Finding("lock", "note" if held else "ok", holder_of(project.layout.lock) if held else "free")
    if project.layout.database.exists():
        try:
            Database(project.layout.database, waits=()).parts()
            yield Finding("database", "ok", str(project.layout.database))
        except DatabaseBusyError as error:
            state = "wrong" if isinstance(error, DatabaseDamagedError) else "note"
            yield Finding("database", state, str(error))
    yield Finding("history", "ok", str(home_of(project.layout)))


def _backbone(project: Project) -> Iterator[Finding]:
    from reid_assets.reid.backbones.backbone import load_backbone
    from reid_assets.reid.backbones.backbone_spec import parse_backbone_spec
    from reid_assets.reid.backbones.provenance import provenance
    from reid_assets.reid.backbones.user_cache import converted_networks

    backbone = project.settings.backbone
    try:
        choice = project.decide(classes_of(project, project.layout.video_names()))
        names = project.names_of(choice)
        labels = {
            entry: load_backbone(project.settings_of(name), converted_networks()).label
            for entry, name in names.items()
        }
    except BackboneError as error:
        yield Finding("backbone", "wrong", str(error))
        return
    for name, why in choice.get("why_not", {}).items():
        yield Finding("backbone", "note", f"{name} cannot be taken: {why.removeprefix(f'{name}: ')}")
    for entry, name in names.items():
        of = f", for {in_words(entry)}" if len(names) > 1 else ""
        yield Finding(
            "backbone",
            "ok",
            f"configured {backbone.by_class.get(entry, backbone.name)}{of}, loads as {labels[entry]}",
        )
        if known := provenance(parse_backbone_spec(name)):
            yield Finding("backbone", "ok", f"{name}: {known}")


def _folders(project: Project) -> Iterator[Finding]:
    """What lies wrongly, and tables that cannot be read."""
    layout = project.layout
    if nothing := nothing_to_do(layout):
        yield Finding("videos", "wrong", nothing)
    oddities = list(odd_things(layout))
    for oddity in oddities:
        yield Finding(oddity.name, "wrong" if oddity.is_video else "note", oddity.problem)
    for video in sorted(set(layout.video_names()) - {oddity.name for oddity in oddities}):
        try:
            read_tracks(layout.tracks(video), video)
        except Exception as error:
            yield Finding(video, "wrong", describe_failure(error))


def _clocks(project: Project) -> Iterator[Finding]:
    clocks = project.clocks()
    if strangers := clocks.unknown_cameras():
        advice = f"{project.cameras_file} names cameras that no video has: {', '.join(strangers)}"
        yield Finding("cameras", "note", advice)
    for said, names in clocks.simultaneous_starts().items():
        yield Finding(
            "clocks",
            "note",
            f"{len(names)} videos ({', '.join(names[:3])}, ...) say they began at once, at {said}. Is it "
            "true? If it is the time of an export, take it out: it forbids true links.",
        )


def _videos(project: Project) -> Iterator[Finding]:
    clocks = project.clocks()
    for video in project.layout.video_names():
        _, problem = read_summary(project.layout, video)
        if problem:
            yield Finding(video, "note", problem)
        clock = clocks.videos[video]
        for odd in clock.problems:
            yield Finding(video, "note", f"clock: {odd}")
        for source in crop_sources(project.layout, video):
            if not is_file(source.path):
                continue  # told by `_folders`
            try:
                shape = probe_video(source.path)
            except Exception as error:
                yield Finding(video, "wrong", describe_failure(error))
            else:
                size, camera = f"{shape.width}x{shape.height}", f"camera {clock.camera}"
                yield Finding(video, "ok", f"{source.kind}: {size}, {camera}, {clock.describe()}")
