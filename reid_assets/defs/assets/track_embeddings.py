"""The embedding pass: one decoding of each video serves its vectors and its crops."""

import time
from collections.abc import Iterator
from typing import Any

import dagster as dg

from reid_assets.defs.partitioned import Outcome, keys_to_make, materialize_each
from reid_assets.defs.partitions import videos
from reid_assets.defs.schemas import table_metadata
from reid_assets.io_managers.embeddings_io import TrackCropsIOManager, TrackEmbeddingsIOManager
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.io_managers.video_folders import VideoFolders
from reid_assets.reid.backbones.backbone import Backbone
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import TRACK_CROPS, TRACK_META
from reid_assets.reid.embedding.batching import Progress
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.embedding.embedder import EmbeddedVideo, FailedVideo, embed_videos
from reid_assets.state import progress
from reid_assets.state.estimates import MANY_CROPS, crops_at_most, note_rate
from reid_assets.state.project import Project
from reid_assets.state.staleness import Made

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
            skippable=True,
            kinds={"pytorch", "numpy", "duckdb"},
            metadata=table_metadata(TRACK_META, "track_embeddings"),
        ).with_io_manager_key("track_embeddings_io"),
        dg.AssetSpec(
            "track_crops",
            description="The best crops of each track, kept by the same pass: `reid/crops/<video>/`.",
            deps=["tracks"],
            group_name="reid",
            skippable=True,
            kinds={"python", "duckdb"},
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
    work = _Pass(context, opened, tracks, embeddings_store, crops_store)
    yield from materialize_each(context, opened, "track_embeddings", work.outcomes())


class _Pass:
    """One run over many videos with one backbone."""

    def __init__(
        self,
        context: dg.AssetExecutionContext,
        project: Project,
        tracks: VideoFolders,
        embeddings: TrackEmbeddingsIOManager,
        crops: TrackCropsIOManager,
    ) -> None:
        self._context, self._project, self._tracks = context, project, tracks
        self._embeddings, self._crops = embeddings, crops
        self._keys = keys_to_make(context, project, "track_embeddings")
        self._made_of: dict[str, dict[str, str]] = {}
        self._unreadable: list[Outcome] = []
        self._embedded = 0

    def outcomes(self) -> Iterator[Outcome]:
        """What became of each video, as soon as it is stored."""
        if not self._keys:
            return
        project, start = self._project, time.monotonic()
        expected = crops_at_most(project, self._keys, enough=MANY_CROPS)
        backbone = project.load_backbone(expected)
        heartbeat = _Heartbeat(self._context, len(self._keys))
        for result in embed_videos(self._jobs(), backbone, project.settings.embed, heartbeat):
            if isinstance(result, FailedVideo):
                yield Outcome(result.video, {}, str(result.error))
            else:
                yield self._store(result, backbone)
        note_rate(project, self._embedded, time.monotonic() - start)
        yield from self._unreadable

    def _jobs(self) -> Iterator[VideoJob]:
        for video in self._keys:
            try:
                self._made_of[video] = self._project.freshness.of("track_embeddings", video)
                yield self._tracks.job(video)
            except InputError as error:
                self._unreadable.append(Outcome(video, {}, str(error)))

    def _store(self, result: EmbeddedVideo, backbone: Backbone) -> Outcome:
        for warning in result.warnings:
            self._context.log.warning(f"{result.video}: {warning}")
        of, log = self._made_of.pop(result.video), self._context.log
        crops = self._crops.write(result.video, Made(result.crops, of), log)
        vectors = self._embeddings.write(result.video, Made(result.embeddings, of), log)
        self._embedded += len(result.embeddings.samples)
        facts: dict[str, Any] = dict(result.facts)
        # Only numbers by themselves plot over time.
        facts |= facts.pop("timings")
        facts |= {
            "warnings": result.warnings,
            "backbone": backbone.label,
            "backbone_choice": self._project.choice(),
            "runtime": dict(backbone.facts),
        }
        return Outcome(result.video, {"track_embeddings": vectors | facts, "track_crops": crops})


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
