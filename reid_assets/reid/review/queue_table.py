"""The table of the review queue, apart from its computation: whoever lists artifacts needs no scipy."""

from reid_assets.reid.core.tables import Column, Table

REVIEW_QUEUE = Table(
    "review_queue",
    (
        Column("rank", "int", "Position in the queue, the most useful question first, from 0."),
        Column(
            "kind",
            "text",
            "join: two identities that may be one; split: an identity that may be two; double: two boxes of "
            "one frame that may be on one being.",
        ),
        Column("video_a", "text", "Video of the first track to compare."),
        Column("track_a", "int", "Its number within the video."),
        Column("video_b", "text", "Video of the second track."),
        Column("track_b", "int", "Its number within the video."),
        Column("probability", "float", "That both are one being, 0..1."),
        Column("gain", "float", "Expected change of the pairwise F1 of the map by the answer, 0..1."),
        Column("why", "text", "What the answer decides."),
    ),
)
