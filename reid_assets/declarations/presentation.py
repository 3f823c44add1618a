"""What people look at."""

from reid_assets.artifact_spec import ArtifactSpec, TableFile
from reid_assets.declarations.columns import ID, IN_VIDEO, WHO_WHEN
from reid_assets.reid.core import tables
from reid_assets.reid.rendering.clip_tables import ANNOTATED_TRACKS
from reid_assets.reid.report.contents import REPORT

PRESENTATION = (
    ArtifactSpec(
        "summary_global",
        group="presentation",
        description="summary.json with what the identities add: `<video>/summary_global.json`.",
        files=("{video}/summary_global.json",),
        inputs=("global_id_map", "tracks_global"),
        external=("tracks.csv", "summary.json", "forgotten tracks"),
        tables=(TableFile(tables.SUMMARY_GLOBAL, "{video}/summary_global.json"),),
        kinds=frozenset({"json", "duckdb"}),
        column_sources={"value": ("tracks_global.global_id",)},
    ),
    ArtifactSpec(
        "galleries",
        group="presentation",
        description="The best crops of each identity, at least one of every track: "
        "`reid/galleries/global_<id, six digits>/`.",
        files=("reid/galleries",),
        content=("reid/galleries/galleries.csv",),
        inputs=("global_id_map", "identity_evidence", "track_crops"),
        settings=("galleries", "privacy"),
        tables=(TableFile(tables.GALLERIES, "reid/galleries/galleries.csv"),),
        storage="galleries",
        kinds=frozenset({"python", "duckdb"}),
        code_version="3",
        column_sources={
            "global_id": ID,
            **{name: (f"track_crops.{name}",) for name in ("video", "track_id", "frame", "quality")},
            **dict.fromkeys(("rank", "confidence"), ID),
            "file": ("track_crops.file",),
        },
    ),
    ArtifactSpec(
        "merged_analytics",
        group="presentation",
        description="Counts over all videos: `reid/merged_analytics.json`.",
        files=("reid/merged_analytics.json",),
        inputs=("global_id_map", "association_report", "visits"),
        external=("tracks.csv", "clocks", "forgotten tracks"),
        settings=("flows",),
        tables=(TableFile(tables.MERGED_ANALYTICS, "reid/merged_analytics.json"),),
        kinds=frozenset({"json", "duckdb"}),
        code_version="4",
        column_sources={"value": (*ID, *IN_VIDEO)},
    ),
    ArtifactSpec(
        "annotated_video",
        group="presentation",
        description="A video with the boxes, ids and names of its tracks; made when it is asked for "
        "(`reid-assets render`): `reid/clips/<video>.mp4`, `.csv`.",
        files=("reid/clips/{video}.mp4", "reid/clips/{video}.csv"),
        inputs=("global_id_map", "identity_names"),
        # The name of an identity may have been given to its track in another video.
        external=("tracks.csv", "video file", "forgotten tracks", "names"),
        settings=("privacy",),
        tables=(TableFile(ANNOTATED_TRACKS, "reid/clips/{video}.csv"),),
        storage="clips",
        optional=True,
        on_demand=True,
        kinds=frozenset({"python", "duckdb"}),
        column_sources={
            "track_id": ("tracks.track_id",),
            "global_id": ID,
            **dict.fromkeys(("begin_s", "end_s"), ("tracks.frame",)),
        },
    ),
    ArtifactSpec(
        "report",
        group="presentation",
        description="Moves, occupancy and every identity with its gallery and evidence, for a browser: "
        "`reid/report/index.html`, which opens from disk.",
        files=("reid/report",),
        inputs=(
            "global_id_map",
            "identity_evidence",
            "identity_names",
            "identity_events",
            "look_alikes",
            "galleries",
            "visits",
            "expected_accuracy",
            "merged_analytics",
        ),
        external=("tracks.csv", "video file", "clocks", "forgotten tracks"),
        settings=("flows", "report", "privacy"),
        code_version="9",
        tables=(TableFile(REPORT, "reid/report/identities.csv"),),
        storage="report",
        kinds=frozenset({"plotly", "duckdb"}),
        column_sources={
            "class_name": ("global_id_map.class_name",),
            "name": ("identity_names.name",),
            **dict.fromkeys(("global_id", "tracks", "videos", "confidence", "doubtful"), (*ID, *IN_VIDEO)),
            **dict.fromkeys(("visits", "dwell_s"), WHO_WHEN),
            "pictures": ("galleries.file",),
        },
    ),
)
