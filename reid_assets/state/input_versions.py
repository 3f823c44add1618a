"""The versions of everything an artifact is made from, as its declaration names them.

A version is a digest: of an upstream artifact's files, of what people provide, of a section of the
configuration. What follows from a change of one is `staleness.py`.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from reid_assets.artifacts import ARTIFACTS
from reid_assets.layout import Layout
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.corrections import Corrections
from reid_assets.reid.core.errors import InputError, describe_failure
from reid_assets.reid.core.network_labels import OTHERS, entry_for, label_of_classes, networks_in
from reid_assets.reid.core.settings import Section, Settings
from reid_assets.storage.clock_sources import clock_digests, read_clocks
from reid_assets.storage.digests import ABSENT, Digests, digest_of_text
from reid_assets.storage.embeddings_pair import read_label, read_meta_classes
from reid_assets.storage.forgotten_file import read_forgotten
from reid_assets.storage.video_sources import crop_sources

_NO_CORRECTIONS = Corrections()
FORGOTTEN_TRACKS = "forgotten tracks"
# Keys that cannot change a result, or only how the next one is come by.
_WITHOUT_EFFECT = {
    "embed": {"batch_size"},
    "associate": {"incremental"},
    "privacy": {"mode", "keep_days"},
}


def fingerprint(versions: dict[str, str]) -> str:
    """One digest for a whole set of versions."""
    return digest_of_text(json.dumps(versions, sort_keys=True))


class InputVersions:
    """What artifacts of one root would be made from now, under one configuration."""

    def __init__(
        self,
        layout: Layout,
        settings: Settings,
        networks: dict[str, str],
        cameras: CameraSettings,
        corrections: Corrections = _NO_CORRECTIONS,
    ) -> None:
        """`networks`: class entry -> label of new vectors; empty while `auto` is undecided."""
        self.layout, self.settings, self.networks, self.cameras = layout, settings, networks, cameras
        self.said, self.forgotten = corrections, read_forgotten(layout)
        self.digests = Digests(layout.made / "digests.json")
        self._clocks: dict[bool, dict[str, str]] = {}
        self._parts: dict[tuple[str, str], dict[str, str]] = {}
        self._of_video: dict[str, Callable[[str], str]] = {
            "tracks.csv": lambda video: self.digests.of_file(layout.tracks(video)),
            "summary.json": lambda video: self.digests.of_file(layout.summary(video)),
            "video file": _guarded(self._video_file),
        }
        self._of_root: dict[str, Callable[[], dict[str, str]]] = {
            "explicit clocks": partial(self._clock_versions, True),
            "clocks": partial(self._clock_versions, False),
            "corrections": partial(self._said, "corrections", corrections.structural()),
            "names": partial(self._said, "names", corrections.names()),
        }

    def __call__(self, artifact: str, video: str | None = None) -> dict[str, str]:
        """Name of each input -> its version; `code` is that of the code."""
        lead = ARTIFACTS.lead(artifact)
        versions = {"code": ARTIFACTS[artifact].code_version}
        for name in lead.inputs:
            versions |= self._artifact(name, video)
        for name in lead.external:
            versions |= self._external(name, video)
        return versions | {section: self.section(section, video) for section in lead.settings}

    def data_version(self, artifact: str, video: str | None = None) -> str:
        """Digest of the content of an artifact; `ABSENT` where it is not there."""
        digests = [self.digests.of(path) for path in self.layout.content_files(artifact, video)]
        if ABSENT in digests:
            return ABSENT
        return digests[0] if len(digests) == 1 else digest_of_text(" ".join(digests))

    def tracks(self, video: str) -> str:
        """Version of a video's input: its tables and its pictures."""
        return digest_of_text(" ".join(self._of_video[name](video) for name in sorted(self._of_video)))

    def footage(self, video: str) -> str:
        """Digest of the files a video's tracks are from; of its vectors where those are all there is."""
        tracks = self._of_video["tracks.csv"](video)
        if tracks == ABSENT:
            return self.digests.of(self.layout.track_embeds(video))
        return digest_of_text(f"{tracks} {self._video_file(video)}")

    def section(self, name: str, video: str | None = None) -> str:
        """Version of a section of the configuration, without keys that cannot change a result."""
        if name == "backbone":
            return self.backbone_version(self.backbone_of(video))
        return digest_of_text(json.dumps(self.section_values(name), sort_keys=True))

    def section_values(self, name: str, video: str | None = None) -> dict[str, Any]:
        """What a section says, as far as it can change a result; of `backbone`, under "" the label."""
        section: Section = getattr(self.settings, name)
        if name == "backbone":
            kept = section.model_dump(include={"dtype", "int8"})
            return {"": self.backbone_of(video), **kept}
        return section.model_dump(exclude=_WITHOUT_EFFECT.get(name, set()))

    def backbone_version(self, label: str | None) -> str:
        """Version of the section `backbone`, for vectors with a label."""
        wanted = self.settings.backbone
        return digest_of_text(f"{label} {wanted.dtype} {wanted.int8}")

    def backbone_of(self, video: str | None = None) -> str | None:
        """The label that the vectors of a video should have: that of the networks of its classes.

        None while `auto` is undecided for one of its classes.
        """
        if not self.networks:
            return None
        meta = self.layout.track_meta(video) if video is not None else None
        if set(self.networks) == {OTHERS} or meta is None or not meta.is_file():
            return label_of_classes(self.networks, ())
        try:
            classes = set(read_meta_classes(meta))
        except (InputError, OSError, ValueError):
            return label_of_classes(self.networks, ())
        if not classes and (label := self._label_of_empty(video or "")):
            return label
        if any(entry_for(name, self.networks) not in self.networks for name in classes):
            return None
        return label_of_classes(self.networks, classes)

    def _label_of_empty(self, video: str) -> str | None:
        """The label of a video without tracks, whose networks say nothing; None if it names a foreign one."""
        try:
            label = read_label(self.layout.track_embeds(video))
        except (InputError, OSError):
            return None
        return label if label and networks_in(label) <= set(self.networks.values()) else None

    def clocks(self) -> str:
        """Version of all that is known of the cameras and clocks of the root."""
        videos = sorted({*self.layout.video_names(), *self.layout.embedded_names()})
        return fingerprint(clock_digests(read_clocks(self.layout, self.cameras, videos), explicit=False))

    def forgotten_version(self) -> str:
        """Version of all that was forgotten."""
        return digest_of_text(repr(sorted(self.forgotten.tracks())))

    def corrections(self) -> str:
        """Version of all that a person said."""
        return digest_of_text(json.dumps([self.said.structural(), self.said.names()]))

    @staticmethod
    def _said(name: str, said: list[tuple[str, ...]]) -> dict[str, str]:
        """Version of what was said; none where nothing was, so that it is no change."""
        return {name: digest_of_text(json.dumps(said))} if said else {}

    def _artifact(self, name: str, video: str | None) -> dict[str, str]:
        if ARTIFACTS[name].per_video:
            if video is not None:
                return {name: self.data_version(name, video)}
            return {f"{name} of {one}": self.data_version(name, one) for one in self.layout.embedded_names()}
        if video is None or not self._by_video(name):
            return {name: self.data_version(name)}
        return {name: self._rows_of_videos(name).get(video, ABSENT)}

    @staticmethod
    def _by_video(name: str) -> bool:
        table = ARTIFACTS[name].table
        return table is not None and "video" in table.header

    def _rows_of_videos(self, name: str) -> dict[str, str]:
        """Digest of each video's rows: a video whose rows did not change has nothing to do."""
        path = self.layout.table_file(name)
        key = (name, self.digests.of(path))
        if key not in self._parts:
            self._parts[key] = _digest_by_video(path) if path.is_file() else {}
        return self._parts[key]

    def _external(self, name: str, video: str | None) -> dict[str, str]:
        if not ARTIFACTS.external[name].per_video:
            return self._of_root[name]()
        if name == FORGOTTEN_TRACKS:
            return self._forgotten(video)
        if video is not None:
            return {name: self._of_video[name](video)}
        return {f"{name} of {one}": self._of_video[name](one) for one in self.layout.video_names()}

    def _forgotten(self, video: str | None) -> dict[str, str]:
        """Versions of what was forgotten of a video, or of each; none where nothing was: it is no change."""
        if video is not None:
            version = self.forgotten.version(video)
            return {FORGOTTEN_TRACKS: version} if version else {}
        versions = {one: self.forgotten.version(one) for one in self.layout.video_names()}
        return {f"{FORGOTTEN_TRACKS} of {one}": version for one, version in versions.items() if version}

    def _video_file(self, video: str) -> str:
        sources = crop_sources(self.layout, video)
        return digest_of_text(
            " ".join(f"{s.kind} {s.frame_stride} {self.digests.of_file(s.path)}" for s in sources)
        )

    def _clock_versions(self, explicit: bool) -> dict[str, str]:
        """What is known of cameras and clocks; nothing where nothing is known, so that it is no change."""
        if explicit not in self._clocks:
            names = self.layout.embedded_names()
            clocks = read_clocks(self.layout, self.cameras, names, guess=not explicit)
            self._clocks[explicit] = clock_digests(clocks, explicit)
        return self._clocks[explicit]


def _guarded(version: Callable[[str], str]) -> Callable[[str], str]:
    """One video's files must not keep the versions of all others from being known."""

    def guarded(video: str) -> str:
        try:
            return version(video)
        except Exception as error:
            return f"unreadable: {describe_failure(error)}"

    return guarded


def _digest_by_video(path: Path) -> dict[str, str]:
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        rows["video"]
    except (ValueError, KeyError, OSError):
        # No rows that anybody can read; whoever loads the file says why.
        return {}
    return {str(video): digest_of_text(part.to_csv(index=False)) for video, part in rows.groupby("video")}
