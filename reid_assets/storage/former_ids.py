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
        earlier: key of a track -> the id it had before that, if it was another: who was joined with somebody
            and is told apart again gets it back.
    """

    salt: bytes = field(default_factory=lambda: secrets.token_bytes(_SALT_BYTES))
    ids: Mapping[bytes, int] = field(default_factory=dict)
    earlier: Mapping[bytes, int] = field(default_factory=dict)

    def recall(self, tracks: pd.DataFrame, contents: Mapping[str, str]) -> pd.DataFrame:
        """Those of the tracks that had an id, with it: rows of `video, track_id, global_id`, one or two each.

        Args:
            tracks: `video, track_id`.
            contents: video -> digest of the files its tracks are from; other files are another video.
        """
        keys, key = self._keys(tracks, contents), ["video", "track_id"]
        ids = [[known.get(one, -1) for one in keys] for known in (self.ids, self.earlier)]
        found = pd.concat([tracks[key].assign(global_id=np.array(one, dtype=np.int64)) for one in ids])
        return found[found["global_id"] >= 0].reset_index(drop=True)

    def updated(self, id_map: pd.DataFrame, contents: Mapping[str, str]) -> "FormerIds":
        """With the ids of a new map; of tracks that are not in it, the last `MOST_DEPARTED`."""
        ids = (int(number) for number in id_map["global_id"])
        present = dict(zip(self._keys(id_map, contents), ids, strict=True))
        departed = {key: number for key, number in self.ids.items() if key not in present}
        kept = islice(departed.items(), max(0, len(departed) - MOST_DEPARTED), None)
        known = dict(kept) | present
        changed = {one: self.ids[one] for one in present if self.ids.get(one, present[one]) != present[one]}
        earlier = {one: number for one, number in (dict(self.earlier) | changed).items() if one in known}
        return FormerIds(self.salt, known, {one: n for one, n in earlier.items() if known[one] != n})

    def without(self, tracks: pd.DataFrame, contents: Mapping[str, str]) -> "FormerIds":
        """Without some tracks (`video, track_id`), as far as their files are still those they were."""
        gone = set(self._keys(tracks, contents))
        kept = [{key: n for key, n in ids.items() if key not in gone} for ids in (self.ids, self.earlier)]
        return FormerIds(self.salt, *kept)

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
        # Files of earlier versions hold the last ids alone.
        names = ["", *(["earlier_"] if "earlier_ids" in stored else [])]
        tables = [_ids_by_key(stored[f"{name}keys"], stored[f"{name}ids"]) for name in names]
        return FormerIds(stored["salt"].tobytes(), *tables)
    except FileNotFoundError:
        return FormerIds()
    except (OSError, ValueError, KeyError) as error:
        raise ReidError(
            f"{path}: cannot be read ({error}). Remove it and run again: only videos that were removed and "
            "return will get new ids."
        ) from error


def write_former_ids(path: Path, known: FormerIds) -> None:
    """Keep it, whole or not at all."""
    arrays = {"salt": np.frombuffer(known.salt, dtype=np.uint8)}
    for name, ids in (("", known.ids), ("earlier_", known.earlier)):
        arrays[f"{name}keys"] = np.frombuffer(b"".join(ids), dtype=np.uint8).reshape(-1, _KEY_BYTES)
        arrays[f"{name}ids"] = np.fromiter(ids.values(), dtype=np.int64, count=len(ids))
    with replacing(path) as partial, partial.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _ids_by_key(keys: np.ndarray, ids: np.ndarray) -> dict[bytes, int]:
    content, numbers = keys.tobytes(), ids.tolist()
    starts = range(0, len(numbers) * _KEY_BYTES, _KEY_BYTES)
    return {content[at : at + _KEY_BYTES]: number for at, number in zip(starts, numbers, strict=True)}
