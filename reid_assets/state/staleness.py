"""Of what each artifact was made, and whether that still holds.

Dagster's own staleness does not reach across dynamic partitions or into a YAML file, so every
artifact leaves a small record under `reid/.made/`: the digests of its inputs and of its files. "Out of
date" is a comparison of that record with what lies there now, with the reason in words.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from reid_assets.layout import ARTIFACTS, MOVEMENT, Layout
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.settings import Section, Settings
from reid_assets.storage.atomic import write_json
from reid_assets.storage.clock_sources import clock_digests, read_clocks
from reid_assets.storage.digests import ABSENT, Digests, digest_of_text
from reid_assets.storage.video_sources import crop_sources

# Raised when the code of an artifact changes what it writes for the same input.
_CODE = {"galleries": "2", "flows": "4", "merged_analytics": "3"}
CODE_VERSION = dict.fromkeys(ARTIFACTS, "1") | _CODE


@dataclass(frozen=True)
class Made:
    """A value on its way to storage, with the digests of everything it was made of."""

    value: Any
    of: dict[str, str]


def fingerprint(of: dict[str, str]) -> str:
    """One digest for a whole set of inputs."""
    return digest_of_text(json.dumps(of, sort_keys=True))


def settings_digest(section: Section, without: tuple[str, ...] = ()) -> str:
    """Digest of a section of the configuration, leaving out keys that cannot change a result."""
    return digest_of_text(json.dumps(section.model_dump(exclude=set(without)), sort_keys=True))


class Freshness:
    """Records and reasons for one root and one configuration."""

    def __init__(
        self,
        layout: Layout,
        settings: Settings,
        backbone: str | None,
        cameras: CameraSettings = CameraSettings(),  # noqa: B008
    ) -> None:
        """`backbone` is the label that new vectors would carry, None while `auto` is undecided."""
        self.layout = layout
        self.settings = settings
        self.backbone = backbone
        self.cameras = cameras
        self._clocks_read: dict[bool, dict[str, str]] = {}
        self.digests = Digests(layout.made / "digests.json")

    def of(self, artifact: str, video: str | None = None) -> dict[str, str]:
        """What the artifact would be made of now: input name -> digest."""
        inputs: Any = getattr(self, "_of_movement" if artifact in MOVEMENT else f"_of_{artifact}")
        return {"code": CODE_VERSION[artifact]} | (inputs() if video is None else inputs(video))

    def files(self, artifact: str, video: str | None = None) -> list[Path]:
        """The files and folders that hold the artifact."""
        at = self.layout
        if video is not None:
            return {
                "track_embeddings": [at.track_meta(video), at.track_embeds(video)],
                "track_crops": [at.crops(video)],
                "tracks_global": [at.tracks_global(video)],
                "summary_global": [at.summary_global(video)],
            }[artifact]
        if artifact in MOVEMENT:
            return [at.movement(artifact)]
        return {
            "global_id_map": [at.global_id_map, at.identity_evidence, at.association_report],
            "similarity_calibration": at.calibration_files,
            "galleries": [at.galleries],
            "flows": [at.flows_csv, at.flows_json, at.flows_picture],
            "merged_analytics": [at.merged_analytics],
            "report": [at.report],
        }[artifact]

    def begin(self, artifact: str, video: str | None) -> None:
        """Note that the artifact is being written: a kill from now on leaves something unfinished of ours."""
        write_json(self._record(artifact, video), {"of": {}, "files": {}})

    def record(self, artifact: str, video: str | None, of: dict[str, str]) -> None:
        """Note of what the artifact, as it lies there now, was made."""
        files = {path.name: self.digests.of(path) for path in self.files(artifact, video)}
        write_json(self._record(artifact, video), {"of": of, "files": files})

    def forget(self, artifact: str, video: str | None) -> None:
        """Drop the record of an artifact that is gone."""
        self._record(artifact, video).unlink(missing_ok=True)

    def ours(self, artifact: str, video: str | None = None) -> bool:
        """Whether the artifact's files are just as this product left them, finished or not."""
        record = self._read(artifact, video)
        if record is None or not record["files"]:
            return record is not None
        now = {path.name: self.digests.of(path) for path in self.files(artifact, video)}
        return bool(record["files"] == now)

    def why_stale(self, artifact: str, video: str | None = None) -> str | None:
        """Why the artifact must be made (again), in words; None where it is up to date."""
        record = self._read(artifact, video)
        if record is not None and not record["files"]:
            return "was not finished"
        if any(self.digests.of(path) == ABSENT for path in self.files(artifact, video)):
            return "not made yet" if record is None else "its files are gone"
        if not self.ours(artifact, video):
            return "its files were changed by somebody else"
        then, now = (record or {})["of"], self.of(artifact, video)
        changed = [key for key in sorted({*then, *now}) if then.get(key) != now.get(key)]
        if not changed:
            return None
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        return f"changed: {', '.join(changed[:3])}{more}"

    def _record(self, artifact: str, video: str | None) -> Path:
        folder = self.layout.made / artifact
        return folder.with_suffix(".json") if video is None else folder / f"{video}.json"

    def _read(self, artifact: str, video: str | None) -> dict | None:
        try:
            record = json.loads(self._record(artifact, video).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return record if {"of", "files"} <= set(record) else None

    def _of_track_embeddings(self, video: str) -> dict[str, str]:
        backbone = self.settings.backbone
        return {
            "tracks.csv": self.digests.of(self.layout.tracks(video)),
            "video file": self._video_digest(video),
            "embed": settings_digest(self.settings.embed, without=("batch_size",)),
            "backbone": digest_of_text(f"{self.backbone} {backbone.dtype} {backbone.int8}"),
        }

    _of_track_crops = _of_track_embeddings

    def _video_digest(self, video: str) -> str:
        paths = crop_sources(self.layout, video)
        return digest_of_text(" ".join(f"{s.kind} {s.frame_stride} {self.digests.of(s.path)}" for s in paths))

    def _of_global_id_map(self) -> dict[str, str]:
        at, digest = self.layout, self.digests.of
        pairs = {
            f"embeddings of {video}": digest(at.track_meta(video)) + digest(at.track_embeds(video))
            for video in at.embedded_names()
        }
        return pairs | {"associate": settings_digest(self.settings.associate)} | self._clocks(explicit=True)

    def _clocks(self, explicit: bool) -> dict[str, str]:
        """What is known of cameras and clocks; nothing where nothing is known, so that it is no change."""
        if explicit not in self._clocks_read:
            names = self.layout.embedded_names()
            clocks = read_clocks(self.layout, self.cameras, names, guess=not explicit)
            self._clocks_read[explicit] = clock_digests(clocks, explicit)
        return self._clocks_read[explicit]

    def _of_tracks_global(self, video: str) -> dict[str, str]:
        return {
            "tracks.csv": self.digests.of(self.layout.tracks(video)),
            "identities": self._identities.get(video, ABSENT),
        }

    def _of_summary_global(self, video: str) -> dict[str, str]:
        return self._of_tracks_global(video) | {"summary.json": self.digests.of(self.layout.summary(video))}

    def _of_galleries(self) -> dict[str, str]:
        crops = {
            f"crops of {video}": self.digests.of(self.layout.crop_index(video))
            for video in self.layout.embedded_names()
        }
        evidence = {"identity_evidence": self.digests.of(self.layout.identity_evidence)}
        return crops | evidence | {"galleries": settings_digest(self.settings.galleries)} | self._of_map()

    def _of_map(self) -> dict[str, str]:
        return {"global_id_map": self.digests.of(self.layout.global_id_map)}

    def _of_movement(self) -> dict[str, str]:
        return self._of_map() | {"flows": settings_digest(self.settings.flows)} | self._clocks(explicit=False)

    _of_flows = _of_movement

    def _of_similarity_calibration(self) -> dict[str, str]:
        return self._of_global_id_map() | self._of_map()

    def _of_merged_analytics(self) -> dict[str, str]:
        tracks = {
            f"tracks of {video}": self.digests.of(self.layout.tracks(video))
            for video in self.layout.video_names()
        }
        return tracks | self._of_movement()

    def _of_report(self) -> dict[str, str]:
        shown = {
            "gallery index": self.digests.of(self.layout.gallery_index),
            "merged_analytics": self.digests.of(self.layout.merged_analytics),
        }
        return self._of_galleries() | self._of_merged_analytics() | shown

    @cached_property
    def _identities(self) -> dict[str, str]:
        """Digest of each video's part of the map."""
        if not self.layout.global_id_map.is_file():
            return {}
        rows = pd.read_csv(self.layout.global_id_map, dtype=str, keep_default_na=False)
        return {str(video): digest_of_text(part.to_csv(index=False)) for video, part in rows.groupby("video")}
