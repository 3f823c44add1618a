"""The artifacts of this product: one declaration each, in the order of the lineage.

To add an artifact: declare it here, write its computation in `reid_assets.reid` and its asset in
`reid_assets.defs.assets`. What each attribute means is `reid_assets.artifact_spec`; the columns of tables are
`reid_assets.reid`.
"""

from reid_assets.artifact_spec import ArtifactSpec, ExternalInput, Registry, TableFile
from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY, SIMILARITY_CALIBRATION
from reid_assets.reid.association.identity_events import IDENTITY_ALIASES, IDENTITY_EVENTS
from reid_assets.reid.association.identity_names import IDENTITY_NAMES
from reid_assets.reid.cameras.background import BACKGROUND
from reid_assets.reid.cameras.cameras import CAMERAS
from reid_assets.reid.core import tables
from reid_assets.reid.core.tables import Table
from reid_assets.reid.movement.flows import CAMERA_FLOWS, OD_MATRIX, TRANSITIONS
from reid_assets.reid.movement.visits import IDENTITIES, OCCUPANCY, VISITS
from reid_assets.reid.rendering.clip_tables import ANNOTATED_TRACKS
from reid_assets.reid.report.contents import REPORT
from reid_assets.reid.review.queue_table import REVIEW_QUEUE
from reid_assets.reid.search.look_alikes_table import LOOK_ALIKES

META, EMBEDS = "_track_meta.csv", "_track_embeds.npz"

_EXTERNAL = (
    ExternalInput("tracks.csv", "tracks", per_video=True),
    ExternalInput("video file", "tracks", per_video=True),
    ExternalInput("summary.json", "tracks", per_video=True),
    # What may forbid links: cameras and explicit clocks. `clocks` has the guessed ones besides.
    ExternalInput("explicit clocks", "cameras_and_clocks", per_video=False),
    ExternalInput("clocks", "cameras_and_clocks", per_video=False),
    # What people say of the map: `corrections` changes it, `names` does not.
    ExternalInput("corrections", "corrections", per_video=False),
    ExternalInput("names", "corrections", per_video=False),
    # Tracks that nothing is made of any more.
    ExternalInput("forgotten tracks", "forgotten", per_video=True),
)
_BACKGROUND_FACTS = "reid/backgrounds/{video}.csv"
_BOXES = ("tracks.x1", "tracks.y1", "tracks.x2", "tracks.y2")
_META_FILE, _CROP_INDEX = f"reid/embeddings/{{video}}{META}", "reid/crops/{video}/crops.csv"
_TRACK = {name: (f"tracks.{name}",) for name in ("track_id", "class_id", "class_name")}
_ID, _IN_VIDEO = ("global_id_map.global_id",), ("global_id_map.video",)
_WHO_WHEN = (*_ID, *_IN_VIDEO, "global_id_map.f_min", "global_id_map.f_max")


def _movement(table: Table, description: str, made_with: str | None = None) -> ArtifactSpec:
    """A table that is one question to the visits; all of them are asked in one pass."""
    return ArtifactSpec(
        table.name,
        group="movement",
        description=f"{description} `reid/{table.name}.csv`.",
        files=(f"reid/{table.name}.csv",),
        inputs=("visits", "global_id_map"),
        external=("clocks",),
        settings=("flows",),
        tables=(TableFile(table, f"reid/{table.name}.csv"),),
        made_with=made_with,
        code_version="2",
        column_sources=dict.fromkeys(table.header, _WHO_WHEN),
    )


