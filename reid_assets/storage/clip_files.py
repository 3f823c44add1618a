"""Rendered clips: `reid/clips/<video>.mp4` of videos, `reid/clips/identities/global_<id>.mp4` of identities.

Beside each lies a table that says where in it somebody is seen; `reid/clips.js` tells the report's pages.
Clips of identities have no asset of their own: the versions they were made from are kept beside them. What is
out of date, and what must go, is `reid_assets.state.clips`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.reid.core.tables import Table
from reid_assets.reid.rendering.clip_tables import ANNOTATED_TRACKS, CLIP_VISITS
from reid_assets.reid.report.pages import data_script
from reid_assets.storage.artifact_files import Log, read_table
from reid_assets.storage.atomic import replacing, write_bytes, write_json
from reid_assets.storage.records import read_record

Render = Callable[[Path], pd.DataFrame]
ANNOTATED = "annotated_video"
# What a video's clip is made of, beside each other.
_PARTS = (".mp4", ".csv", ".json")


class ClipFiles:
    """The clip of a video and its table."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: Render) -> int:
        """Render, then put table and clip in their place."""
        assert video is not None
        size = _store(layout.path(ANNOTATED, video), value)
        write_clip_index(layout)
        return size

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> pd.DataFrame:
        """Rows of `ANNOTATED_TRACKS` of all clips."""
        tables = [table for _, table in _tables(layout.clips, ANNOTATED_TRACKS, log)]
        return pd.concat(tables) if tables else ANNOTATED_TRACKS.empty()


def store_identity_clip(layout: Layout, global_id: int, render: Render, versions: Mapping[str, str]) -> int:
    """Render the compilation of an identity, and note what it was made from; returns its bytes."""
    path = layout.identity_clip(global_id)
    path.with_suffix(".json").unlink(missing_ok=True)
    size = _store(path, render)
    write_json(path.with_suffix(".json"), dict(versions))
    write_clip_index(layout)
    return size


def identity_clips(layout: Layout) -> dict[int, dict[str, str]]:
    """Identity -> the versions that its compilation was made from; empty where that is not known."""
    found = {}
    for path in sorted(layout.identity_clips.glob("global_*.mp4")):
        with suppress(ValueError):
            found[int(path.stem.removeprefix("global_"))] = {
                str(name): str(version) for name, version in read_record(path.with_suffix(".json")).items()
            }
    return found


def remove_clip(path: Path) -> None:
    """Remove a clip with all that lies beside it."""
    for ending in _PARTS:
        path.with_suffix(ending).unlink(missing_ok=True)


def write_clip_index(layout: Layout) -> None:
    """Tell the report's pages which clips there are."""
    index: dict[str, Any] = {"videos": {}, "identities": {}}
    for path, table in _tables(layout.clips, ANNOTATED_TRACKS):
        rows = zip(table["track_id"], table["global_id"], table["begin_s"], table["end_s"], strict=True)
        index["videos"][path.stem] = [
            [int(track), None if pd.isna(one) else int(one), float(begin), float(end)]
            for track, one, begin, end in rows
        ]
    for _, table in _tables(layout.identity_clips, CLIP_VISITS):
        columns = ["video", "f_enter", "f_leave", "seen_s"]
        for number, rows in table.groupby("global_id"):
            index["identities"][int(number)] = rows[columns].to_numpy(object).tolist()
    script = data_script("clips", index)
    with suppress(OSError):
        if layout.clip_index.read_bytes() == script:
            return
    write_bytes(layout.clip_index, [script])


def _store(path: Path, render: Render) -> int:
    with replacing(path) as partial:
        table = render(partial)
        size = partial.stat().st_size
        text = table.to_csv(index=False, lineterminator="\n").encode()
        # The table first: a clip without one is none.
        return size + write_bytes(path.with_suffix(".csv"), [text])


def _tables(folder: Path, kind: Table, log: Log = lambda said: None) -> Iterator[tuple[Path, pd.DataFrame]]:
    """Each clip of a folder, and its table."""
    for path in sorted(folder.glob("*.mp4")) if folder.is_dir() else ():
        if path.name.startswith("."):
            continue
        try:
            yield path, read_table(kind, path.with_suffix(".csv"))
        except (OSError, ValueError) as error:
            log(f"{path}: left out: {error}")
