"""How many were where over time, in few enough points for a chart.

The steps of `visits.OCCUPANCY_SQL` may be millions; a chart has some hundreds of pixels. Each bucket of time
holds the most that were there at once within it, so that no peak is lost.
"""

from typing import Any

import pandas as pd

from reid_assets.reid.movement.visits import OCCUPANCY_SQL

BUCKETS = 300
MOST_PLACES = 24

# Cameras on one clock; a video without one on its own seconds.
BUSY_SQL = f"""
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


def occupancy_charts(busy: pd.DataFrame) -> list[dict[str, Any]]:
    """At most two charts: on clocks, and on the seconds of videos without one.

    Args:
        busy: the answer to `BUSY_SQL`.

    Returns:
        Of each chart `timed`, `low` and `wide` (seconds), `left_out` (places that were less busy than
        those shown) and `places`: `name` and `present`, `BUCKETS` counts each.
    """
    charts = []
    for timed, rows in busy.groupby("timed", sort=False):
        wide = rows.pivot(index="place", columns="bucket", values="present").reindex(columns=range(BUCKETS))
        wide = wide.fillna(0).astype(int)
        most = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index[:MOST_PLACES]
        shown = wide.loc[sorted(most)]
        charts.append(
            {
                "timed": bool(timed),
                "low": float(rows["low"].iloc[0]),
                "wide": float(rows["wide"].iloc[0]),
                "left_out": len(wide) - len(shown),
                "places": [{"name": name, "present": row.tolist()} for name, row in shown.iterrows()],
            }
        )
    return charts
