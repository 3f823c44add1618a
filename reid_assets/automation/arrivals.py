"""Which videos came, changed, went, and what their going removes.

Shared by the command line and the sensors. Removal is careful: a vanished folder is more often an
unmounted disk than a wish.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field

import dagster as dg

from reid_assets.layout import PER_VIDEO
from reid_assets.state.planner import EMBEDDING
from reid_assets.state.project import Project

_FEWEST_SUSPICIOUS = 3


@dataclass(frozen=True)
class Arrival:
    """The difference between the videos known so far and those that are there.

    Attributes:
        new, gone: names, sorted. `gone` holds what may be removed.
        withheld: names that vanished in suspicious number; nothing of theirs is touched.
        refused: folders that are no videos, with the reason.
    """

    new: list[str]
    gone: list[str]
    withheld: list[str]
    refused: dict[str, str] = field(default_factory=dict)


def look(project: Project, known: set[str], confirmed: bool = False) -> Arrival:
    """Compare the root with the known names; `confirmed` allows any number of removals."""
    at = project.layout
    folders = set(at.video_names())
    # A pair that somebody else made, or that came with a copied root, counts even without a folder.
    elsewhere = {
        video
        for video in set(at.embedded_names()) - folders
        if video not in known or not project.freshness.ours("track_embeddings", video)
    }
    there = folders | elsewhere
    gone = sorted(known - there)
    share = project.settings.removals.max_share
    suspicious = len(gone) >= _FEWEST_SUSPICIOUS and len(gone) > share * len(known)
    if suspicious and not confirmed:
        return Arrival(sorted(there - known), [], gone, at.refused_folders())
    return Arrival(sorted(there - known), gone, [], at.refused_folders())


def register(project: Project, instance: dg.DagsterInstance, partitions: str, arrival: Arrival) -> None:
    """Bring the partition set level, and remove what this product made for videos that are gone."""
    if arrival.new:
        instance.add_dynamic_partitions(partitions, arrival.new)
    for video in arrival.gone:
        forget(project, video)
        instance.delete_dynamic_partition(partitions, video)


def forget(project: Project, video: str) -> None:
    """Remove what this product made for one video; what others made stays."""
    for artifact in PER_VIDEO:
        if project.freshness.ours(artifact, video):
            for path in project.freshness.files(artifact, video):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        project.freshness.forget(artifact, video)
        project.failures.clear(artifact, video)


def withheld_line(arrival: Arrival, known: int) -> str:
    """What to tell a person where too many videos vanished at once."""
    return (
        f"{len(arrival.withheld)} of {known} videos are gone ({', '.join(arrival.withheld[:3])}, ...). "
        "Nothing of theirs is removed: is a disk unmounted? Confirm with "
        "`reid-assets run --confirm-removals`."
    )


def report_inputs(
    project: Project, instance: dg.DagsterInstance, videos: Iterable[str], limit: int | None = None
) -> None:
    """Record a materialization of `tracks` for each of these videos whose tracks.csv is new or changed.

    With a limit, the first so many; the others are still new or changed the next time.
    """
    key = dg.AssetKey("tracks")
    seen, digests = _latest_digests(instance, key), project.freshness.digests
    now = {video: digests.of(project.layout.tracks(video)) for video in videos}
    changed = [video for video, digest in now.items() if seen.get(video) != digest]
    for video in changed[:limit]:
        path = dg.MetadataValue.path(str(project.layout.tracks(video)))
        instance.report_runless_asset_event(
            dg.AssetMaterialization(key, partition=video, metadata={"path": path, "content": now[video]})
        )


def report_found(
    project: Project, instance: dg.DagsterInstance, stale: set[str], limit: int | None = None
) -> None:
    """Record a materialization for what lies on disk and the history does not know.

    It was made elsewhere, or by a run that was killed before it could tell. `stale`: videos whose
    vectors will be made anyway.
    """
    for asset in PER_VIDEO:
        key = dg.AssetKey(asset)
        recorded = set(instance.get_materialized_partitions(key))
        unknown = sorted(set(project.layout.embedded_names()) - recorded - stale)
        there = {video: project.freshness.files(asset, video)[-1] for video in unknown}
        found = [video for video, path in there.items() if path.exists()]
        if asset not in EMBEDDING:
            found = [video for video in found if project.freshness.why_stale(asset, video) is None]
        for video in found[:limit]:
            where = dg.MetadataValue.path(str(there[video]))
            event = dg.AssetMaterialization(
                key, partition=video, metadata={"path": where, "note": "found on disk"}
            )
            instance.report_runless_asset_event(event)


def _latest_digests(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str, str]:
    """Content digest of each partition as it was reported last."""
    storage_ids = instance.event_log_storage.get_latest_storage_id_by_partition(
        key, dg.DagsterEventType.ASSET_MATERIALIZATION
    )
    found: dict[str, str] = {}
    ids = sorted(storage_ids.values())
    for start in range(0, len(ids), 500):
        chunk = dg.AssetRecordsFilter(asset_key=key, storage_ids=ids[start : start + 500])
        for record in instance.fetch_materializations(chunk, limit=500).records:
            event = record.asset_materialization
            if event and event.partition and "content" in event.metadata:
                found[event.partition] = str(event.metadata["content"].value)
    return found
