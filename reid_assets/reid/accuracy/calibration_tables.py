"""Columns of what the calibration says: one table of bins, one of expectations.

The form of a table and the tables of everything else are `tables.py`; the figures, `calibration.py`.
"""

from reid_assets.reid.core.tables import Column, Table

CLASS_GROUP = Column("class_group", "text", "Classes compared with each other, by one of their names.")
SIMILARITY_CALIBRATION = Table(
    "similarity_calibration",
    (
        CLASS_GROUP,
        Column("low", "float", "Lower edge: standard score, how far two tracks stand out from others."),
        Column("high", "float", "Upper edge; the outermost bins hold what lies beyond."),
        Column("pairs", "int", "Pairs of tracks that the rules allow to be one."),
        Column("joined", "int", "Those of them that the map made one."),
        Column("halves", "int", "First and last half of one track: the same for certain, but easy."),
        Column("seen_together", "int", "Visible at one moment in one video: different for certain."),
        Column("probability", "float", "Of being the same; empty where it cannot be told.", optional=True),
    ),
)
EXPECTED_ACCURACY = Table(
    "expected_accuracy",
    (
        CLASS_GROUP,
        Column("tracks", "int", "Tracks of the group."),
        Column("identities", "int", "Identities the map gives them."),
        Column("fewest", "int", "Identities with a cut somewhat lower; empty: not moved.", optional=True),
        Column("most", "int", "Identities with a cut somewhat higher; empty: not moved.", optional=True),
        Column("decided_by", "text", "What the cut rests on."),
        Column("even_odds", "float", "Standard score from which same is likelier than not.", optional=True),
        Column("compared", "int", "Tracks that were compared to tell this."),
        Column("joined", "int", "Pairs among them that the map made one."),
        Column("expected_precision", "float", "Share of them that is right, as expected.", optional=True),
        Column("expected_recall", "float", "Share of the findable pairs that is among them.", optional=True),
        Column("doubles", "int", "Visible together, yet as alike as one track: two boxes on one body?"),
        Column("supported", "bool", "Whether the footage supports the decision."),
        Column("why", "text", "Why not.", optional=True),
    ),
)
