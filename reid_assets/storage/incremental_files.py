"""The state behind additions to the map: `reid/incremental/full_pass.npz` and `additions.npz`.

The first is large, mapped and written by full passes alone; the second is small and names the map that both
belong to. Without either, or where they do not fit together, the next map is made by a full pass. What the
arrays mean is `reid_assets.reid.association.incremental.state_arrays`.
"""

import json
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from reid_assets.layout import Layout
from reid_assets.reid.association.incremental.archive import Archive
from reid_assets.reid.association.incremental.state_arrays import (
    archive_from,
    base_arrays,
    facts_of,
    tail_arrays,
)
from reid_assets.storage.array_files import map_arrays
from reid_assets.storage.atomic import replacing
from reid_assets.storage.digests import content_digest

_FORMAT = 1


class NoStateError(Exception):
    """There is no state that can be used; the message says why, in a few words."""


@dataclass(frozen=True)
class KeptState:
    """An archive, and what it was made from.

    Attributes:
        archive: of all tracks of the map.
        made_from: plain values for JSON that its maker compares with what there is now.
        full: whether a full pass made it.
    """

    archive: Archive
    made_from: Mapping[str, Any]
    full: bool


def write_state(layout: Layout, kept: KeptState | None) -> None:
    """Keep the state of the map as it is on disk; none takes what there was away."""
    if kept is None:
        layout.additions.unlink(missing_ok=True)
        layout.full_pass.unlink(missing_ok=True)
        return
    names = list(kept.archive.groups)
    base, of_base = _base_names(layout)
    if kept.full or base is None:
        layout.additions.unlink(missing_ok=True)
        base, of_base = secrets.token_hex(8), names
        _write(layout.full_pass, base_arrays(kept.archive, names), {"base": base, "groups": names})
    facts = facts_of(kept.archive) | {
        "format": _FORMAT,
        "base": base,
        "made_from": dict(kept.made_from),
        "map": content_digest(layout.global_id_map),
    }
    later = base_arrays(kept.archive, [name for name in names if name not in of_base])
    _write(layout.additions, tail_arrays(kept.archive) | later, facts)
    _erase_dead(layout, kept.archive, of_base)


def read_state(layout: Layout) -> KeptState:
    """The state of the map as it is on disk.

    Raises:
        NoStateError: there is none, or it cannot be used.
    """
    if not layout.additions.is_file() or not layout.full_pass.is_file():
        raise NoStateError("no state is kept")
    try:
        tail, base = map_arrays(layout.additions), map_arrays(layout.full_pass)
        facts, of_base = _facts(tail), _facts(base)
        if facts["format"] != _FORMAT:
            raise NoStateError("the state is of another version")
        if facts["base"] != of_base["base"]:
            raise NoStateError("the parts of the state do not belong together")
        if facts["map"] != content_digest(layout.global_id_map):
            raise NoStateError("the state belongs to another map")
        return KeptState(archive_from(base | tail, facts), facts["made_from"], full=False)
    except (OSError, ValueError, KeyError, IndexError, TypeError, zipfile.BadZipFile) as error:
        raise NoStateError(f"the state cannot be read ({type(error).__name__})") from error


def _base_names(layout: Layout) -> tuple[str | None, list[str]]:
    try:
        facts = _facts(map_arrays(layout.full_pass))
        return str(facts["base"]), list(facts["groups"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None, []


def _facts(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return dict(json.loads(arrays["facts"].tobytes()))


def _write(path: Any, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
    text = json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    with replacing(path) as partial, partial.open("wb") as stream:
        np.savez(stream, allow_pickle=False, facts=np.frombuffer(text, dtype=np.uint8), **arrays)


def _erase_dead(layout: Layout, archive: Archive, of_base: list[str]) -> None:
    """Vectors of tracks that are gone do not stay in the file of the full pass until the next one."""
    for name in of_base:
        state = archive.groups.get(name)
        dead = np.flatnonzero(~state.alive[: state.frozen.tracks]) if state else np.empty(0, np.int64)
        if len(dead):
            stored: Any = map_arrays(layout.full_pass)[f"{name}/vectors"]
            vectors = np.memmap(layout.full_pass, stored.dtype, "r+", stored.offset, stored.shape)
            vectors[dead] = 0
            vectors.flush()
