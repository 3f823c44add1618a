"""Where a map is wrong: identities that hold several true ones, and true identities that it split."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

_KEY = ["video", "track_id"]
Track = tuple[str, int]


@dataclass(frozen=True)
class Part:
    """Tracks that belong together within an error.

    Attributes:
        name: the true identity of the tracks of a merge, the global id of those of a split.
        tracks: video and number of each, sorted.
    """

    name: str
    tracks: tuple[Track, ...]


@dataclass(frozen=True)
class IdentityError:
    """One identity that is wrong.

    Attributes:
        name: its global id (a merge), or the true identity (a split).
        parts: two or more, the largest first.
        pairs: number of pairs of tracks of different parts: wrongly joined, or wrongly kept apart.
    """

    name: str
    parts: tuple[Part, ...]
    pairs: int


@dataclass(frozen=True)
class IdentityErrors:
    """All errors of a map, as far as the truth reaches; those with the most pairs first.

    Attributes:
        merges: global ids with tracks of several true identities.
        splits: true identities with several global ids.
    """

    merges: tuple[IdentityError, ...]
    splits: tuple[IdentityError, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values: `merged` and `split`, each with its parts and their tracks as `video:track`."""
        return {
            "merged": [_plain(error, "global_id", "identity") for error in self.merges],
            "split": [_plain(error, "identity", "global_id") for error in self.splits],
        }


def identity_errors(id_map: pd.DataFrame, truth: pd.DataFrame) -> IdentityErrors:
    """Compare a map with the true identities of tracks.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        truth: `video, track_id, identity`; tracks that are not in both are not judged.
    """
    both = id_map[[*_KEY, "global_id"]].merge(truth[[*_KEY, "identity"]], on=_KEY).sort_values(_KEY)
    both["global_id"] = both["global_id"].astype("str")
    return IdentityErrors(
        tuple(_errors(both, "global_id", "identity")), tuple(_errors(both, "identity", "global_id"))
    )


def _errors(both: pd.DataFrame, whole: str, part: str) -> Iterable[IdentityError]:
    count = both.groupby(whole)[part].nunique()
    found = []
    for name, rows in both[both[whole].isin(count.index[count > 1])].groupby(whole):
        parts = [
            Part(str(key), tuple(zip(own["video"], own["track_id"].tolist(), strict=True)))
            for key, own in rows.groupby(part)
        ]
        parts.sort(key=lambda one: (-len(one.tracks), _order(one.name)))
        total, same = len(rows), sum(len(one.tracks) ** 2 for one in parts)
        found.append(IdentityError(str(name), tuple(parts), (total**2 - same) // 2))
    return sorted(found, key=lambda error: (-error.pairs, _order(error.name)))


def _order(name: str) -> tuple[int, str]:
    return (len(name), name) if name.isdecimal() else (1 << 30, name)


def _plain(error: IdentityError, whole: str, part: str) -> dict[str, Any]:
    def value(kind: str, name: str) -> int | str:
        return int(name) if kind == "global_id" else name

    parts = [
        {part: value(part, one.name), "tracks": [f"{video}:{track}" for video, track in one.tracks]}
        for one in error.parts
    ]
    return {whole: value(whole, error.name), "pairs": error.pairs, "parts": parts}
