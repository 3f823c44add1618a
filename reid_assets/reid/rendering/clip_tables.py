"""Columns of the tables beside clips: apart from the rendering, which listing artifacts need not load."""

from reid_assets.reid.core.tables import GLOBAL_ID, VIDEO, Column, Table

ANNOTATED_TRACKS = Table(
    "annotated_tracks",
    (
        VIDEO,
        Column("track_id", "int", "Track number within the video."),
        Column("global_id", "int", "Its identity; empty where it has none.", optional=True),
        Column("begin_s", "float", "Second of the clip at which it is first drawn."),
        Column("end_s", "float", "Second of the clip at which it is drawn last."),
    ),
)
CLIP_VISITS = Table(
    "clip_visits",
    (
        GLOBAL_ID,
        Column("visit", "int", "Number of the visit, as in visits.csv."),
        VIDEO,
        Column("camera", "text", "Camera of the video."),
        Column("f_enter", "int", "First frame of the visit, of tracks.csv."),
        Column("f_leave", "int", "Last frame of the visit."),
        Column("begin_s", "float", "Second of the clip at which its part begins."),
        Column("seen_s", "float", "Second of the clip at which the identity is seen first in it."),
        Column("end_s", "float", "Second of the clip at which its part ends."),
    ),
)
