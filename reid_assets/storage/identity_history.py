"""The events of identities so far, which each new map adds to."""

import os
from collections.abc import Callable

import pandas as pd

from reid_assets.layout import Layout
from reid_assets.reid.association.identity_events import IDENTITY_EVENTS, replay
from reid_assets.storage.artifact_files import read_table
from reid_assets.storage.atomic import free_name


def read_history(layout: Layout, warn: Callable[[str], None]) -> pd.DataFrame:
    """Rows of `IDENTITY_EVENTS`; none where there are none yet.

    A file that cannot be read is kept beside its place, and the history begins anew; `warn` is told.
    """
    path = layout.path("identity_events")
    if not os.path.lexists(path):
        return IDENTITY_EVENTS.empty()
    try:
        events = read_table(IDENTITY_EVENTS, path)
        replay(events)
    except (OSError, ValueError, TypeError, KeyError) as error:
        aside = free_name(path)
        path.rename(aside)
        why = " ".join(str(error).split())
        warn(f"{path.name} could not be read ({why}): kept as {aside.name}, and the history begins anew")
        return IDENTITY_EVENTS.empty()
    return events
