"""What Dagster is told when somebody is forgotten, and the last steps once everything is made without them.

The files are rewritten by `reid_assets.state.erasing`. Here: events of what was rewritten, the database and
the history written anew, and the note that all of it is done.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.data_versions import external_events
from reid_assets.automation.provenance import provenance_tags, version_tags
from reid_assets.automation.retention import prune_history
from reid_assets.layout import Layout
from reid_assets.state import planner
from reid_assets.state.erasing import Erased, erase
from reid_assets.state.project import Project
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.forgotten_file import note_finished, read_forgotten, unfinished
from reid_assets.storage.probe_cache import FileFacts

_NOTE = "written again without forgotten tracks"
_SECONDS_TO_WAIT = 5.0


def follow_tombstones(project: Project) -> tuple[Project, Erased]:
    """Rewrite what forgotten tracks are in; nothing where that is done. The caller holds the root's lock."""
    if not unfinished(project.layout) and not _brought_back(project):
        return project, Erased()
    return erase(project)


def _brought_back(project: Project) -> bool:
    """Whether a pair that somebody else made holds forgotten tracks again."""
    layout, forgotten = project.layout, project.forgotten
    there = (video for video in forgotten.videos() if layout.track_meta(video).is_file())
    changed = [video for video in there if not project.staleness.unmodified(planner.EMBEDDINGS, video)]
    return bool(changed)


def record_erased(project: Project, instance: dg.DagsterInstance, erased: Erased) -> None:
    """Tell the history of what was rewritten: it is made from the same inputs, without forgotten tracks."""
    if not erased.parts:
        return
    for event in [*external_events(project, instance), *_events(project, instance, erased)]:
        instance.report_runless_asset_event(event)


def _events(
    project: Project, instance: dg.DagsterInstance, erased: Erased
) -> Iterator[dg.AssetMaterialization]:
    versions = project.staleness.input_versions
    for artifact, video in sorted(set(erased.parts), key=lambda part: ARTIFACTS.names.index(part[0])):
        path = dg.MetadataValue.path(str(project.layout.path(artifact, video)))
        tags = version_tags(versions.data_version(artifact, video)) | provenance_tags(instance, artifact)
        yield dg.AssetMaterialization(
            artifact, partition=video, metadata={"path": path, "note": _NOTE}, tags=tags
        )


def not_made_again(project: Project) -> str | None:
    """What still shows the forgotten, since it is not made again yet; None where there is nothing."""
    for artifact in ARTIFACTS.whole:
        if why := project.staleness.stale_reason(artifact):
            return f"{artifact} is out of date ({why})"
    for video in set(project.forgotten.videos()) & set(project.layout.video_names()):
        # Of what is made on demand, that which shows the forgotten is gone already.
        for artifact in (name for name in ARTIFACTS.per_video if not ARTIFACTS[name].on_demand):
            if _is_there(project.layout, artifact, video) and (
                why := planner.why_video(project, artifact, video)
            ):
                return f"{artifact} of {video} is out of date ({why})"
    return None


def _is_there(layout: Layout, artifact: str, video: str) -> bool:
    """Whether there is anything of a video's artifact."""
    return any(path.exists() for path in layout.files(artifact, video))


def finish_erasing(project: Project, instance: dg.DagsterInstance) -> str:
    """Write database and history anew, once everything is made without the forgotten.

    Whoever calls holds the root's lock.

    Returns:
        Why it is not finished, in words; empty where it is, or where there was nothing to do.
    """
    layout = project.layout
    if not unfinished(layout):
        return ""
    if reason := not_made_again(project):
        return reason
    try:
        project.mirror.sync()
        project.mirror.database.rewrite()
        project.staleness.digests.forget_missing()
        FileFacts(layout.probe_cache).forget_missing()
        shutil.rmtree(layout.errors, ignore_errors=True)
        _remove_damaged(layout)
        if Path(instance.root_directory).resolve() == layout.dagster_home.resolve():
            _purge_history(instance, layout)
    except DatabaseBusyError as error:
        return str(error)
    except sqlite3.OperationalError as error:
        return f"Dagster's history is being read or written ({error})"
    note_finished(layout)
    return ""


def _remove_damaged(layout: Layout) -> None:
    """Damaged files that were set aside: nobody knows what is in them."""
    for path in layout.reid.glob("*.damaged-*"):
        path.unlink(missing_ok=True)


def _purge_history(instance: dg.DagsterInstance, layout: Layout) -> None:
    """Remove all runs from before, with their logs; of their events the latest of each asset stay."""
    times = read_forgotten(layout).table["at"]
    since = max((datetime.fromisoformat(at) for at in times), default=datetime.now(UTC))
    prune_history(instance, layout, since=since)
    for file in sorted(layout.dagster_home.rglob("*.db")):
        with closing(sqlite3.connect(file, timeout=_SECONDS_TO_WAIT)) as connection:
            connection.execute("VACUUM")
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
