"""What the report tells: the figures, one line an identity, and the frames behind its pages.

Gathered once from the map, its evidence, the galleries and the questions of `visits.py` and `flows.py`;
how that becomes pages and scripts is `pages.py`. Nothing here knows where a report lies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reid_assets.reid.core.tables import GLOBAL_ID, Column, Table
from reid_assets.reid.movement.flows import CAMERA_FLOWS_SQL
from reid_assets.reid.movement.visits import IDENTITIES_SQL
from reid_assets.reid.presentation.contact_sheet import rank_identities
from reid_assets.reid.presentation.flow_picture import few_places
from reid_assets.reid.report.occupancy import BUSY_SQL

REPORT = Table(
    "report",
    (
        GLOBAL_ID,
        Column("class_name", "text", "Class of most of its tracks."),
        Column("tracks", "int", "Tracks of the identity."),
        Column("videos", "int", "Videos it is seen in."),
        Column("visits", "int", "Visits."),
        Column("dwell_s", "float", "Seconds of all visits together.", optional=True),
        Column(
            "confidence", "float", "Of its least certain track, 0..1; empty for a lone track.", optional=True
        ),
        Column("pictures", "int", "Thumbnails that the report shows of it."),
    ),
)

# Unknown frames a second count as 25, as they do wherever visits are made.
_VISITS = """
SELECT v.global_id, v.video, v.camera, epoch(v.enter) AS enter_s, epoch(v.leave) AS leave_s, v.dwell_s,
       v.f_enter / coalesce(c.fps, 25) AS from_s, v.f_leave / coalesce(c.fps, 25) AS to_s,
       v.re_entry, v.timed
FROM visits v LEFT JOIN clocks c USING (video) ORDER BY v.global_id, v.visit
"""
_TIMES = f"""
SELECT global_id, epoch(first_seen) AS first_s, epoch(last_seen) AS last_s, timed FROM ({IDENTITIES_SQL})
"""

Ask = Callable[[str], pd.DataFrame]


@dataclass(frozen=True)
class Contents:
    """Everything that a report is written from.

    Attributes:
        table: rows of `REPORT`, by identity.
        times: per row of `table`: `first_s`, `last_s` (seconds since 1970, NaN without clocks), `timed`.
        tracks: rows of the map with `witness_video, witness_track_id, similarity, margin, confidence`.
        visits: `global_id, video, camera, enter_s, leave_s, dwell_s, from_s, to_s, re_entry, timed`.
        pictures: rows of `tables.GALLERIES`.
        moves: `from, to, count` between cameras, at most thirteen places.
        busy: `timed, place, low, wide, bucket, present`; see `occupancy.py`.
        analytics: the object of `merged_analytics`.
    """

    table: pd.DataFrame
    times: pd.DataFrame
    tracks: pd.DataFrame
    visits: pd.DataFrame
    pictures: pd.DataFrame
    moves: pd.DataFrame
    busy: pd.DataFrame
    analytics: Mapping[str, Any]


def gather(
    ask: Ask,
    id_map: pd.DataFrame,
    evidence: pd.DataFrame,
    pictures: pd.DataFrame,
    analytics: Mapping[str, Any],
) -> Contents:
    """Ask all that the report tells.

    Args:
        ask: answers SQL over `seen`, `visits`, `clocks`.
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        evidence: rows of `tables.IDENTITY_EVIDENCE`.
        pictures: rows of `tables.GALLERIES`; those of identities that the map does not have are left out.
        analytics: the object of `merged_analytics`.
    """
    pictures = pictures[pictures["global_id"].isin(id_map["global_id"])]
    identities = ask(IDENTITIES_SQL)
    key = ["video", "track_id", "global_id"]
    return Contents(
        table=_table(identities, id_map, evidence, pictures),
        times=ask(_TIMES),
        tracks=id_map.merge(evidence.astype(id_map[key].dtypes.to_dict()), how="left", on=key).sort_values(
            ["global_id", "video", "f_min", "track_id"], ignore_index=True
        ),
        visits=ask(_VISITS),
        pictures=pictures.sort_values(["global_id", "rank"], ignore_index=True),
        moves=few_places(ask(CAMERA_FLOWS_SQL)),
        busy=ask(BUSY_SQL),
        analytics=analytics,
    )


def _table(
    identities: pd.DataFrame, id_map: pd.DataFrame, evidence: pd.DataFrame, pictures: pd.DataFrame
) -> pd.DataFrame:
    sure = rank_identities(id_map, evidence).set_index("global_id")["confidence"]
    count = pictures.groupby("global_id").size()
    ids = identities["global_id"]
    table = identities.assign(
        # What is alone was joined with nothing: there is nothing to doubt.
        confidence=ids.map(sure).astype(float).where(identities["tracks"] > 1),
        pictures=ids.map(count).fillna(0).astype(int),
    )
    return REPORT.conform(table[REPORT.header])
