"""The history of identities: what became of each, as events that add up to the present map.

Each event says which tracks went where. `replay` adds them up; `changes` compares the sum with a new map.
Tracks of videos that are gone are left out of the events, their number stays.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from reid_assets.reid.core.tables import Column, Table

IDENTITY_EVENTS = Table(
    "identity_events",
    (
        Column("number", "int", "Number of the event, from 0."),
        Column("time", "time", "When it was noted."),
        Column("run_id", "text", "The run that noted it."),
        Column(
            "event",
            "text",
            "created, grew, shrank, merged (into other_id), split (from other_id), retired, renamed, erased.",
        ),
        Column("global_id", "int", "The identity."),
        Column("other_id", "int", "The identity that tracks came from or went to.", optional=True),
        Column("count", "int", "Number of tracks that moved."),
        Column(
            "tracks", "text", "These tracks: a JSON list of [video, track_id], without videos that are gone."
        ),
        Column("name", "text", "The name; of renamed.", optional=True),
        Column("reason", "text", "What had changed since the map before."),
    ),
)
IDENTITY_ALIASES = Table(
    "identity_aliases",
    (
        Column("former_id", "int", "An id that nobody has any more."),
        Column("global_id", "int", "What it became; empty where its tracks are gone.", optional=True),
        Column("time", "time", "When it was retired."),
    ),
)

Track = tuple[str, int]
_NOBODY = -1
# Where the tracks of an event are afterwards: with the identity, with the other, or with nobody.
_TO_OTHER, _TO_NOBODY = ("merged",), ("retired", "erased")
_THE_END = ("merged", "retired", "erased")


def replay(events: pd.DataFrame) -> tuple[dict[Track, int], dict[int, str]]:
    """The identity of each track, and the name of each identity, after all events.

    Args:
        events: rows of `IDENTITY_EVENTS`, in order.
    """
    identity: dict[Track, int] = {}
    names: dict[int, str] = {}
    for row in events.itertuples(index=False):
        if row.event == "renamed":
            names[int(row.global_id)] = "" if pd.isna(row.name) else str(row.name)
            continue
        if row.event in _THE_END:
            names.pop(int(row.global_id), None)
        to = _destination(row)
        for video, track in json.loads(row.tracks):
            if to == _NOBODY:
                identity.pop((video, int(track)), None)
            else:
                identity[video, int(track)] = to
    return identity, {number: name for number, name in names.items() if name}


def _destination(row: Any) -> int:
    if row.event in _TO_NOBODY or (row.event == "shrank" and pd.isna(row.other_id)):
        return _NOBODY
    return int(row.other_id if row.event in _TO_OTHER or row.event == "shrank" else row.global_id)


def changes(
    before: Mapping[Track, int],
    id_map: pd.DataFrame,
    names_before: Mapping[int, str],
    names: Mapping[int, str],
) -> list[dict[str, Any]]:
    """What happened between two maps: `event, global_id, other_id, count, tracks, name` of each event.

    Args:
        before: identity of each track in the map before.
        id_map: the new one, rows of `tables.GLOBAL_ID_MAP`.
        names_before, names: of identities, then and now.
    """
    keys = zip(id_map["video"].astype(str), id_map["track_id"].astype(int), strict=True)
    now = dict(zip(keys, id_map["global_id"].astype(int), strict=True))
    moved: dict[tuple[int, int], list[Track]] = defaultdict(list)
    for track in sorted({*before, *now}):
        old, new = before.get(track, _NOBODY), now.get(track, _NOBODY)
        if old != new:
            moved[old, new].append(track)
    alive_before, alive = set(before.values()), set(now.values())
    told = []
    for (old, new), tracks in sorted(moved.items(), key=lambda one: (one[0][1], one[0][0])):
        event, one, other = _what(old, new, alive_before, alive)
        told.append(_event(event, one, other, tracks))
    told += [
        _event("renamed", one, None, [], names.get(one, "")) for one in _renamed(names_before, names, alive)
    ]
    order = {name: place for place, name in enumerate(("created", "split", "grew", "shrank", "merged"))}
    return sorted(told, key=lambda event: order.get(event["event"], len(order)))


def _what(old: int, new: int, alive_before: set[int], alive: set[int]) -> tuple[str, int, int | None]:
    """Name of the move of some tracks, the identity it is told of, and the other one."""
    if new == _NOBODY:
        return ("shrank" if old in alive else "retired"), old, None
    if old == _NOBODY:
        return ("grew" if new in alive_before else "created"), new, None
    if old not in alive:
        return "merged", old, new
    return ("grew" if new in alive_before else "split"), new, old


def _renamed(before: Mapping[int, str], names: Mapping[int, str], alive: Collection[int]) -> list[int]:
    named = {*before, *names} & set(alive)
    return sorted(one for one in named if before.get(one, "") != names.get(one, ""))


def _event(
    event: str, global_id: int, other_id: int | None, tracks: list[Track], name: str | None = None
) -> dict[str, Any]:
    return {
        "event": event,
        "global_id": global_id,
        "other_id": other_id,
        "count": len(tracks),
        "tracks": listed_tracks(tracks),
        "name": name,
    }


def listed_tracks(tracks: Collection[Track]) -> str:
    """Tracks as the column `tracks` holds them."""
    return json.dumps([list(track) for track in tracks], ensure_ascii=False, separators=(",", ":"))


def without_videos_gone(events: pd.DataFrame, videos: Collection[str]) -> pd.DataFrame:
    """The events with the tracks of these videos alone: what is removed is not remembered by name.

    Args:
        events: rows of `IDENTITY_EVENTS`.
        videos: those that are there.
    """
    there = set(videos)

    def kept(text: str) -> str:
        tracks = json.loads(text)
        left = [(video, track) for video, track in tracks if video in there]
        return text if len(left) == len(tracks) else listed_tracks(left)

    return events.assign(tracks=[kept(text) for text in events["tracks"]])


def aliases(events: pd.DataFrame, alive: Collection[int]) -> pd.DataFrame:
    """Rows of `IDENTITY_ALIASES`: every id that is retired, and where most of its tracks went in the end.

    Args:
        events: rows of `IDENTITY_EVENTS`, in order.
        alive: ids of the present map.
    """
    there = set(alive)
    became: dict[int, int | None] = {}
    when: dict[int, Any] = {}
    largest: dict[int, int] = {}
    for row in events.itertuples(index=False):
        if row.event in ("created", "split"):
            became.pop(int(row.global_id), None)
        elif row.event in _THE_END:
            former, other = int(row.global_id), int(row.other_id) if row.event in _TO_OTHER else None
            if when.get(former) != row.time or int(row.count) > largest[former]:
                became[former], largest[former] = other, int(row.count)
            when[former] = row.time
    rows = [(one, _now(one, became, there), when[one]) for one in sorted(became) if one not in there]
    return IDENTITY_ALIASES.conform(pd.DataFrame(rows, columns=IDENTITY_ALIASES.header))


def _now(former: int, became: Mapping[int, int | None], alive: set[int]) -> int | None:
    """Follow an id to one that is there; None where the way ends."""
    seen = {former}
    now = became.get(former)
    while now is not None and now not in alive and now not in seen:
        seen.add(now)
        now = became.get(now)
    return now if now in alive else None


def in_words(events: pd.DataFrame) -> pd.DataFrame:
    """`what` happened, a sentence an event, with the `reason`: for people."""
    said = {
        "created": "identity {one} is new: {n}",
        "grew": "identity {one} grew by {n}{by}",
        "shrank": "identity {one} lost {n}",
        "merged": "identity {one} is now {other} ({n})",
        "split": "identity {one} is told apart from {other}: {n}",
        "retired": "identity {one} is gone, with {n}",
        "renamed": "identity {one} is called {name}",
        "erased": "identity {one} was erased, with {n}",
    }
    what = []
    for row in events.itertuples(index=False):
        n = f"{row.count} track" + ("" if row.count == 1 else "s")
        other = None if pd.isna(row.other_id) else int(row.other_id)
        by = "" if other is None else f", which were of {other}"
        name = "nothing any more" if pd.isna(row.name) or not row.name else row.name
        what.append(said[row.event].format(one=row.global_id, other=other, n=n, by=by, name=name))
    return pd.DataFrame({"what": np.array(what, dtype=object), "reason": events["reason"].to_numpy()})
