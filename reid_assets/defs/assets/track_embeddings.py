"""The embedding pass: one decoding of each video serves its vectors, its crops and its background."""

import time
from collections.abc import Iterator
from typing import Any

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.defs.artifact_assets import artifact_spec, code_of, write_part
from reid_assets.defs.partitioned import StoredPart, VideoOutcome, keys_to_make, materialize_each
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.backbones.class_networks import ClassNetworks
from reid_assets.reid.embedding.batching import Progress
from reid_assets.reid.embedding.crop_reading import VideoJob
from reid_assets.reid.embedding.embedder import EmbeddedVideo, FailedVideo, embed_videos
from reid_assets.state import progress
from reid_assets.state.artifact_store import Stored
from reid_assets.state.estimates import MANY_CROPS, classes_of, crops_at_most, note_rate
from reid_assets.state.project import Project
from reid_assets.storage.video_folders import VideoFolders

_SECONDS_BETWEEN_LOG_LINES = 10.0


@dg.multi_asset(
    name="embedding_pass",
    specs=[
        artifact_spec(artifact).merge_attributes(metadata=code_of(__file__, 2))
        for artifact in ARTIFACTS.step("track_embeddings")
    ],
    ins={"tracks": dg.AssetIn("tracks")},
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def embedding_pass(
    context: dg.AssetExecutionContext,
    tracks: VideoFolders,
    project: ProjectResource,
) -> Iterator[dg.MaterializeResult]:
    """Embed the videos of this run, each stored at once."""
    opened = project.open()
    work = _Pass(context, opened, tracks)
    yield from materialize_each(context, opened, "track_embeddings", work.outcomes())


class _Pass:
    """One run over many videos."""

    def __init__(
        self,
        context: dg.AssetExecutionContext,
        project: Project,
        tracks: VideoFolders,
    ) -> None:
        self._context, self._project, self._tracks = context, project, tracks
        self._keys = keys_to_make(context, project, "track_embeddings")
        self._made_from: dict[tuple[str, str], dict[str, str]] = {}
        self._unreadable: list[VideoOutcome] = []
        self._embedded = 0

    def outcomes(self) -> Iterator[VideoOutcome]:
        """What became of each video, as soon as it is stored."""
        if not self._keys:
            return
        project, start = self._project, time.monotonic()
        expected = crops_at_most(project, self._keys, enough=MANY_CROPS)
        networks = project.load_networks(classes_of(project, self._keys), expected)
        heartbeat = _Heartbeat(self._context, len(self._keys))
        for result in embed_videos(self._jobs(), networks, project.settings.embed, heartbeat):
            if isinstance(result, FailedVideo):
                yield VideoOutcome.failed(result.video, result.error)
                continue
            try:
                yield self._store(result, networks)
            except Exception as error:
                yield VideoOutcome.failed(result.video, error)
        note_rate(project, self._embedded, time.monotonic() - start)
        yield from self._unreadable

    def _jobs(self) -> Iterator[VideoJob]:
        for video in self._keys:
            try:
                versions = self._project.staleness.input_versions
                for artifact in ARTIFACTS.step("track_embeddings"):
                    self._made_from[artifact, video] = versions(artifact, video)
                yield self._tracks.job(video)
            except Exception as error:
                self._unreadable.append(VideoOutcome.failed(video, error))

    def _store(self, result: EmbeddedVideo, networks: ClassNetworks) -> VideoOutcome:
        for warning in result.warnings:
            self._context.log.warning(f"{result.video}: {warning}")
        version = self._project.staleness.input_versions.backbone_version(result.embeddings.backbone)
        for artifact in ARTIFACTS.step("track_embeddings"):
            if "backbone" in self._made_from[artifact, result.video]:
                self._made_from[artifact, result.video]["backbone"] = version
        # The vectors last: they are what others wait for.
        crops = self._write("track_crops", result.video, result.crops)
        background = self._write("background", result.video, result.background)
        vectors = self._write("track_embeddings", result.video, result.embeddings)
        self._embedded += len(result.embeddings.samples)
        facts: dict[str, Any] = dict(result.facts)
        # Only numbers by themselves plot over time.
        facts |= facts.pop("timings")
        facts |= {
            "warnings": result.warnings,
            "backbone": result.embeddings.backbone,
            "backbone_choice": self._project.choice(),
            "runtime": networks.facts(),
        }
        known = {"known": round(float(result.background.known.mean()), 3)}
        parts = {
            "track_embeddings": StoredPart(vectors, facts),
            "track_crops": StoredPart(crops, {}),
            "background": StoredPart(background, known),
        }
        return VideoOutcome(result.video, parts)

    def _write(self, artifact: str, video: str, value: Any) -> Stored:
        made_from = self._made_from.pop((artifact, video))
        return write_part(self._context, self._project, artifact, video, value, made_from)


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
