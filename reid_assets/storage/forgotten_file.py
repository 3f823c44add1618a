"""The tombstones of forgotten tracks (`reid/forgotten.csv`), and the salted hashes that recognise leftovers.

The hashes are written before the tombstones, and count only once the tombstones are there: each set of them
bears the time of its tombstones.
"""

import contextlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.layout import Layout
from reid_assets.reid.core.byte_search import Fingerprints, new_salt
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.core.forgotten import FORGOTTEN, Forgotten
from reid_assets.storage.array_files import read_arrays
from reid_assets.storage.artifact_files import read_table, write_content
from reid_assets.storage.atomic import replacing, write_json
from reid_assets.storage.digests import digest_of_text
from reid_assets.storage.records import read_record

UNFINISHED = "Somebody was forgotten, and not yet everywhere: `reid-assets run` completes it."


def read_forgotten(layout: Layout) -> Forgotten:
    """What was forgotten on a root; nothing where there is no file.

    Raises:
        ConfigError: the file cannot be read, so that nobody knows who must not come back.
    """
    path = layout.forgotten
    try:
        return Forgotten(read_table(FORGOTTEN, path))
    except FileNotFoundError:
        return Forgotten()
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split())
        raise ConfigError(
            f"{path}: not readable ({why}), and it says which tracks were forgotten and must not come back. "
            "Restore it from a backup; what is damaged in it can be mended by hand."
        ) from error


def add_tombstones(
    layout: Layout, rows: pd.DataFrame, secrets: Iterable[bytes], others: Iterable[bytes] = ()
) -> None:
    """Forget some tracks from now on.

    Args:
        rows: of `FORGOTTEN`, of one moment (`at`).
        secrets: bytes of their vectors and pictures, of which hashes are kept.
        others: vectors and pictures of those who stay; what these hold as well is not kept.
    """
    before = read_forgotten(layout).table
    _add_fingerprints(layout.forgotten_traces, str(rows["at"].iloc[0]), secrets, others)
    write_content(
        layout.forgotten, pd.concat([before, FORGOTTEN.conform(rows)], ignore_index=True), FORGOTTEN
    )


def read_fingerprints(layout: Layout) -> Fingerprints:
    """Hashes of the vectors and pictures of all forgotten tracks; none where the file is gone."""
    stored = _stored(layout.forgotten_traces)
    if not stored:
        return Fingerprints()
    counts = np.isin(stored["at"], read_forgotten(layout).table["at"].to_numpy(dtype=str))
    return Fingerprints(stored["salt"].tobytes(), stored["rolling"][counts], stored["confirm"][counts])


def unfinished(layout: Layout) -> bool:
    """Whether something was forgotten, and not yet everywhere."""
    if not layout.forgotten.exists():
        return False
    return read_record(layout.forgotten_done).get("tombstones") != _version(layout)


def note_finished(layout: Layout) -> None:
    """Note that all tombstones there are have been followed everywhere."""
    write_json(layout.forgotten_done, {"tombstones": _version(layout)})


def _version(layout: Layout) -> str:
    return digest_of_text(
        repr(sorted(read_forgotten(layout).table[["video", "track_id", "at"]].to_numpy().tolist()))
    )


def _add_fingerprints(path: Path, at: str, secrets: Iterable[bytes], others: Iterable[bytes]) -> None:
    stored = _stored(path)
    salt = stored["salt"].tobytes() if stored else new_salt()
    new = Fingerprints.of(secrets, salt).without_those_in(others)
    arrays = {"at": np.full(len(new), at), "rolling": new.rolling, "confirm": new.confirm}
    if stored:
        arrays = {name: np.concatenate([stored[name], values]) for name, values in arrays.items()}
    with replacing(path) as partial, partial.open("wb") as stream:
        np.savez(stream, allow_pickle=False, salt=np.frombuffer(salt, np.uint8), **arrays)


def _stored(path: Path) -> dict[str, np.ndarray]:
    with contextlib.suppress(OSError, ValueError):
        stored = read_arrays(path)
        if {"salt", "at", "rolling", "confirm"} <= set(stored):
            return stored
    return {}
