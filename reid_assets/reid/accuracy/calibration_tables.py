"""Table schemas of the calibration: histogram bins and expected accuracy.

All other schemas are in `core/tables.py`; `similarity_calibration.py` computes the values.
"""

from reid_assets.reid.core.tables import Column, Table

CLASS_GROUP = Column("class_group", "text", "Classes that are compared with each other, by the name of one.")
SIMILARITY_CALIBRATION = Table(
    "similarity_calibration",
    (
        CLASS_GROUP,
        Column("low", "float", "Lower edge of the bin, standard score (normalised similarity)."),
        Column("high", "float", "Upper edge of the bin; the outermost bins are open-ended."),
        Column("pairs", "int", "Pairs of tracks that the constraints allow to be one identity."),
        Column("joined", "int", "Pairs that have one identity in the map."),
        Column(
            "halves", "int", "Split-half pairs, first and last half of a track: certain but easy matches."
        ),
        Column("seen_together", "int", "Pairs visible in the same frame: certain non-matches."),
        Column(
            "probability", "float", "Probability of a match; empty if it cannot be estimated.", optional=True
        ),
    ),
)
EXPECTED_ACCURACY = Table(
    "expected_accuracy",
    (
        CLASS_GROUP,
        Column("tracks", "int", "Tracks of the group."),
        Column("identities", "int", "Identities of these tracks in the map."),
        Column(
            "fewest",
            "int",
            "Identities with the cut moved to merge more; empty: not computed.",
            optional=True,
        ),
        Column(
            "most", "int", "Identities with the cut moved to split more; empty: not computed.", optional=True
        ),
        Column("decided_by", "text", "What determined the cut."),
        Column(
            "even_odds", "float", "Standard score above which a match is more likely than not.", optional=True
        ),
        Column("compared", "int", "Tracks that the estimate is based on."),
        Column("joined", "int", "Pairs of these that have one identity in the map."),
        Column(
            "expected_precision", "float", "Estimated share of joined pairs that are matches.", optional=True
        ),
        Column(
            "expected_recall", "float", "Estimated share of findable matches that are joined.", optional=True
        ),
        Column("doubles", "int", "Pairs visible together yet as similar as one track: duplicate detections?"),
        Column("supported", "bool", "Whether the footage supports the decision."),
        Column("why", "text", "Why it does not.", optional=True),
    ),
)
