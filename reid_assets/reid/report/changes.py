"""What the last change of the map did to identities: for the first page of the report."""

from dataclasses import dataclass

import pandas as pd

from reid_assets.reid.association.identity_events import in_words

MOST_SHOWN = 12
_FIRST_MAPS = ("first map", "numbered anew")  # where everybody is new, which is no news


@dataclass(frozen=True)
class Change:
    """One event.

    Attributes:
        what: in words.
        identities: those concerned that have a picture in the report.
    """

    what: str
    identities: tuple[int, ...]


@dataclass(frozen=True)
class Changes:
    """The events of the last run that changed anything.

    Attributes:
        when: UTC, to the minute.
        why: what had changed before.
        shown: at most `MOST_SHOWN` events.
        more: how many others there are.
    """

    when: str = ""
    why: str = ""
    shown: tuple[Change, ...] = ()
    more: int = 0


def last_changes(events: pd.DataFrame, pictured: set[int]) -> Changes:
    """The last changes of the map.

    Args:
        events: rows of `IDENTITY_EVENTS`.
        pictured: identities that have a picture.
    """
    if events.empty:
        return Changes()
    last = events[events["run_id"] == events["run_id"].iloc[-1]]
    why = ", ".join(dict.fromkeys(last["reason"]))
    if set(last["reason"]) <= set(_FIRST_MAPS):
        return Changes()
    shown = []
    for row, what in zip(last.itertuples(), in_words(last)["what"], strict=True):
        concerned = [row.global_id, row.other_id]
        ids = dict.fromkeys(int(one) for one in concerned if pd.notna(one) and int(one) in pictured)
        shown.append(Change(what, tuple(ids)))
    when = pd.Timestamp(last["time"].iloc[-1]).strftime("%Y-%m-%d %H:%M")
    return Changes(when, why, tuple(shown[:MOST_SHOWN]), max(0, len(shown) - MOST_SHOWN))
