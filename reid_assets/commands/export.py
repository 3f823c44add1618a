"""`reid-assets export`: the boxes with their global ids, in formats that others read."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import check_videos, open_project
from reid_assets.reid.core.errors import InputError, ReidError
from reid_assets.reid.exports.boxes import VideoBoxes, identified, of_identities, without_tracks
from reid_assets.reid.exports.formats import FORMATS, ExportLog, export_files
from reid_assets.reid.exports.track_rows import read_boxes
from reid_assets.state.identity_lookup import find_identity
from reid_assets.state.project import Project
from reid_assets.storage.export_folder import check_target, write_export
from reid_assets.storage.frame_facts import frame_facts
from reid_assets.storage.id_map_file import read_map

_MOST_TOLD = 5


def export_command(
    root: str | None,
    config: str | None,
    form: str,
    identities: Sequence[str] = (),
    videos: Sequence[str] = (),
    rows: str | None = None,
    out: str | None = None,
) -> int:
    """Write an export; 1 where a video could not be exported, and the others were.

    Raises:
        ConfigError: a video does not exist, or the folder is somebody's.
        ReidError: there is no map, nobody is meant by an identity, or no video could be exported.
    """
    project, screen = open_project(root, config), Screen()
    check_videos(project, frozenset(videos))
    target = Path(out or f"reid_export_{form}").absolute()
    check_target(project.layout, target)
    if reason := project.quarantine.reason():
        raise ReidError(reason)
    wanted = [_number(project, said) for said in identities]
    names = [name for name in project.layout.video_names() if not videos or name in videos]
    log, keep = ExportLog(), rows or FORMATS[form].rows
    boxes = _boxes(project, names, wanted, keep == "all", log)
    size = write_export(target, export_files(form, boxes, log), {"format": form, "rows": keep})
    return _tell(screen, project, target, log, size)


def _number(project: Project, said: str) -> int:
    found = find_identity(project, said)
    if found.global_id is None or found.forgotten_at is not None:
        raise ReidError(f"{found} cannot be exported by itself: it is not in the map.")
    return found.global_id


def _boxes(
    project: Project, videos: Sequence[str], wanted: Sequence[int], all_rows: bool, log: ExportLog
) -> Iterator[VideoBoxes]:
    """The boxes of each video; of those that cannot be read, the reason goes into the log."""
    by_video = dict(iter(read_map(project.layout).groupby("video")))
    for video in videos:
        own = by_video.get(video)
        pairs = () if own is None else zip(own["track_id"].tolist(), own["global_id"].tolist(), strict=True)
        try:
            facts = frame_facts(project.layout, video)
            boxes = read_boxes(project.layout.tracks(video), video, dict(pairs), facts)
        except InputError as error:
            log.failed[video] = str(error)
            continue
        boxes = without_tracks(boxes, project.forgotten.of(video), "of forgotten tracks")
        boxes = of_identities(boxes, wanted) if wanted else boxes
        yield boxes if all_rows else identified(boxes)
        del boxes


def _tell(screen: Screen, project: Project, target: Path, log: ExportLog, size: int) -> int:
    """Say what was written, what was not, and why."""
    for video, reason in log.failed.items():
        screen.fail(f"{video}: {reason.removeprefix(f'{video}: ')}")
    unsized = [video for video, facts in log.facts.items() if not facts.width]
    if unsized:
        more = f" and {len(unsized) - _MOST_TOLD} more" if len(unsized) > _MOST_TOLD else ""
        screen.warn(
            f"no readable video file, so the size of the frames is left out: "
            f"{', '.join(unsized[:_MOST_TOLD])}{more}."
        )
    if stale := project.staleness.stale_reason("global_id_map"):
        screen.warn(f"the map is out of date: {stale}. `reid-assets run` renews it.")
    for reason, count in sorted(log.left_out.items()):
        screen.say(f"left out: {count} rows {reason}")
    screen.say(
        f"wrote {target}: {sum(log.rows.values())} rows, {len(log.identities)} identities, "
        f"{len(log.rows)} videos, {size / 1e6:.1f} MB"
    )
    return 1 if log.failed else 0
