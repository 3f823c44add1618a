"""One run over many videos: each is stored as soon as it is done, and one bad video fails alone.

Used by every partitioned asset. Storage has its own place; here is only the order of events that
Dagster needs so that exactly the finished partitions count as materialised.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from traceback import format_exception
from typing import Any

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.partition_ranges import ONLY_STALE
from reid_assets.automation.provenance import provenance_tags, version_tags
from reid_assets.defs.table_metadata import column_lineage
from reid_assets.io_managers.artifact_io import stored_metadata
from reid_assets.io_managers.retries import retried_if_transient
from reid_assets.reid.core.errors import describe_failure, is_bug
from reid_assets.state import progress
from reid_assets.state.artifact_store import Stored
from reid_assets.state.on_demand import why_render
from reid_assets.state.planner import why_video
from reid_assets.state.project import Project
from reid_assets.storage.digests import digest_of_text
from reid_assets.storage.transient_errors import is_transient


@dataclass(frozen=True)
class StoredPart:
    """One video's part of one asset, as it was stored, with what the asset tells of it."""

    stored: Stored
    metadata: Mapping[str, Any]

    @property
    def all_metadata(self) -> dict[str, Any]:
        """Facts of storage and of meaning together."""
        return stored_metadata(self.stored) | dict(self.metadata)


@dataclass(frozen=True)
class VideoOutcome:
    """What became of one video.

    Attributes:
        video: its partition key.
        parts: of each asset that was stored for it; empty where it failed.
        error: why it failed, in one line; None where it did not.
        traceback: of a bug of this program, for the log.
    """

    video: str
    parts: Mapping[str, StoredPart]
    error: str | None = None
    traceback: str | None = None

    @staticmethod
    def failed(video: str, error: Exception) -> "VideoOutcome":
        """The one boundary around the work of a video: whatever it raised is its own failure, in one line.

        Raises:
            OSError: trouble of the whole machine, which may pass. What one video needs too much memory for
                may fit for the others.
        """
        if is_transient(error) and not isinstance(error, MemoryError):
            raise error
        shown = "".join(format_exception(error)) if is_bug(error) else None
        return VideoOutcome(video, {}, describe_failure(error), shown)


def keys_to_make(context: dg.AssetExecutionContext, project: Project, artifact: str) -> list[str]:
    """The videos of this run; of a run that catches up, or tries again, those that are out of date."""
    if ONLY_STALE not in context.run.tags and not context.retry_number:
        return list(context.partition_keys)
    why = why_render if ARTIFACTS[artifact].on_demand else why_video
    return [key for key in context.partition_keys if why(project, artifact, key)]


def each_video(keys: Iterable[str], asset: str, make: Callable[[str], StoredPart]) -> Iterator[VideoOutcome]:
    """Make one asset for each video; whatever goes wrong fails that video alone."""
    keys = list(keys)
    for done, video in enumerate(keys):
        progress.report(asset, done, len(keys), video)
        try:
            yield VideoOutcome(video, {asset: make(video)})
        except Exception as error:
            yield VideoOutcome.failed(video, error)
    progress.report(asset, len(keys), len(keys))


def materialize_each(
    context: dg.AssetExecutionContext, project: Project, artifact: str, outcomes: Iterable[VideoOutcome]
) -> Iterator[dg.MaterializeResult]:
    """Turn outcomes into materializations; fail at the end if a video failed.

    A plain return would mark every key of the run, so where some of them were not made the others are
    logged one by one. After a failure the step fails, with the reasons under `failed` in its metadata
    and the pairs of asset and video that were stored under `stored`.
    """
    finished: list[VideoOutcome] = []
    failed: dict[str, str] = {}
    try:
        with retried_if_transient():
            for outcome in outcomes:
                if outcome.error is None:
                    finished.append(outcome)
                    project.failures.clear(artifact, outcome.video)
                else:
                    traceback = f"\n{outcome.traceback}" if outcome.traceback else ""
                    context.log.error(f"{outcome.video}: {outcome.error}{traceback}")
                    failed[outcome.video] = outcome.error
                    project.failures.note(artifact, outcome.video, outcome.error)
    except dg.RetryRequested:
        _log(context, finished)
        raise
    if len(finished) == len(context.partition_keys):
        yield from _whole_range(context, finished)
        return
    _log(context, finished)
    if failed:
        stored = [[asset, outcome.video] for outcome in finished for asset in outcome.parts]
        raise dg.Failure(
            description=f"{len(failed)} of {len(failed) + len(finished)} videos failed: {', '.join(failed)}",
            metadata={"failed": failed, "stored": stored},
            allow_retries=False,
        )


def _whole_range(
    context: dg.AssetExecutionContext, finished: list[VideoOutcome]
) -> Iterator[dg.MaterializeResult]:
    """One result an asset; Dagster records it for each key, with one data version: that of the range."""
    for key in sorted(context.selected_asset_keys):
        asset, versions = key.to_user_string(), []
        for outcome in finished:
            part = outcome.parts[asset]
            versions.append(part.stored.data_version)
            context.add_asset_metadata(part.all_metadata, asset_key=asset, partition_key=outcome.video)
        version = versions[0] if len(versions) == 1 else digest_of_text(" ".join(versions))
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={"dagster/column_lineage": column_lineage(asset)},
            data_version=dg.DataVersion(version),
        )


def _log(context: dg.AssetExecutionContext, finished: list[VideoOutcome]) -> None:
    provenance = {
        asset: provenance_tags(context.instance, asset) for outcome in finished for asset in outcome.parts
    }
    for outcome in finished:
        for asset, part in outcome.parts.items():
            context.log_event(
                dg.AssetMaterialization(
                    asset_key=asset,
                    partition=outcome.video,
                    metadata=part.all_metadata,
                    tags=version_tags(part.stored.data_version) | provenance[asset],
                )
            )
