"""Occupancy over time, reduced to few enough points for a chart.

`OCCUPANCY_SQL` of `movement/visits.py` may give millions of steps, but a chart is a few hundred pixels
wide. Each time bucket holds the maximum within it, so that no peak is lost.
"""

from typing import Any

import pandas as pd

from reid_assets.reid.movement.visits import OCCUPANCY_SQL

BUCKETS = 300
MAX_PLACES = 24

# Cameras share one time axis; each video without a clock has its own.
OCCUPANCY_BUCKETS_SQL = f"""
WITH placed AS (
    SELECT c.start_s IS NOT NULL AS timed,
           CASE WHEN c.start_s IS NULL THEN o.video ELSE o.camera END AS place,
           coalesce(c.start_s, 0) + o.f_since / coalesce(c.fps, 25) AS low_s,
           coalesce(c.start_s, 0) + o.f_until / coalesce(c.fps, 25) AS high_s, o.present
    FROM ({OCCUPANCY_SQL}) o LEFT JOIN clocks c USING (video)
), span AS (
    SELECT timed, min(low_s) AS low, greatest(max(high_s) - min(low_s), 1e-3) / {BUCKETS} AS wide
    FROM placed GROUP BY timed
), spread AS (
    SELECT timed, place, low, wide, present, unnest(generate_series(
        least(floor((low_s - low) / wide), {BUCKETS - 1})::BIGINT,
        least(greatest(ceil((high_s - low) / wide) - 1, floor((low_s - low) / wide)), {BUCKETS - 1})::BIGINT
    )) AS bucket
    FROM placed JOIN span USING (timed)
)
SELECT timed, place, low, wide, bucket, max(present)::BIGINT AS present
FROM spread GROUP BY ALL ORDER BY timed DESC, place, bucket
"""


def occupancy_charts(buckets: pd.DataFrame) -> list[dict[str, Any]]:
    """The data of at most two charts: one for videos with a clock, one for those without.

    Args:
        buckets: result of `OCCUPANCY_BUCKETS_SQL`.

    Returns:
        Of each chart `timed`, `low` (start) and `wide` (width of a bucket; both seconds), `left_out`
        (number of less busy places that are not shown) and `places`: each with `name` and `present`, a
        list of `BUCKETS` counts, None after the bucket that follows the last sighting.
    """
    charts = []
    for timed, rows in buckets.groupby("timed", sort=False):
        counts = rows.pivot(index="place", columns="bucket", values="present").reindex(columns=range(BUCKETS))
        # After somebody was seen last, nobody knows how long the video went on.
        last = counts.apply(pd.Series.last_valid_index, axis=1)
        counts = counts.fillna(0).astype(int)
        busiest = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index[:MAX_PLACES]
        shown = counts.loc[sorted(busiest)]
        charts.append(
            {
                "timed": bool(timed),
                "low": float(rows["low"].iloc[0]),
                "wide": float(rows["wide"].iloc[0]),
                "left_out": len(counts) - len(shown),
                "places": [
                    {"name": name, "present": _until(row.tolist(), last[name])}
                    for name, row in shown.iterrows()
                ],
            }
        )
    return charts


def _until(counts: list[int], last: int) -> list[int | None]:
    return [count if bucket <= last + 1 else None for bucket, count in enumerate(counts)]
