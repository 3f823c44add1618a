"""Visits: who was where, from when to when; and what follows from them for each identity and place.

The questions are SQL text over small named tables, so that millions of tracks need no loop and no memory of
ours; `engine.py` runs them. Moves from one place to the next are `flows.py`.

A visit in a video without a clock (`clock` is `none`) never touches what is known of the others: those
are ordered by their clocks among themselves, and it is placed between them by an assumption, `PLACED`.

Given are `id_map` (rows of `tables.GLOBAL_ID_MAP`), `clocks` (`Clocks.table()`), `together` (`a, b`:
cameras that see a common place, both ways) and `rules` (one row: `visit_gap_s`, `directed`).
"""

from reid_assets.reid.core.tables import GLOBAL_ID, VIDEO, Column, Table

_CAMERA = Column("camera", "text", "Camera of the video; the video itself where nobody named one.")
_TIMED = Column(
    "timed",
    "bool",
    "Whether all visits of the identity have a clock. Visits with a clock are in the order of time anyway.",
)

VISITS = Table(
    "visits",
    (
        GLOBAL_ID,
        Column(
            "visit", "int", "Number within the identity, from 0, in order; by assumption where clock is none."
        ),
        VIDEO,
        _CAMERA,
        Column("enter", "time", "First moment; empty without a clock.", optional=True),
        Column("leave", "time", "Last moment; empty without a clock.", optional=True),
        Column("dwell_s", "float", "Seconds between them; empty without frames a second.", optional=True),
        Column("tracks", "int", "Tracks of the visit."),
        Column("f_enter", "int", "First frame, of tracks.csv."),
        Column("f_leave", "int", "Last frame, of tracks.csv."),
        Column("re_entry", "bool", "Whether the identity had been here, and left, before."),
        Column("clock", "text", "explicit, guessed (creation time) or none."),
        _TIMED,
    ),
)
IDENTITIES = Table(
    "identities",
    (
        GLOBAL_ID,
        Column("class_name", "text", "Class of most of its tracks."),
        Column("tracks", "int", "Tracks of the identity."),
        Column("visits", "int", "Visits."),
        Column("videos", "int", "Videos it is seen in."),
        Column("cameras", "int", "Cameras it is seen by."),
        Column("first_seen", "time", "First moment; empty unless timed.", optional=True),
        Column("last_seen", "time", "Last moment; empty unless timed.", optional=True),
        Column("first_video", "text", "Video of the first visit."),
        Column("last_video", "text", "Video of the last visit."),
        Column("dwell_s", "float", "Seconds of all visits together.", optional=True),
        Column("re_entries", "int", "Visits to a place where it had been, and left, before."),
        _TIMED,
    ),
)
OCCUPANCY = Table(
    "occupancy",
    (
        VIDEO,
        _CAMERA,
        Column("since", "time", "From this moment; empty without a clock.", optional=True),
        Column("until", "time", "To this moment, not included; empty without a clock.", optional=True),
        Column("f_since", "int", "From this frame, of tracks.csv."),
        Column("f_until", "int", "To this frame, not included."),
        Column("present", "int", "Identities that are there all the while."),
    ),
)

# Every track with its place and, where there is a clock, its time.
SEEN = """
SELECT t.global_id, t.video, t.track_id, t.class_name, t.f_min, t.f_max,
       coalesce(c.camera, t.video) AS camera, c.fps, c.start_s, coalesce(c.clock, 'none') AS clock,
       c.start_s + t.f_min / c.fps AS enter_s, c.start_s + t.f_max / c.fps AS leave_s,
       c.start_s IS NOT NULL AS clocked,
       bool_and(c.start_s IS NOT NULL) OVER (PARTITION BY t.global_id) AS timed
FROM id_map t LEFT JOIN clocks c USING (video)
"""

# The order of the rows of `parts` (visits or tracks) within an identity: those with a clock by time, and
# each without one before the first of them that begins at a later frame number.
PLACED = """
SELECT *, row_number() OVER (
              PARTITION BY global_id ORDER BY begin, NOT clocked, moment, f_leave, video, f_enter, track_id
          ) - 1 AS step
FROM (
    SELECT *,
           CASE WHEN clocked THEN max(f_enter) OVER (
               PARTITION BY global_id, clocked ORDER BY enter_s, leave_s, video, f_enter
               ROWS UNBOUNDED PRECEDING
           ) ELSE f_enter END AS begin,
           CASE WHEN clocked THEN row_number() OVER (
               PARTITION BY global_id, clocked ORDER BY enter_s, leave_s, video, f_enter
           ) END AS moment
    FROM parts
)
"""

