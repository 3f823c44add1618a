"""From which columns upstream each column comes: what the UI shows as column lineage.

Columns and their meaning are `reid_assets.reid.core.tables`; that every column is listed here, and every
source exists, is held by a test.
"""

import dagster as dg

_BOXES = [("tracks", edge) for edge in ("x1", "y1", "x2", "y2")]
_TRACK = {name: [("tracks", name)] for name in ("track_id", "class_id", "class_name")}
_OF_TRACKS = [
    "frame",
    "time_s",
    "track_id",
    "class_id",
    "class_name",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "conf",
]
_OF_TRACKS += ["speed_kmh", "speed_kmh_ema"]
_META = ["video", "track_id", "class_id", "class_name", "n_samples", "f_min", "f_max"]
_ID, _VIDEO = ("global_id_map", "global_id"), ("global_id_map", "video")
_WHO_WHEN = [_ID, _VIDEO, ("global_id_map", "f_min"), ("global_id_map", "f_max")]

_SOURCES: dict[str, dict[str, list[tuple[str, str]]]] = {
    "track_embeddings": {
        **_TRACK,
        **dict.fromkeys(("n_samples", "f_min", "f_max"), [("tracks", "frame")]),
    },
    "track_crops": {
        "track_id": [("tracks", "track_id")],
        "frame": [("tracks", "frame")],
        "quality": [("tracks", "conf"), *_BOXES],
        "file": [("tracks", "track_id"), ("tracks", "frame")],
    },
    "global_id_map": {
        **{name: [("track_embeddings", name)] for name in _META},
        "global_id": [("track_embeddings", "video"), ("track_embeddings", "track_id")],
    },
    "similarity_calibration": {
        "class_group": [("global_id_map", "class_name")],
        "joined": [_ID],
        **dict.fromkeys(("pairs", "halves"), [("track_embeddings", "track_id")]),
        "seen_together": [("track_embeddings", "f_min"), ("track_embeddings", "f_max")],
        "probability": [("track_embeddings", "track_id"), _ID],
    },
    "tracks_global": {
        **{name: [("tracks", name)] for name in _OF_TRACKS},
        "video": [_VIDEO],
        "global_id": [_ID],
    },
    "summary_global": {"value": [("tracks_global", "global_id")]},
    "galleries": {
        "global_id": [_ID],
        **{name: [("track_crops", name)] for name in ("video", "track_id", "frame", "quality")},
        **dict.fromkeys(("rank", "confidence"), [_ID]),
        "file": [("track_crops", "file")],
    },
    "flows": {"from": [_VIDEO], "to": [_VIDEO], "count": [_ID]},
    "merged_analytics": {"value": [_ID, _VIDEO]},
    "report": {
        "class_name": [("global_id_map", "class_name")],
        **dict.fromkeys(("global_id", "tracks", "videos", "confidence"), [_ID, _VIDEO]),
        **dict.fromkeys(("visits", "dwell_s"), _WHO_WHEN),
        "pictures": [("galleries", "file")],
    },
}
# Columns that come from no column: the partition's own name, keys of JSON, edges of bins.
ORIGINAL = {"key", "low", "high"}


def column_lineage(asset: str, columns: list[str]) -> dg.TableColumnLineage:
    """The lineage of an asset's columns; tables of movement rest on who was where when."""
    sources = _SOURCES.get(asset) or dict.fromkeys(columns, _WHO_WHEN)
    return dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(asset_key=parent, column_name=name) for parent, name in deps]
            for column, deps in sources.items()
        }
    )
