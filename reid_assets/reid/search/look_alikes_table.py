"""The table of look-alikes, apart from its computation: whoever lists artifacts needs no scipy."""

from reid_assets.reid.core.tables import GLOBAL_ID, Column, Table

LOOK_ALIKES = Table(
    "look_alikes",
    (
        GLOBAL_ID,
        Column("rank", "int", "Place among those who look like it, the most alike first, from 0."),
        Column("other_id", "int", "The identity that looks like it."),
        Column("score", "float", "How alike their two most alike tracks are; comparable within one map."),
        Column("video", "text", "Video of its track that is most like the other."),
        Column("track_id", "int", "Number of that track within the video."),
        Column("other_video", "text", "Video of the other identity's track."),
        Column("other_track_id", "int", "Number of that track within the video."),
    ),
)
