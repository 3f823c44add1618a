"""One run over many videos: each is stored as soon as it is done, and one bad video fails alone.

Used by every partitioned asset. Storage has its own place; here is only the order of events that
Dagster needs so that exactly the finished partitions count as materialised.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from reid_assets.automation.partition_ranges import ONLY_STALE
from reid_assets.defs.column_lineage import column_lineage
from reid_assets.reid.core.errors import InputError
from reid_assets.state import progress
from reid_assets.state.planner import why_key
from reid_assets.state.project import Project
from reid_assets.storage.transient_errors import can_pass, retried_if_it_can_pass


@dataclass(frozen=True)
class Outcome:
    """What became of one video.

    Attributes:
        video: its partition key.
        metadata: of each asset that was stored for it; empty where it failed.
        error: why it failed, in one line; None where it did not.
    """

    video: str
    metadata: Mapping[str, dict[str, Any]]
    error: str | None = None


def keys_to_make(context: dg.AssetExecutionContext, project: Project, artifact: str) -> list[str]:
    """The videos of this run; of a run that catches up, or tries again, those that are out of date."""
    if ONLY_STALE not in context.run.tags and not context.retry_number:
        return list(context.partition_keys)
    return [key for key in context.partition_keys if why_key(project, artifact, key)]


def each_video(keys: Iterable[str], asset: str, make: Callable[[str], dict[str, Any]]) -> Iterator[Outcome]:
    """Make one asset for each video; what the person can mend fails that video alone."""
    keys = list(keys)
    for done, video in enumerate(keys):
        progress.report(asset, done, len(keys), video)
        try:
            yield Outcome(video, {asset: make(video)})
        except (InputError, OSError) as error:
            if can_pass(error):
                raise
            yield Outcome(video, {}, str(error))
    progress.report(asset, len(keys), len(keys))


def materialize_each(
    context: dg.AssetExecutionContext, project: Project, artifact: str, outcomes: Iterable[Outcome]
) -> Iterator[dg.MaterializeResult]:
    """Turn outcomes into materializations; fail at the end if a video failed.

    A plain return would mark every key of the run, so where some of them were not made the others are
    logged one by one. After a failure the step fails, with the reasons under `failed` in its metadata
    and the pairs of asset and video that were stored under `stored`.
    """
    finished: list[Outcome] = []
    failed: dict[str, str] = {}
    try:
        with retried_if_it_can_pass():
            for outcome in outcomes:
                if outcome.error is None:
                    finished.append(outcome)
                    project.failures.clear(artifact, outcome.video)
                else:
                    context.log.error(f"{outcome.video}: {outcome.error}")
                    failed[outcome.video] = outcome.error
                    project.failures.note(artifact, outcome.video, outcome.error)
    except dg.RetryRequested:
        _log(context, finished)
        raise
    if len(finished) == len(context.partition_keys):
        for outcome in finished:
            for asset, metadata in outcome.metadata.items():
                context.add_asset_metadata(metadata, asset_key=asset, partition_key=outcome.video)
        for key in sorted(context.selected_asset_keys):
            lineage = column_lineage(key.to_user_string(), [])
            yield dg.MaterializeResult(asset_key=key, metadata={"dagster/column_lineage": lineage})
        return
    _log(context, finished)
    if failed:
        stored = [[asset, outcome.video] for outcome in finished for asset in outcome.metadata]
        raise dg.Failure(
            description=f"{len(failed)} of {len(failed) + len(finished)} videos failed: {', '.join(failed)}",
            metadata={"failed": failed, "stored": stored},
            allow_retries=False,
        )


def _log(context: dg.AssetExecutionContext, finished: list[Outcome]) -> None:
    for outcome in finished:
        for asset, metadata in outcome.metadata.items():
            context.log_event(
                dg.AssetMaterialization(asset_key=asset, partition=outcome.video, metadata=metadata)
            )
