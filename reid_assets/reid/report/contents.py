"""Data of the report: one row per identity, and the tables behind its pages.

Collected once from the map, its evidence, the galleries and the queries of `movement/visits.py` and
`movement/flows.py`; `pages.py` renders it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

from reid_assets.reid.core.tables import DOUBTFUL_BELOW, GLOBAL_ID, Column, Table
from reid_assets.reid.movement.flows import CAMERA_FLOWS_SQL
from reid_assets.reid.movement.visits import IDENTITIES_SQL
from reid_assets.reid.presentation.contact_sheet import rank_identities
from reid_assets.reid.presentation.flow_picture import merge_minor_places
from reid_assets.reid.report.changes import Changes, last_changes
from reid_assets.reid.report.heading import Heading
from reid_assets.reid.report.occupancy import OCCUPANCY_BUCKETS_SQL
from reid_assets.reid.report.video_frames import VideoFrames
from reid_assets.reid.search.look_alikes_table import LOOK_ALIKES

REPORT = Table(
    "report",
    (
        GLOBAL_ID,
        Column("class_name", "text", "Class of most of its tracks."),
        Column("name", "text", "Its name, where a person gave it one.", optional=True),
        Column("tracks", "int", "Number of its tracks."),
        Column("videos", "int", "Number of videos it is seen in."),
        Column("visits", "int", "Number of visits."),
        Column("dwell_s", "float", "Total duration of its visits, seconds.", optional=True),
        Column(
            "confidence",
            "float",
            "Of its least certain track, 0..1; empty for a single track.",
            optional=True,
        ),
        Column("pictures", "int", "Number of thumbnails in the report."),
        Column("doubtful", "int", f"Number of its tracks whose confidence is below {DOUBTFUL_BELOW}."),
    ),
)

# An unknown frame rate counts as 25, as in the computation of visits.
_VISITS = """
SELECT v.global_id, v.video, v.camera, v.f_enter, v.f_leave,
       epoch(v.enter) AS enter_s, epoch(v.leave) AS leave_s, v.dwell_s,
       v.f_enter / coalesce(c.fps, 25) AS from_s, v.f_leave / coalesce(c.fps, 25) AS to_s,
       v.re_entry, v.timed