ARTIFACTS = Registry(
    _EXTERNAL,
    (
        ArtifactSpec(
            "track_embeddings",
            group="embedding",
            description="One appearance vector a track, and one a crop: "
            "`reid/embeddings/<video>_track_meta.csv` and `_track_embeds.npz`.",
            files=(f"reid/embeddings/{{video}}{EMBEDS}", _META_FILE),
            external=("tracks.csv", "video file", "forgotten tracks"),
            settings=("embed", "backbone"),
            tables=(TableFile(tables.TRACK_META, _META_FILE),),
            storage="embeddings_pair",
            kinds=frozenset({"pytorch", "numpy", "duckdb"}),
            column_sources={
                **_TRACK,
                **dict.fromkeys(("n_samples", "f_min", "f_max"), ("tracks.frame",)),
            },
        ),
        ArtifactSpec(
            "track_crops",
            group="embedding",
            description="The best crops of each track, kept by the same pass: `reid/crops/<video>/`.",
            files=("reid/crops/{video}",),
            content=(_CROP_INDEX,),
            tables=(TableFile(tables.TRACK_CROPS, _CROP_INDEX),),
            storage="crops",
            made_with="track_embeddings",
            kinds=frozenset({"python", "duckdb"}),
            column_sources={
                "track_id": ("tracks.track_id",),
                "frame": ("tracks.frame",),
                "quality": ("tracks.conf", *_BOXES),
                "file": ("tracks.track_id", "tracks.frame"),
            },
        ),
        ArtifactSpec(
            "text_embeddings",
            group="embedding",
            description="Kept crops as a model that knows words sees them; made by a search by words, and by "
            "every run where `search.text_backbone` is set: `reid/text_embeddings/<video>.npz`.",
            files=("reid/text_embeddings/{video}.npz",),
            inputs=("track_crops",),
            settings=("search",),
            storage="text_embeddings",
            optional=True,
            on_demand=True,
            asked_by="search.text_backbone",
            kinds=frozenset({"pytorch", "numpy"}),
        ),
        ArtifactSpec(
            "background",
            group="embedding",
            description="What each camera sees where nothing moves, kept by the same pass: "
            "`reid/backgrounds/<video>.png`, `.csv`.",
            files=("reid/backgrounds/{video}.png", _BACKGROUND_FACTS),
            tables=(TableFile(BACKGROUND, _BACKGROUND_FACTS),),
            storage="backgrounds",
            made_with="track_embeddings",
            # Videos that were embedded before there were backgrounds, or elsewhere, have none.
            optional=True,
            kinds=frozenset({"python", "duckdb"}),
            column_sources={"frames": ("tracks.frame",), "known": _BOXES, "tiles": _BOXES},
        ),
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
                "joined": _ID,
                **dict.fromkeys(("pairs", "halves"), ("track_embeddings.track_id",)),
                "seen_together": ("track_embeddings.f_min", "track_embeddings.f_max"),
                "probability": ("track_embeddings.track_id", *_ID),
            },
        ),
        ArtifactSpec(
            "expected_accuracy",
            group="identity",
            description="How right the map is likely to be, a line a class group: "
            "`reid/expected_accuracy.csv`.",
            files=("reid/expected_accuracy.csv",),
            tables=(TableFile(EXPECTED_ACCURACY, "reid/expected_accuracy.csv"),),
            made_with="similarity_calibration",
            column_sources=dict.fromkeys(EXPECTED_ACCURACY.header, ("track_embeddings.track_id", *_ID)),
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
                "global_id": _ID,
                "name": ("corrections.value",),
                "video": _IN_VIDEO,
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
                **dict.fromkeys(("event", "global_id", "other_id", "count", "tracks"), (*_ID, *_IN_VIDEO)),
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
            column_sources=dict.fromkeys(("former_id", "global_id"), _ID),
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
                REVIEW_QUEUE.header, ("track_embeddings.video", "track_embeddings.track_id", *_ID)
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
                LOOK_ALIKES.header, ("track_embeddings.video", "track_embeddings.track_id", *_ID)
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
                "video": _IN_VIDEO,
                "global_id": _ID,
            },
        ),
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
                "global_id": _ID,
                **{name: (f"track_crops.{name}",) for name in ("video", "track_id", "frame", "quality")},
                **dict.fromkeys(("rank", "confidence"), _ID),
                "file": ("track_crops.file",),
            },
        ),
        ArtifactSpec(
            "visits",
            group="movement",
            description="Each stay of an identity at a place: enter, leave, dwell. `reid/visits.csv`.",
            files=("reid/visits.csv",),
            inputs=("global_id_map",),
            external=("clocks",),
            settings=("flows",),
            tables=(TableFile(VISITS, "reid/visits.csv"),),
            code_version="2",
            column_sources=dict.fromkeys(VISITS.header, _WHO_WHEN),
        ),
        _movement(IDENTITIES, "Each identity: first and last seen, places, dwell, re-entries."),
        _movement(
            OCCUPANCY, "How many identities are at a place, from each change to the next.", "identities"
        ),
        _movement(TRANSITIONS, "Moves between cameras with the seconds they took.", "identities"),
        _movement(OD_MATRIX, "Where identities are seen first and where last.", "identities"),
        _movement(CAMERA_FLOWS, "Moves between cameras, ready for a Sankey.", "identities"),
        ArtifactSpec(
            "flows",
            group="movement",
            description="Moves between videos, ready for a Sankey: `reid/flows.csv`, `.json`, `.svg`.",
            files=("reid/flows.csv", "reid/flows.json", "reid/flows.svg"),
            inputs=("visits", "global_id_map"),
            external=("clocks",),
            settings=("flows",),
            tables=(TableFile(tables.FLOWS, "reid/flows.csv"),),
            kinds=frozenset({"csv", "json", "duckdb"}),
            code_version="5",
            column_sources={"from": _IN_VIDEO, "to": _IN_VIDEO, "count": _ID},
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
            column_sources={"value": (*_ID, *_IN_VIDEO)},
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
                "global_id": _ID,
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
                **dict.fromkeys(
                    ("global_id", "tracks", "videos", "confidence", "doubtful"), (*_ID, *_IN_VIDEO)
                ),
                **dict.fromkeys(("visits", "dwell_s"), _WHO_WHEN),
                "pictures": ("galleries.file",),
            },
        ),
    ),
)
