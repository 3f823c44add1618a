"""From work to run requests: few runs over ranges, each with the fingerprint of its work.

What there is to do is `reid_assets.automation.reconcile`; whether it may be tried now,
`reid_assets.automation.run_retries`.
"""

from collections.abc import Iterable, Mapping

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.file_activity import newest_change
from reid_assets.automation.partition_ranges import ONLY_STALE, few_ranges, range_tags
from reid_assets.automation.reconcile import TIDY, results_to_make
from reid_assets.automation.run_retries import WORK, may_try
from reid_assets.defs.partitions import videos as video_partitions
from reid_assets.state.input_versions import fingerprint
from reid_assets.state.planner import (
    EMBEDDINGS,
    MAP,
    RunOptions,
    association_artifacts,
    attached_artifacts,
    map_to_make,
    result_artifacts,
    whole_tasks,
)
from reid_assets.state.project import Project

Wanted = Mapping[str, list[str]]


def partition_set() -> str:
    """Name of the partition set of this root."""
    return str(video_partitions.name)


def embedding_requests(
    project: Project, instance: dg.DagsterInstance, videos: list[str], job: str = "embed"
) -> list[dg.RunRequest]:
    """Runs that embed these videos; each loads the backbone once."""
    return (
        requests(project, instance, job, dict.fromkeys(ARTIFACTS.step(EMBEDDINGS), videos)) if videos else []
    )


def requests(project: Project, instance: dg.DagsterInstance, job: str, wanted: Wanted) -> list[dg.RunRequest]:
    """Runs of a job that make the wanted assets, of the videos that each of them names.

    Assets without videos come along with the first range. No run is asked for whose work failed too
    lately or too often.
    """
    tags = {ONLY_STALE: "true", WORK: _work(project, wanted)}
    if not wanted or not may_try(instance, tags[WORK], project.settings.arrival):
        return []
    whole = [asset for asset, videos in wanted.items() if not videos]
    per_video = [asset for asset, videos in wanted.items() if videos]
    keys = {video for videos in wanted.values() for video in videos}
    order = list(instance.get_dynamic_partitions(partition_set()))
    ranges = few_ranges(keys, order)
    made = [
        _request(job, [*per_video, *(() if number else whole)], tags | range_tags(first, last))
        for number, (first, last) in enumerate(ranges)
    ]
    return made or ([_request(job, whole, tags)] if whole else [])


def whole_chain(
    project: Project,
    instance: dg.DagsterInstance,
    videos: list[str],
    job: str | None = None,
    tidy: bool = False,
) -> list[dg.RunRequest]:
    """Runs that make everything that is out of date, in the order of the lineage, for the queue to keep.

    What follows from a map that is not made yet cannot be known: runs over all videos leave alone what
    turns out to be up to date. All runs are of one job where one is named.

    Args:
        tidy: the first run begins by removing what was made for videos that are gone; the map follows.
    """
    asked = embedding_requests(project, instance, videos, job or "embed")
    if not asked and not tidy and not map_to_make(project):
        return requests(project, instance, "everything", results_to_make(project))
    asked += requests(project, instance, job or "associate", map_step())
    known = known_videos(instance)
    every = [video for video in project.layout.video_names() if video in known]
    # One run each: a step that leaves some videos alone makes Dagster skip the steps behind it.
    results = [name for lead in result_artifacts() for name in ARTIFACTS.step(lead)]
    for number, asset in enumerate(attached_artifacts()):
        whole: Wanted = {} if number else {result: [] for result in results}
        asked += requests(project, instance, "everything", {asset: every} | dict(whole) if every else whole)
    if tidy and asked:
        asked[0] = asked[0].with_replaced_attrs(tags={**asked[0].tags, TIDY: "true"})
    return asked


def map_step(project: Project | None = None) -> Wanted:
    """What one run makes together with the map, and before it; of a project, what is out of date of that."""
    leads = association_artifacts()
    if project is not None:
        stale = [lead for lead in leads if whole_tasks(project, lead, RunOptions())]
        leads = tuple(dict.fromkeys([*stale, MAP]))
    return {artifact: [] for lead in leads for artifact in ARTIFACTS.step(lead)}


def known_videos(instance: dg.DagsterInstance) -> set[str]:
    """The videos that are partitions."""
    return set(instance.get_dynamic_partitions(partition_set()))


def _request(job: str, assets: Iterable[str], tags: dict[str, str]) -> dg.RunRequest:
    return dg.RunRequest(job_name=job, asset_selection=[dg.AssetKey(name) for name in assets], tags=tags)


def _work(project: Project, wanted: Wanted) -> str:
    """One digest of what would be made, and of what; of a video's files, when they were written."""
    work: dict[str, str] = {"settings": str((project.settings.backbone, project.settings.embed))}
    versions = project.staleness.input_versions
    for asset, videos in wanted.items():
        for video in videos or [""]:
            if asset in ARTIFACTS.step(EMBEDDINGS):
                work[f"{asset} {video}"] = str(newest_change(project.layout, video))
            else:
                work[f"{asset} {video}"] = fingerprint(versions(asset, video or None))
    return fingerprint(work)
