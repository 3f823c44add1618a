"""Names of identities, as a person gave them through one of their tracks."""

import pandas as pd

from reid_assets.reid.core.corrections import Correction, Corrections
from reid_assets.reid.core.tables import GLOBAL_ID, VIDEO, Column, Table

IDENTITY_NAMES = Table(
    "identity_names",
    (
        GLOBAL_ID,
        Column("name", "text", "Its name, the last that was given to one of its tracks."),
        VIDEO,
        Column("track_id", "int", "The track through which it has the name."),
        Column("names", "int", "Number of different names that its tracks were given; more than 1: look."),
    ),
)


def identity_names(corrections: Corrections, id_map: pd.DataFrame) -> pd.DataFrame:
    """Rows of `IDENTITY_NAMES`, sorted by identity.

    Of several names of one identity the latest wins: by `at`, else by its place in the file.

    Args:
        corrections: all that was said.
        id_map: rows of `tables.GLOBAL_ID_MAP`.
    """
    given = [one for one in corrections.said if one.action == "name"]
    if not given:
        return IDENTITY_NAMES.empty()
    rows = pd.DataFrame(
        [(one.a.video, one.a.track_id, one.value, *_order(one)) for one in given],
        columns=["video", "track_id", "name", "at", "line"],
    )
    named = rows.merge(id_map[["video", "track_id", "global_id"]], on=["video", "track_id"])
    named = named.sort_values(["global_id", "at", "line"])
    counts = named.groupby("global_id")["name"].nunique()
    last = named.drop_duplicates("global_id", keep="last")
    return IDENTITY_NAMES.conform(
        last.assign(names=last["global_id"].map(counts).astype("int64"))[IDENTITY_NAMES.header]
    )


def _order(one: Correction) -> tuple[str, int]:
    return one.at, one.line
