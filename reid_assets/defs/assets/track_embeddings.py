"""The embedding pass: one decoding of each video serves its vectors and its crops."""

import time
from collections.abc import Iterator

import dagster as dg

from reid_assets import progress
from reid_assets.defs.partitions import videos
from reid_assets.defs.per_video import Outcome, materialize_each
from reid_assets.defs.schemas import table_metadata
from reid_assets.freshness import Made
from reid_assets.io.embeddings_io import TrackCropsIOManager, TrackEmbeddingsIOManager
from reid_assets.io.project_resource import ProjectResource
from reid_assets.io.video_folders import VideoFolders
from reid_assets.reid.embedder import EmbeddedVideo, FailedVideo, Progress, VideoJob, embed_videos
from reid_assets.reid.errors import InputError
from reid_assets.reid.tables import TRACK_CROPS, TRACK_META

_SECONDS_BETWEEN_LOG_LINES = 10.0


@dg.multi_asset(
    name="embedding_pass",
    specs=[
        dg.AssetSpec(
            "track_embeddings",
            description="One appearance vector a track, and one a crop: "
            "`reid/embeddings/<video>_track_meta.csv` and `_track_embeds.npz`.",
            deps=["tracks"],
            group_name="reid",
            kinds={"pytorch", "numpy"},
            metadata=table_metadata(TRACK_META),
        ).with_io_manager_key("track_embeddings_io"),
        dg.AssetSpec(
            "track_crops",
            description="The best crops of each track, kept by the same pass: `reid/crops/<video>/`.",
            deps=["tracks"],
            group_name="reid",
            kinds={"python"},
            metadata=table_metadata(TRACK_CROPS),
        ).with_io_manager_key("track_crops_io"),
    ],
    ins={"tracks": dg.AssetIn("tracks")},
    partitions_def=videos,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def embedding_pass(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    project: ProjectResource,
    embeddings_store: dg.ResourceParam[TrackEmbeddingsIOManager],
    crops_store: dg.ResourceParam[TrackCropsIOManager],
) -> Iterator[dg.MaterializeResult]:
    """Embed the videos of this run, each stored at once."""
    opened = project.open()
    backbone = opened.load_backbone()
    made_of: dict[str, dict[str, str]] = {}

    def jobs(failed: list[Outcome]) -> Iterator[VideoJob]:
        for video in context.partition_keys:
            try:
                made_of[video] = opened.freshness.of("track_embeddings", video)
                yield tracks.job(video)
            except InputError as error:
                failed.append(Outcome(video, {}, str(error)))

    def outcomes() -> Iterator[Outcome]:
        failed: list[Outcome] = []
        logged = _Heartbeat(context, len(context.partition_keys))
        for result in embed_videos(jobs(failed), backbone, opened.settings.embed, logged):
            if isinstance(result, FailedVideo):
                yield Outcome(result.video, {}, str(result.error))
                continue
            of = made_of.pop(result.video)
            crops = crops_store.write(result.video, Made(result.crops, of), context.log)
            vectors = embeddings_store.write(result.video, Made(result.embeddings, of), context.log)
            facts = _facts(context, result) | {"backbone": backbone.label, "runtime": dict(backbone.facts)}
            facts["backbone_choice"] = opened.choice()
            yield Outcome(result.video, {"track_embeddings": vectors | facts, "track_crops": crops})
        yield from failed

    yield from materialize_each(context, outcomes())


def _facts(context: dg.AssetExecutionContext, result: EmbeddedVideo) -> dict[str, object]:
    for warning in result.warnings:
        context.log.warning(f"{result.video}: {warning}")
    return result.facts | ({"warnings": result.warnings} if result.warnings else {})


class _Heartbeat:
    """Tells progress to listeners each time, to the Dagster log every few seconds."""

    def __init__(self, context: dg.AssetExecutionContext, videos: int) -> None:
        self._context, self._videos = context, videos
        self._last = time.monotonic()

    def __call__(self, now: Progress) -> None:
        rate = now.crops_done / now.seconds if now.seconds else 0.0
        detail = f"{now.video}: {now.crops_done}/{now.crops_planned} crops, {rate:.0f} crops/s"
        progress.report("track_embeddings", now.videos_done, self._videos, detail)
        if time.monotonic() - self._last > _SECONDS_BETWEEN_LOG_LINES:
            self._last = time.monotonic()
            self._context.log.info(f"{now.videos_done}/{self._videos} videos; {detail}")
