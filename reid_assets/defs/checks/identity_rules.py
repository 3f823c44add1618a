"""The identity rules, asserted on the map as it lies on disk.

How a violation is found is `reid_assets.reid.association.identity_rules`; here is what each check is
called, what it compares and what it shows.
"""

import dagster as dg
import pandas as pd

from reid_assets.defs.schemas import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.association.identity_rules import identity_bounds, largest_share, violations
from reid_assets.storage.embeddings_pair import read_metas, unreadable_pairs

SWALLOWING_SHARE = 0.5
SWALLOWING_TRACKS = 10


def _broken(id_map: pd.DataFrame, project: ProjectResource, *rules: str) -> dg.AssetCheckResult:
    opened = project.open()
    found = violations(id_map, opened.settings.associate, opened.clocks())
    found = found[found["rule"].isin(rules)]
    return dg.AssetCheckResult(
        passed=found.empty,
        metadata={"tracks": len(id_map), "violations": len(found), "examples": rows_shown(found)},
    )


@dg.asset_check(
    asset="global_id_map", description="While same_class_only is true, no identity has two classes."
)
def no_identity_across_classes(global_id_map: pd.DataFrame, project: ProjectResource) -> dg.AssetCheckResult:
    """Compare the classes of each identity's tracks."""
    return _broken(global_id_map, project, "class")


@dg.asset_check(
    asset="global_id_map",
    description="No identity is in one video twice at one moment, nor twice at all unless "
    "allow_merge_same_video says so.",
)
def no_identity_twice_at_one_moment(
    global_id_map: pd.DataFrame, project: ProjectResource
) -> dg.AssetCheckResult:
    """Compare the spans of each identity's tracks of one video."""
    return _broken(global_id_map, project, "overlap", "same_video")


@dg.asset_check(
    asset="global_id_map",
    description="Where clocks are known: no identity is in two cameras at one moment that see no common "
    "place, nor faster from one to the other than cameras.yaml says anybody can be.",
)
def no_identity_in_two_places_at_once(
    global_id_map: pd.DataFrame, project: ProjectResource
) -> dg.AssetCheckResult:
    """Compare when and where each identity's tracks were seen."""
    return _broken(global_id_map, project, "clock")


@dg.asset_check(asset="global_id_map", description="Every embedded track is in the map exactly once.")
def every_embedded_track_has_one_identity(
    global_id_map: pd.DataFrame, project: ProjectResource
) -> dg.AssetCheckResult:
    """Compare the map with the meta files of all embeddings pairs."""
    keys = ["video", "track_id"]
    layout = project.open().layout
    left_out = unreadable_pairs(layout, set(layout.embedded_names()) - set(global_id_map["video"]))
    embedded = read_metas(layout, without=left_out)[keys]
    merged = embedded.merge(global_id_map[keys], how="outer", on=keys, indicator=True)
    twice = global_id_map[global_id_map.duplicated(keys)]
    odd = merged[merged["_merge"] != "both"]
    return dg.AssetCheckResult(
        passed=odd.empty and twice.empty,
        metadata={
            "embedded_tracks": len(embedded),
            "mapped_tracks": len(global_id_map),
            "left_out": "\n".join(left_out.values()) or "none",
            "without_identity": int((merged["_merge"] == "left_only").sum()),
            "without_embedding": int((merged["_merge"] == "right_only").sum()),
            "more_than_once": len(twice),
            "examples": rows_shown(odd[keys]),
        },
    )


@dg.asset_check(
    asset="global_id_map",
    description="Per class, there are at least as many identities as tracks visible together in one "
    "video, and at most as many as tracks.",
)
def identity_count_within_bounds(
    global_id_map: pd.DataFrame, project: ProjectResource
) -> dg.AssetCheckResult:
    """Compare the number of identities of each class with its bounds."""
    bounds = identity_bounds(global_id_map, project.open().settings.associate)
    return dg.AssetCheckResult(
        passed=bool(bounds["ok"].all()), metadata={"bounds": rows_shown(bounds, most=100)}
    )


@dg.asset_check(
    asset="global_id_map",
    description="Warns where one identity holds most of the tracks of a class: the sign of a threshold "
    "that is too low.",
)
def no_identity_swallows_most(global_id_map: pd.DataFrame, project: ProjectResource) -> dg.AssetCheckResult:
    """Compare the largest identity with all tracks."""
    share = largest_share(global_id_map)
    enough = len(global_id_map) >= SWALLOWING_TRACKS
    return dg.AssetCheckResult(
        passed=not (enough and share > SWALLOWING_SHARE),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "largest_share": share,
            "warns_above": SWALLOWING_SHARE,
            "tracks": len(global_id_map),
            "next_step": "Raise associate.caution."
            if project.open().settings.associate.method == "auto"
            else "Raise associate.min_sim, or use associate.method: auto.",
        },
    )
