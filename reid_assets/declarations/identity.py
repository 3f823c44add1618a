"""Who is who, and what is known about it."""

from reid_assets.artifact_spec import ArtifactSpec, TableFile
from reid_assets.declarations.columns import ID, IN_VIDEO
from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY, SIMILARITY_CALIBRATION
from reid_assets.reid.association.identity_events import IDENTITY_ALIASES, IDENTITY_EVENTS
from reid_assets.reid.association.identity_names import IDENTITY_NAMES
from reid_assets.reid.cameras.cameras import CAMERAS
from reid_assets.reid.core import tables
from reid_assets.reid.review.queue_table import REVIEW_QUEUE
from reid_assets.reid.search.look_alikes_table import LOOK_ALIKES

IDENTITY = (
    ArtifactSpec(
        "cameras",
        group="identity",
        description="Which camera each video is of, told or guessed, and why: `reid/cameras.csv`.",
        files=("reid/cameras.csv",),
        inputs=("background",),
        external=("explicit clocks",),
        settings=("cameras",),
        tables=(TableFile(CAMERAS, "reid/cameras.csv"),),
        column_sources=dict.fromkeys(CAMERAS.header, ("background.video", "background.tiles")),
    ),
    ArtifactSpec(
        "global_id_map",
        group="identity",
        description="A `global_id` for every (video, track): `reid/global_id_map.csv`.",
        files=("reid/global_id_map.csv",),
        inputs=("track_embeddings", "cameras"),
        external=("explicit clocks", "corrections"),
        code_version="4",
        settings=("associate",),
        tables=(
            TableFile(tables.GLOBAL_ID_MAP, "reid/global_id_map.csv"),
            TableFile(tables.IDENTITY_STATE, "reid/identity_state.json"),
        ),
        storage="global_id_map",
        kinds=frozenset({"python", "duckdb"}),
        column_sources={
            **{name: (f"track_embeddings.{name}",) for name in tables.TRACK_META.header},
            "global_id": ("track_embeddings.video", "track_embeddings.track_id"),
        },
    ),
    ArtifactSpec(
        "identity_evidence",
        group="identity",
        description="Why each track is who it is: the most alike track of its identity, and the "
        "margin to the next identity: `reid/identity_evidence.csv`.",
        files=("reid/identity_evidence.csv",),
        tables=(TableFile(tables.IDENTITY_EVIDENCE, "reid/identity_evidence.csv"),),
        made_with="global_id_map",
        column_sources=dict.fromkeys(
            tables.IDENTITY_EVIDENCE.header, ("track_embeddings.video", "track_embeddings.track_id")
        ),
    ),
    ArtifactSpec(
        "association_report",
        group="identity",
        description="What the association measured, chose, and changed since the last map: "
        "`reid/association.json`.",
        files=("reid/association.json",),
        tables=(TableFile(tables.ASSOCIATION, "reid/association.json"),),
        made_with="global_id_map",
        kinds=frozenset({"json", "duckdb"}),
        column_sources={"value": ("track_embeddings.video", "track_embeddings.track_id")},
    ),
    ArtifactSpec(
        "similarity_calibration",
        group="identity",
        description="How similarity turns into a probability of being the same: "
        "`reid/similarity_calibration.csv`, `.png`.",
        files=("reid/similarity_calibration.csv", "reid/similarity_calibration.png"),
        inputs=("track_embeddings", "cameras", "global_id_map", "association_report"),
        external=("explicit clocks", "corrections"),
        code_version="4",
        settings=("associate",),
        tables=(TableFile(SIMILARITY_CALIBRATION, "reid/similarity_calibration.csv"),),
        kinds=frozenset({"python", "duckdb"}),
        column_sources={
            "class_group": ("global_id_map.class_name",),
            "joined": ID,
            **dict.fromkeys(("pairs", "halves"), ("track_embeddings.track_id",)),
            "seen_together": ("track_embeddings.f_min", "track_embeddings.f_max"),
            "probability": ("track_embeddings.track_id", *ID),
        },
    ),
    ArtifactSpec(
        "expected_accuracy",
        group="identity",
        description="How right the map is likely to be, a line a class group: `reid/expected_accuracy.csv`.",
        files=("reid/expected_accuracy.csv",),
        tables=(TableFile(EXPECTED_ACCURACY, "reid/expected_accuracy.csv"),),
        made_with="similarity_calibration",
        column_sources=dict.fromkeys(EXPECTED_ACCURACY.header, ("track_embeddings.track_id", *ID)),
    ),
    ArtifactSpec(
        "identity_names",
        group="identity",
        description="What people call the identities: `reid/identity_names.csv`.",
        files=("reid/identity_names.csv",),
        inputs=("global_id_map",),
        external=("names",),
        tables=(TableFile(IDENTITY_NAMES, "reid/identity_names.csv"),),
        column_sources={
            "global_id": ID,
            "name": ("corrections.value",),
            "video": IN_VIDEO,
            "track_id": ("global_id_map.track_id",),
            "names": ("corrections.value",),
        },
    ),
    ArtifactSpec(
        "identity_events",
        group="identity",
        description="What became of each identity, from the first map on: created, grew, shrank, merged, "
        "split, retired, renamed. `reid/identity_events.csv`.",
        files=("reid/identity_events.csv",),
        inputs=("global_id_map", "association_report", "identity_names"),
        tables=(TableFile(IDENTITY_EVENTS, "reid/identity_events.csv"),),
        column_sources={
            **dict.fromkeys(("event", "global_id", "other_id", "count", "tracks"), (*ID, *IN_VIDEO)),
            "name": ("identity_names.name",),
            "reason": ("association_report.value",),
        },
    ),
    ArtifactSpec(
        "identity_aliases",
        group="identity",
        description="What each id that is retired became: `reid/identity_aliases.csv`.",
        files=("reid/identity_aliases.csv",),
        tables=(TableFile(IDENTITY_ALIASES, "reid/identity_aliases.csv"),),
        made_with="identity_events",
        column_sources=dict.fromkeys(("former_id", "global_id"), ID),
    ),
    ArtifactSpec(
        "review_queue",
        group="identity",
        description="Questions to a person, the one whose answer changes the map the most first: "
        "`reid/review_queue.csv`.",
        files=("reid/review_queue.csv",),
        inputs=(
            "track_embeddings",
            "cameras",
            "global_id_map",
            "identity_evidence",
            "association_report",
        ),
        external=("explicit clocks", "corrections"),
        settings=("associate", "privacy"),
        tables=(TableFile(REVIEW_QUEUE, "reid/review_queue.csv"),),
        column_sources=dict.fromkeys(
            REVIEW_QUEUE.header, ("track_embeddings.video", "track_embeddings.track_id", *ID)
        ),
    ),
    ArtifactSpec(
        "look_alikes",
        group="identity",
        description="For each identity the others that look most like it: `reid/look_alikes.csv`.",
        files=("reid/look_alikes.csv",),
        inputs=("track_embeddings", "cameras", "global_id_map"),
        tables=(TableFile(LOOK_ALIKES, "reid/look_alikes.csv"),),
        column_sources=dict.fromkeys(
            LOOK_ALIKES.header, ("track_embeddings.video", "track_embeddings.track_id", *ID)
        ),
    ),
    ArtifactSpec(
        "tracks_global",
        group="identity",
        description="Every row and column of tracks.csv with `video` and `global_id`: "
        "`<video>/tracks_global.csv`.",
        files=("{video}/tracks_global.csv",),
        inputs=("global_id_map",),
        external=("tracks.csv",),
        tables=(TableFile(tables.TRACKS_GLOBAL, "{video}/tracks_global.csv"),),
        column_sources={
            **{name: (f"tracks.{name}",) for name in tables.TRACKS.header},
            "video": IN_VIDEO,
            "global_id": ID,
        },
    ),
)
