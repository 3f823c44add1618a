"""Whether each artifact still is what its inputs, settings and code would make of it.

Every artifact leaves a small record under `reid/.made/`: the versions of its inputs and of its files. It is
stale where that differs from what is there now, and the difference is the reason. Dagster's own staleness
reaches neither into a YAML file nor across a hundred videos; where it can judge, it is told the same
versions.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reid_assets.artifacts import ARTIFACTS
from reid_assets.layout import Layout
from reid_assets.state.input_versions import InputVersions
from reid_assets.state.settings_changes import SectionsSeen
from reid_assets.storage.atomic import write_json
from reid_assets.storage.digests import ABSENT
from reid_assets.storage.records import read_record


@dataclass(frozen=True)
class Versioned:
    """A value on its way to storage, with the versions of everything it was made from."""

    value: Any
    input_versions: dict[str, str]


class Staleness:
    """Records and reasons of one root under one configuration."""

    def __init__(self, layout: Layout, versions: InputVersions) -> None:
        self.layout = layout
        self.input_versions = versions
        self.digests = versions.digests
        self._sections = SectionsSeen(layout.made / "settings")

    def begin(self, artifact: str, video: str | None) -> None:
        """Note that the artifact is being written: a kill from now on leaves something unfinished of ours."""
        write_json(self._record(artifact, video), {"of": {}, "files": {}})

    def record(self, artifact: str, video: str | None, input_versions: dict[str, str]) -> None:
        """Note from what the artifact, as it is on disk now, was made."""
        for section in ARTIFACTS.lead(artifact).settings:
            # What a long run was made with may not be what the configuration says by now.
            if self.input_versions.section(section, video) == input_versions.get(section):
                values = self.input_versions.section_values(section, video)
                self._sections.note(input_versions[section], values)
        write_json(
            self._record(artifact, video), {"of": input_versions, "files": self._files(artifact, video)}
        )

    def made_from(self, artifact: str, video: str | None = None) -> dict[str, str]:
        """The versions of its inputs that an artifact was made from; nothing where that is not known."""
        record = self._read(artifact, video)
        return dict(record["of"]) if record else {}

    def forget(self, artifact: str, video: str | None) -> None:
        """Drop the record of an artifact that is gone."""
        self._record(artifact, video).unlink(missing_ok=True)

    def recorded_videos(self, artifact: str) -> set[str]:
        """Videos of which this product made the artifact, there or not."""
        return {path.stem for path in (self.layout.made / artifact).glob("*.json")}

    def unmodified(self, artifact: str, video: str | None = None) -> bool:
        """Whether the artifact's files are just as this product left them, finished or not."""
        record = self._read(artifact, video)
        if record is None or not record["files"]:
            return record is not None
        return bool(record["files"] == self._files(artifact, video))

    def stale_reason(self, artifact: str, video: str | None = None) -> str | None:
        """Why the artifact must be made (again), in words; None where it is up to date."""
        record = self._read(artifact, video)
        if record is not None and not record["files"]:
            return "was not finished"
        if any(self.digests.of(path) == ABSENT for path in self.layout.files(artifact, video)):
            if ARTIFACTS[artifact].optional:
                return None
            return "not made yet" if record is None else "its files are gone"
        if not self.unmodified(artifact, video):
            if record is not None:
                return "its files were changed by somebody else"
            return "new folder that already holds outputs" if video else "already there, but not made here"
        then, now = (record or {})["of"], self.input_versions(artifact, video)
        changed = [key for key in sorted({*then, *now}) if then.get(key) != now.get(key)]
        return self._in_words(artifact, video, changed, then) if changed else None

    def _in_words(self, artifact: str, video: str | None, changed: list[str], then: dict[str, str]) -> str:
        """Settings key by key with their values, then names of what else changed."""
        sections = [key for key in changed if key in ARTIFACTS.lead(artifact).settings]
        told = []
        for key in sections:
            now = self.input_versions.section_values(key, video)
            told += self._sections.changes(key, then.get(key), now)
        others = [key for key in changed if key not in sections]
        if others:
            more = f" and {len(others) - 3} more" if len(others) > 3 else ""
            told.append(f"changed: {', '.join(others[:3])}{more}")
        return "; ".join(told)

    def _files(self, artifact: str, video: str | None) -> dict[str, str]:
        return {path.name: self.digests.of(path) for path in self.layout.files(artifact, video)}

    def _record(self, artifact: str, video: str | None) -> Path:
        folder = self.layout.made / artifact
        return folder.with_suffix(".json") if video is None else folder / f"{video}.json"

    def _read(self, artifact: str, video: str | None) -> dict | None:
        record = read_record(self._record(artifact, video))
        whole = isinstance(record.get("of"), dict) and isinstance(record.get("files"), dict)
        return record if whole else None


def stale_step(staleness: Staleness, artifact: str, video: str | None = None) -> str | None:
    """Why the step that makes an artifact must run: the first reason of all that it makes."""
    reasons = (staleness.stale_reason(name, video) for name in ARTIFACTS.step(artifact))
    return next((reason for reason in reasons if reason), None)
