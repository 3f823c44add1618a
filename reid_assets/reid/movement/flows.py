"""Moves: identities going from one place to the next.

Between videos with clocks the order is that of time, whatever else the identity was seen by. Of a video
without a clock nobody knows when it was; `flows.without_clock` then decides: `common_start` takes all videos
to have begun together and places its tracks by their frame numbers (`visits.PLACED`), `undirected` counts
shared identities of it and each other place, in name order. How many moves rest on that is said wherever
they are shown (`Direction`).

SQL over the tables of `visits.py`, `ways` (`from, to, max_s`) besides.
"""

from dataclasses import dataclass
from typing import Literal

from reid_assets.reid.core.tables import Column, Table
from reid_assets.reid.movement.visits import PLACED

CAMERA_FLOWS = Table(
    "camera_flows",
    (
        Column("from", "text", "Camera an identity leaves."),
        Column("to", "text", "Camera it is seen by next."),
        Column("count", "int", "Moves."),
    ),
)
TRANSITIONS = Table(
    "transitions",
    (
        Column("from", "text", "Camera an identity leaves."),
        Column("to", "text", "Camera it is seen by next."),
        Column("count", "int", "Moves of which both moments are known."),
        Column("direct", "int", "Those of them that took no longer than `max_s` of cameras.yaml."),
        Column("gap_min_s", "float", "Shortest direct way, seconds; below 0: seen by both.", optional=True),
        Column("gap_median_s", "float", "Median of the direct ways, seconds.", optional=True),
        Column("gap_p90_s", "float", "Nine of ten direct ways are not longer, seconds.", optional=True),
    ),
)
OD_MATRIX = Table(
    "od_matrix",
    (
        Column("origin", "text", "Camera an identity is first seen by."),
        Column("destination", "text", "Camera it is last seen by; the origin where it was nowhere else."),
        Column("count", "int", "Identities."),
        Column("median_s", "float", "Median of seconds from first to last moment.", optional=True),
    ),
)

STEPS = f"""
WITH parts AS (
    SELECT global_id, video, camera, enter_s, leave_s, f_enter, f_leave, 0 AS track_id, clock, clocked, timed
    FROM stays WHERE clocked
    UNION ALL
    SELECT global_id, video, camera, NULL, NULL, f_min, f_max, track_id, clock, clocked, timed
    FROM seen WHERE NOT clocked
) {PLACED}
"""

# Every step but an identity's first is the end of one move. One with a clock comes from the last before it
# that has a clock, whatever is placed between the two: what is known is the same with and without the others.
MOVES = """
WITH linked AS (
    SELECT *,
           CASE WHEN clocked THEN max(CASE WHEN clocked THEN step END) OVER (
               PARTITION BY global_id ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) END AS known_before
    FROM steps
)
SELECT b.global_id, a.clocked AND b.clocked AS known, a.video, b.video AS next_video,
       a.camera, b.camera AS next_camera, a.clock = 'guessed' OR b.clock = 'guessed' AS guessed,
       b.enter_s - a.leave_s AS gap_s
FROM linked b JOIN steps a ON a.global_id = b.global_id AND a.step = coalesce(b.known_before, b.step - 1)
WHERE a.video <> b.video
"""


def _flows(place: str) -> str:
    return f"""
WITH there AS (
    SELECT global_id, {place}, bool_or(NOT clocked) AS unclear FROM steps GROUP BY ALL
), counted AS (
    SELECT {place} AS "from", next_{place} AS "to" FROM moves
    WHERE {place} <> next_{place} AND (known OR (SELECT directed FROM rules))
    UNION ALL
    SELECT one.{place}, other.{place}
    FROM there one JOIN there other
      ON one.global_id = other.global_id AND one.{place} < other.{place} AND (one.unclear OR other.unclear)
    WHERE NOT (SELECT directed FROM rules)
)
SELECT "from", "to", count(*) AS "count" FROM counted GROUP BY ALL ORDER BY "count" DESC, "from", "to"
"""


FLOWS_SQL, CAMERA_FLOWS_SQL = _flows("video"), _flows("camera")

TRANSITIONS_SQL = """
WITH taken AS (
    SELECT camera, next_camera, gap_s, gap_s <= coalesce(max_s, 'infinity'::DOUBLE) AS direct
    FROM moves LEFT JOIN ways ON ways."from" = camera AND ways."to" = next_camera
    WHERE known AND camera <> next_camera
)
SELECT camera AS "from", next_camera AS "to", count(*) AS "count", count(*) FILTER (direct) AS direct,
       round(min(gap_s) FILTER (direct), 3) AS gap_min_s,
       round(quantile_cont(gap_s, 0.5) FILTER (direct), 3) AS gap_median_s,
       round(quantile_cont(gap_s, 0.9) FILTER (direct), 3) AS gap_p90_s
FROM taken GROUP BY ALL ORDER BY "count" DESC, "from", "to"
"""

OD_MATRIX_SQL = """
WITH ends AS (
    SELECT global_id, arg_min(camera, step) AS origin, arg_max(camera, step) AS destination,
           CASE WHEN timed THEN max(leave_s) - min(enter_s) END AS seconds
    FROM steps WHERE timed OR (SELECT directed FROM rules) GROUP BY global_id, timed
)
SELECT origin, destination, count(*) AS "count", round(median(seconds), 3) AS median_s
FROM ends GROUP BY ALL ORDER BY "count" DESC, origin, destination
"""

DIRECTION_SQL = """
SELECT count(*) AS moves, count(*) FILTER (NOT known) AS assumed,
       count(*) FILTER (known AND guessed) AS guessed
FROM moves
"""


@dataclass(frozen=True)
class Direction:
    """What the direction of the moves rests on.

    Attributes:
        moves: between videos, of all identities.
        assumed: those from or to a video without a clock.
        guessed: those ordered by a container's creation time.
        without_clock: setting `flows.without_clock`.
    """

    moves: int
    assumed: int
    guessed: int
    without_clock: Literal["common_start", "undirected"]

    def note(self) -> str | None:
        """The assumption in words; None where every move is known to have gone that way."""
        said = []
        if self.assumed and self.without_clock == "common_start":
            said.append(
                f"{self.assumed} of {self.moves} moves are ordered by frame numbers, as if all videos had "
                "started together: their videos have no clock"
            )
        elif self.assumed:
            said.append(
                f"{self.assumed} of {self.moves} moves have no direction (places in name order): their "
                "videos have no clock"
            )
        if self.guessed:
            said.append(f"{self.guessed} of {self.moves} moves are ordered by creation times, a guess")
        return "; ".join(said) or None
