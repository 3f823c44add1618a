"""The history of identities without somebody who was forgotten.

What is left of an identity that was forgotten: that there was one, when it came and went, and how many tracks
it had. Neither its tracks nor its name.
"""

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime

import pandas as pd

from reid_assets.reid.association.identity_events import IDENTITY_EVENTS, Track, listed_tracks, replay

_REASON = "forgotten"


def erase_tracks(
    events: pd.DataFrame, gone: Collection[Track], names: Collection[str], now: datetime
) -> pd.DataFrame:
    """The events without some tracks: no event names them, and the last ones say that they were erased.

    Args:
        events: rows of `IDENTITY_EVENTS`, in order.
        gone: video and number of the tracks.
        names: names that these tracks were given; they go too, but from identities that have them now.
        now: when this is noted, UTC.

    Returns:
        Rows of `IDENTITY_EVENTS`; those that were given where none of it is in them.
    """
    gone = set(gone)
    identity, called = replay(events)
    lost = Counter(number for track, number in identity.items() if track in gone)
    alive = {number for track, number in identity.items() if track not in gone}
    tracks = [_without(text, gone) for text in events["tracks"]]
    shown = zip(events["global_id"], events["name"], strict=True)
    kept = [_keeps_name(int(number), name, names, called, lost, alive) for number, name in shown]
    left = events.assign(tracks=tracks, name=events["name"].where(pd.Series(kept, index=events.index)))
    if not lost:
        return events if left.equals(events) else IDENTITY_EVENTS.conform(left)
    rows = [
        {
            "number": place,
            "time": now,
            "run_id": "",
            "event": "shrank" if number in alive else "erased",
            "global_id": number,
            "other_id": None,
            "count": count,
            "tracks": "[]",
            "name": None,
            "reason": _REASON,
        }
        for place, (number, count) in enumerate(sorted(lost.items()), int(events["number"].max()) + 1)
    ]
    return IDENTITY_EVENTS.conform(pd.concat([left, IDENTITY_EVENTS.conform(pd.DataFrame(rows))]))


def _keeps_name(
    number: int,
    name: object,
    names: Collection[str],
    called: dict[int, str],
    lost: Collection[int],
    alive: Collection[int],
) -> bool:
    """Whether an event may go on telling a name: none of somebody erased, none of tracks that are gone."""
    if number in lost and number not in alive:
        return False
    return name not in names or (number in alive and called.get(number) == name)


def _without(text: str, gone: set[Track]) -> str:
    tracks = json.loads(text)
    left = [(video, int(track)) for video, track in tracks if (video, int(track)) not in gone]
    return text if len(left) == len(tracks) else listed_tracks(left)
