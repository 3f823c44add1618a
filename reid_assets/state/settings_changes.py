"""What changed in the configuration, key by key.

The record of an artifact holds the version of each section it was made with, a digest. What stood in that
section is kept once per version, so that a change can be told as `embed.class_filter changed: [0] → null`.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reid_assets.reid.core.settings import Settings
from reid_assets.storage.atomic import write_json
from reid_assets.storage.records import read_record


class SectionsSeen:
    """The sections of the configuration that anything on a root was made with, by version."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, version: str, values: Mapping[str, Any]) -> None:
        """Keep what a section says; once for each version."""
        path = self._folder / f"{version}.json"
        if not path.is_file():
            write_json(path, dict(values))

    def changes(self, section: str, then: str | None, now: Mapping[str, Any]) -> list[str]:
        """Each changed key with its value then and now; only that it changed where then is not known."""
        before = read_record(self._folder / f"{then}.json")
        told = list(changed_keys(section, before, now)) if before else []
        return told or [f"{section} changed"]


def changed_keys(section: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """A line for each key of a section that differs, such as `embed.min_box_size changed: 16 → 24`."""
    for key in sorted({*then, *now}):
        if then.get(key) != now.get(key):
            name = f"{section}.{key}" if key else section
            yield f"{name} changed: {_plainly(then.get(key))} → {_plainly(now.get(key))}"


def settings_changes(then: Settings, now: Settings) -> list[str]:
    """The same for whole configurations."""
    before, after = then.model_dump(mode="json"), now.model_dump(mode="json")
    return [line for section in after for line in changed_keys(section, before[section], after[section])]


def _plainly(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
