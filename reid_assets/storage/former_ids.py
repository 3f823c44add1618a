"""Which id each track had, so that a video that was removed and returns gives its people the ids they had.

Kept as hashes that say nothing by themselves: whoever has the video's own files can recognise a track, nobody
can read one. What the ids mean for a new map is `reid_assets.reid.association.id_assignment`.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.reid.core.errors import ReidError
from reid_assets.storage.array_files import read_arrays
from reid_assets.storage.atomic import replacing

# Tracks that are in the map no more. Those that left longest ago are forgotten first.
MOST_DEPARTED = 200_000
_SALT_BYTES, _KEY_BYTES = 16, 16


@dataclass(frozen=True)
class FormerIds:
    """The ids that tracks of one root have, and had when they were last in the map.

    Attributes:
        salt: of the root, so that equal tracks of two roots have different keys.
        ids: key of a track -> its last global id; the tracks that left longest ago first.
    """

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(_SALT_BYTES))
    ids: Mapping[bytes, int] = field(default_factory=dict)

    def recall(self, tracks: pd.DataFrame, contents: Mapping[str, str]) -> pd.DataFrame:
        """Those of the tracks that had an id, with it: rows of `video, track_id, global_id`.

        Args:
            tracks: `video, track_id`.
            contents: video -> digest of the files its tracks are from; other files are another video.
        """
        ids = [self.ids.get(key, -1) for key in self._keys(tracks, contents)]
        known = tracks[["video", "track_id"]].assign(global_id=np.array(ids, dtype=np.int64))
        return known[known["global_id"] >= 0].reset_index(drop=True)

    def updated(self, id_map: pd.DataFrame, contents: Mapping[str, str]) -> "FormerIds":
        """With the ids of a new map; of tracks that are not in it, the last `MOST_DEPARTED`."""
        ids = (int(number) for number in id_map["global_id"])
        present = dict(zip(self._keys(id_map, contents), ids, strict=True))
        departed = {key: number for key, number in self.ids.items() if key not in present}
        kept = islice(departed.items(), max(0, len(departed) - MOST_DEPARTED), None)
        return FormerIds(self.salt, dict(kept) | present)

    def _keys(self, tracks: pd.DataFrame, contents: Mapping[str, str]) -> list[bytes]:
        return [
            hashlib.sha256(
                self.salt + f"{contents[video]}\0{track}\0{video}".encode("utf-8", "surrogatepass")
            ).digest()[:_KEY_BYTES]
            for video, track in zip(tracks["video"], tracks["track_id"], strict=True)
        ]


def read_former_ids(path: Path) -> FormerIds:
    """What was kept; nothing, with a new salt, where there is no file.

    Raises:
        ReidError: it cannot be read.
    """
    try:
        stored = read_arrays(path)
        salt, keys, ids = stored["salt"].tobytes(), stored["keys"].tobytes(), stored["ids"].tolist()
    except FileNotFoundError:
        return FormerIds()
    except (OSError, ValueError, KeyError) as error:
        raise ReidError(
            f"{path}: cannot be read ({error}). Remove it and run again: only videos that were removed and "
            "return will get new ids."
        ) from error
    starts = range(0, len(ids) * _KEY_BYTES, _KEY_BYTES)
    return FormerIds(
        salt, {keys[at : at + _KEY_BYTES]: number for at, number in zip(starts, ids, strict=True)}
    )


def write_former_ids(path: Path, known: FormerIds) -> None:
    """Keep it, whole or not at all."""
    keys = np.frombuffer(b"".join(known.ids), dtype=np.uint8).reshape(-1, _KEY_BYTES)
    ids = np.fromiter(known.ids.values(), dtype=np.int64, count=len(known.ids))
    with replacing(path) as partial, partial.open("wb") as stream:
        np.savez(stream, salt=np.frombuffer(known.salt, dtype=np.uint8), keys=keys, ids=ids)
