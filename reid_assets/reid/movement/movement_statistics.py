"""The part of `merged_analytics.json` that tells who was where when.

Its questions are SQL over the tables of `visits.py` and `flows.py`; here is also what becomes of the
answers. Counts of tracks and identities are `presentation/merged_analytics.py`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from reid_assets.reid.movement.flows import Direction

# Pairs of videos that are listed; those with most identities in common first.
MOST_PAIRS = 1000
# Hours of all visits together, above which nobody counts by the hour: a series of them fills the memory.
MOST_HOURS = 2_000_000

_CAMERAS = """
SELECT camera, count(DISTINCT global_id) AS identities, count(*) AS visits,
       count(*) FILTER (re_entry) AS re_entries, round(median(dwell_s), 3) AS median_s,
       round(quantile_cont(dwell_s, 0.9), 3) AS p90_s, max(dwell_s) AS longest_s
FROM visits GROUP BY camera ORDER BY camera
"""

# A visit counts in every hour that it touches.
_HOURS = """
SELECT camera, strftime(hour, '%Y-%m-%dT%H:%M:%SZ') AS hour, count(DISTINCT global_id) AS identities
FROM (
    SELECT camera, global_id, unnest(
        generate_series(date_trunc('hour', enter), date_trunc('hour', leave), INTERVAL 1 HOUR)
    ) AS hour
    FROM visits WHERE enter IS NOT NULL
)
GROUP BY ALL ORDER BY camera, hour
"""

_HOURS_TO_COUNT = """
SELECT coalesce(sum(date_diff('hour', enter, leave) + 1), 0)::BIGINT FROM visits WHERE enter IS NOT NULL
"""

_PAIRS = """
WITH there AS (SELECT DISTINCT global_id, video FROM seen)
SELECT one.video AS a, other.video AS b, count(*) AS identities, count(*) OVER () AS pairs
FROM there one JOIN there other ON one.global_id = other.global_id AND one.video < other.video
GROUP BY a, b ORDER BY identities DESC, a, b
"""

_DWELL = """
SELECT count(*) AS visits, round(sum(dwell_s), 3) AS total_s, round(avg(dwell_s), 3) AS mean_s,
       round(median(dwell_s), 3) AS median_s, round(quantile_cont(dwell_s, 0.9), 3) AS p90_s
FROM visits WHERE dwell_s IS NOT NULL
"""

_LONGEST = """
SELECT global_id, video, dwell_s FROM visits WHERE dwell_s IS NOT NULL
ORDER BY dwell_s DESC, global_id, visit LIMIT 1
"""

_WHOLE = """
SELECT strftime(min(enter), '%Y-%m-%dT%H:%M:%SZ') AS first_seen,
       strftime(max(leave), '%Y-%m-%dT%H:%M:%SZ') AS last_seen,
       count(*) FILTER (re_entry) AS re_entries, count(DISTINCT global_id) FILTER (NOT timed) AS untimed
FROM visits
"""

Ask = Callable[[str], pd.DataFrame]


def movement_figures(ask: Ask, direction: Direction, clocks: Mapping[str, int]) -> dict[str, Any]:
    """The keys that movement adds to `merged_analytics.json`; `docs/merged_analytics.md` explains them.

    Args:
        ask: answers SQL over `seen` and `visits`.
        direction: what the order of the moves rests on.
        clocks: source of a clock -> videos.
    """
    cameras, whole = ask(_CAMERAS), _record(ask(_WHOLE))
    hours: dict[str, dict[str, int]] = {}
    counted = int(ask(_HOURS_TO_COUNT).iloc[0, 0]) <= MOST_HOURS
    for row in ask(_HOURS).itertuples(index=False) if counted else ():
        hours.setdefault(str(row.camera), {})[str(row.hour)] = int(row.identities)
    return {
        "clocks": dict(clocks),
        "flows": {
            "moves": direction.moves,
            "without_known_order": direction.assumed,
            "by_guessed_clocks": direction.guessed,
            "without_clock": direction.without_clock,
            "assumption": direction.note(),
        },
        "first_seen": whole["first_seen"],
        "last_seen": whole["last_seen"],
        "re_entries": whole["re_entries"],
        "identities_without_known_order": whole["untimed"],
        "by_camera": {str(row["camera"]): _without(row, "camera") for row in _records(cameras)},
        "identities_by_camera_and_hour": hours if counted else None,
        "dwell": _record(ask(_DWELL)) | {"longest": next(iter(_records(ask(_LONGEST))), None)},
        **_co_visits(ask(f"{_PAIRS} LIMIT {MOST_PAIRS}")),
    }


def _co_visits(pairs: pd.DataFrame) -> dict[str, Any]:
    listed = [{"videos": [row["a"], row["b"]], "identities": row["identities"]} for row in _records(pairs)]
    total = int(pairs["pairs"].iloc[0]) if len(pairs) else 0
    return {"co_visits": listed, "co_visits_left_out": total - len(listed)}


def _without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


def _record(frame: pd.DataFrame) -> dict[str, Any]:
    return _records(frame)[0]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values that JSON knows; None where a cell is empty."""
    return [
        {name: None if pd.isna(value) else _plain(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