# Tracks of one identity in one video are one visit unless more than `visit_gap_s` lies between them, or
# the identity was meanwhile seen by a camera that sees another place. Unknown frames a second count as 25.
STAYS = (
    """
WITH ordered AS (
    SELECT *,
           max(f_max) OVER (
               PARTITION BY global_id, video ORDER BY f_min, f_max, track_id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS before,
           lag(camera) OVER (
               PARTITION BY global_id, clocked ORDER BY enter_s, leave_s, video, track_id
           ) AS camera_before
    FROM seen
), cut AS (
    SELECT ordered.*,
           before IS NULL
           OR f_min - before > (SELECT visit_gap_s FROM rules) * coalesce(fps, 25)
           OR (clocked AND camera_before <> camera AND together.a IS NULL) AS anew
    FROM ordered LEFT JOIN together ON together.a = camera_before AND together.b = camera
), numbered AS (
    SELECT *, sum(anew::INT) OVER (PARTITION BY global_id, video ORDER BY f_min, f_max, track_id) AS stay
    FROM cut
), parts AS (
    SELECT global_id, video, camera, fps, clock, clocked, timed,
           min(f_min) AS f_enter, max(f_max) AS f_leave, count(*) AS tracks,
           min(enter_s) AS enter_s, max(leave_s) AS leave_s, 0 AS track_id
    FROM numbered
    GROUP BY global_id, video, camera, fps, clock, clocked, timed, stay
)
SELECT * RENAME (step AS visit), CASE WHEN clocked THEN camera ELSE video END AS place
FROM ("""
    + PLACED
    + ")"
)

# The same rows from visits that are known already: both compute a moment from its frame in the same way.
STAYS_OF_VISITS = """
SELECT v.global_id, v.video, v.camera, c.fps, v.clock, v.timed, v.f_enter, v.f_leave, v.tracks,
       c.start_s + v.f_enter / c.fps AS enter_s, c.start_s + v.f_leave / c.fps AS leave_s,
       v.visit, c.start_s IS NOT NULL AS clocked,
       CASE WHEN c.start_s IS NOT NULL THEN v.camera ELSE v.video END AS place
FROM visits v LEFT JOIN clocks c USING (video)
"""

VISITS_SQL = """
SELECT global_id, visit, video, camera,
       to_timestamp(round(enter_s, 3)) AS enter, to_timestamp(round(leave_s, 3)) AS leave,
       round((f_leave - f_enter) / fps, 3) AS dwell_s, tracks, f_enter, f_leave,
       row_number() OVER here > 1 AND NOT (
           lag(place) OVER ordered = place
           AND clocked AND enter_s - lag(leave_s) OVER ordered <= (SELECT visit_gap_s FROM rules)
       ) AS re_entry,
       clock, timed
FROM stays
WINDOW ordered AS (PARTITION BY global_id, clocked ORDER BY visit),
       here AS (PARTITION BY global_id, clocked, place ORDER BY visit)
ORDER BY global_id, visit
"""

IDENTITIES_SQL = """
WITH classes AS (
    SELECT global_id, class_name,
           row_number() OVER (PARTITION BY global_id ORDER BY count(*) DESC, class_name) AS rank
    FROM seen GROUP BY global_id, class_name
)
SELECT v.global_id, any_value(c.class_name) AS class_name, sum(v.tracks)::BIGINT AS tracks,
       count(*) AS visits, count(DISTINCT v.video) AS videos, count(DISTINCT v.camera) AS cameras,
       CASE WHEN v.timed THEN min(v.enter) END AS first_seen,
       CASE WHEN v.timed THEN max(v.leave) END AS last_seen,
       arg_min(v.video, v.visit) AS first_video, arg_max(v.video, v.visit) AS last_video,
       round(sum(v.dwell_s), 3) AS dwell_s, count(*) FILTER (v.re_entry) AS re_entries, v.timed
FROM visits v JOIN classes c ON c.global_id = v.global_id AND c.rank = 1
GROUP BY v.global_id, v.timed
ORDER BY v.global_id
"""

# A step whenever somebody comes or goes; the last frame of a visit still counts.
OCCUPANCY_SQL = """
WITH changes AS (
    SELECT video, camera, f_enter AS frame, 1 AS change FROM visits
    UNION ALL
    SELECT video, camera, f_leave + 1, -1 FROM visits
), summed AS (
    SELECT video, camera, frame, sum(change) AS change FROM changes GROUP BY ALL HAVING sum(change) <> 0
), steps AS (
    SELECT video, camera, frame AS f_since, lead(frame) OVER w AS f_until,
           (sum(change) OVER w)::BIGINT AS present
    FROM summed
    WINDOW w AS (PARTITION BY video ORDER BY frame)
)
SELECT steps.video, steps.camera,
       to_timestamp(round(start_s + f_since / fps, 3)) AS since,
       to_timestamp(round(start_s + f_until / fps, 3)) AS until,
       f_since, f_until, present
FROM steps LEFT JOIN clocks USING (video)
WHERE f_until IS NOT NULL
ORDER BY steps.video, f_since
"""