FROM visits v LEFT JOIN clocks c USING (video) ORDER BY v.global_id, v.visit
"""
_TIMES = f"""
SELECT global_id, epoch(first_seen) AS first_s, epoch(last_seen) AS last_s, timed FROM ({IDENTITIES_SQL})
"""

RunQuery = Callable[[str], pd.DataFrame]
_ALIKE = ["global_id", "other_id", "other_name", "score", "own_rank", "other_rank"]


@dataclass(frozen=True)
class Contents:
    """Everything that the report is rendered from.

    Attributes:
        table: rows of `REPORT`, sorted by identity.
        times: one row per row of `table`: `first_s`, `last_s` (seconds since 1970, NaN without clocks),
            `timed`.
        tracks: rows of the map with `witness_video, witness_track_id, similarity, margin, confidence`.
        visits: `global_id, video, camera, f_enter, f_leave, enter_s, leave_s, dwell_s, from_s, to_s,
            re_entry, timed`.
        pictures: rows of `tables.GALLERIES` with `scene` (file of the whole frame, None without one), the
            track's box `x, y, w, h` in it (shares of its sides) and `lacking` (why there is no frame:
            `video` not at hand or not readable, or `limit` reached).
        moves: `from, to, count` between cameras, at most thirteen places.
        occupancy: `timed, place, low, wide, bucket, present`; see `occupancy.py`.
        analytics: the object of `merged_analytics.json`.
        heading: what the report says of itself.
        frames: the whole frames behind the pictures.
        changes: what the last change of the map did.
        alike: `global_id, other_id, other_name, score, own_rank, other_rank`: who looks like whom, most alike
            first, with the places of two pictures in the galleries.
    """

    table: pd.DataFrame
    times: pd.DataFrame
    tracks: pd.DataFrame
    visits: pd.DataFrame
    pictures: pd.DataFrame
    moves: pd.DataFrame
    occupancy: pd.DataFrame
    analytics: Mapping[str, Any]
    heading: Heading
    frames: VideoFrames
    changes: Changes = Changes()
    alike: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({name: [] for name in _ALIKE}))


def collect_contents(
    run_query: RunQuery,
    id_map: pd.DataFrame,
    evidence: pd.DataFrame,
    pictures: pd.DataFrame,
    analytics: Mapping[str, Any],
    heading: Heading,
    frames: VideoFrames,
    names: Mapping[int, str] = MappingProxyType({}),
    events: pd.DataFrame | None = None,
    look_alikes: pd.DataFrame | None = None,
) -> Contents:
    """Query and join the data of the report.

    Args:
        run_query: runs SQL over the tables `seen`, `visits` and `clocks`.
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        evidence: rows of `tables.IDENTITY_EVIDENCE`.
        pictures: rows of `tables.GALLERIES`; those of identities that are not in the map are left out.
        analytics: the object of `merged_analytics.json`.
        heading: what the report says of itself.
        frames: the whole frames behind the pictures.
        names: global id -> name, of identities that have one.
        events: rows of `IDENTITY_EVENTS`; None: nothing is told of changes.
        look_alikes: rows of `LOOK_ALIKES`; None: nothing is told of them.
    """
    pictures = pictures[pictures["global_id"].isin(id_map["global_id"])]
    identities = run_query(IDENTITIES_SQL)
    key = ["video", "track_id", "global_id"]
    return Contents(
        table=_table(identities, id_map, evidence, pictures, names),
        times=run_query(_TIMES),
        tracks=id_map.merge(evidence.astype(id_map[key].dtypes.to_dict()), how="left", on=key).sort_values(
            ["global_id", "video", "f_min", "track_id"], ignore_index=True
        ),
        visits=run_query(_VISITS),
        pictures=_with_scenes(pictures, frames).sort_values(["global_id", "rank"], ignore_index=True),
        moves=merge_minor_places(run_query(CAMERA_FLOWS_SQL)),
        occupancy=run_query(OCCUPANCY_BUCKETS_SQL),
        analytics=analytics,
        heading=heading,
        frames=frames,
        changes=Changes() if events is None else last_changes(events, set(pictures["global_id"])),
        alike=_alike(LOOK_ALIKES.empty() if look_alikes is None else look_alikes, pictures, names),
    )


def _alike(found: pd.DataFrame, pictures: pd.DataFrame, names: Mapping[int, str]) -> pd.DataFrame:
    """Columns `_ALIKE`: the rows of `found`, with a picture of each of the two tracks where there is one."""
    first = pictures.groupby(["global_id", "video", "track_id"], as_index=False)["rank"].min()
    own = first.rename(columns={"rank": "own_rank"})
    other = first.set_axis(["other_id", "other_video", "other_track_id", "other_rank"], axis=1)
    table = found.merge(own, how="left", on=["global_id", "video", "track_id"])
    table = table.merge(other, how="left", on=["other_id", "other_video", "other_track_id"])
    table["other_name"] = table["other_id"].map(names.get)
    return table.sort_values(["global_id", "rank"], ignore_index=True)[_ALIKE]


def _with_scenes(pictures: pd.DataFrame, frames: VideoFrames) -> pd.DataFrame:
    scenes = frames.table.drop(columns="version").rename(columns={"file": "scene"})
    found = pictures.merge(scenes, how="left", on=["video", "track_id", "frame"])
    places = zip(found["video"], found["frame"], found["scene"].isna(), strict=True)
    lacking = [
        ("limit" if (video, frame) in frames.beyond_limit else "video") if without else None
        for video, frame, without in places
    ]
    return found.assign(lacking=pd.Series(lacking, dtype=object))


def _table(
    identities: pd.DataFrame,
    id_map: pd.DataFrame,
    evidence: pd.DataFrame,
    pictures: pd.DataFrame,
    names: Mapping[int, str],
) -> pd.DataFrame:
    confidence = rank_identities(id_map, evidence).set_index("global_id")["confidence"]
    doubtful = rank_identities(id_map, evidence).set_index("global_id")["doubtful"]
    count = pictures.groupby("global_id").size()
    ids = identities["global_id"]
    table = identities.assign(
        # A single track was joined with nothing, so there is no decision to be unsure about.
        confidence=ids.map(confidence).astype(float).where(identities["tracks"] > 1),
        pictures=ids.map(count).fillna(0).astype(int),
        doubtful=ids.map(doubtful).fillna(0).astype(int),
        name=pd.Series([names.get(int(one)) for one in ids], index=ids.index, dtype=object),
    )
    return REPORT.conform(table[REPORT.header])
