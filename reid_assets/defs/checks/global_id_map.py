"""The identity rules, asserted on the map as it is on disk.

The three rule checks are blocking: from a map that breaks a rule nothing is made, in this run or any other,
which `reid_assets.state.quarantine` remembers. How a violation is found is
`reid_assets.reid.association.identity_rules`.
"""

import dagster as dg

from reid_assets.defs.checks.verdict import verdict
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.association.identity_rules import identity_bounds, largest_share, violations
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.state.corrected import without_nobody
from reid_assets.storage.artifact_files import load_if_there
from reid_assets.storage.embeddings_pair import read_metas, unreadable_pairs
from reid_assets.storage.id_map_file import read_map

SWALLOWING_SHARE = 0.5
SWALLOWING_TRACKS = 10


_RULES = {
    "no_identity_across_classes": (
        ("class",),
        "While same_class_only is true, no identity has two classes.",
    ),
    "no_identity_twice_at_one_moment": (
        ("overlap", "same_video"),
        "No identity is in one video twice at one moment, nor twice at all unless "
        "allow_merge_same_video says so.",
    ),
    "no_identity_in_two_places_at_once": (
        ("clock",),
        "Where clocks are known: no identity is in two cameras at one moment that see no common "
        "place, nor faster from one to the other than cameras.yaml says anybody can be.",
    ),
}


def _rule_check(name: str) -> dg.AssetChecksDefinition:
    rules, description = _RULES[name]

    @dg.asset_check(asset="global_id_map", name=name, description=description, blocking=True)
    def check(project: ProjectResource) -> dg.AssetCheckResult:
        opened = project.open()
        id_map = read_map(opened.layout)
        found = violations(id_map, opened.settings.associate, opened.clocks())
        found = found[found["rule"].isin(rules)]
        problem = None if found.empty else f"{name}: {len(found)} pair(s) of tracks"
        opened.quarantine.judge(name, problem)
        return verdict(
            found.empty,
            f"the map breaks an identity rule: {len(found)} pair(s) of tracks have one identity and cannot",
            "Nothing is made from it. Remove reid/global_id_map.csv and run `reid-assets run`; if it comes "
            "back, please report it.",
            {"tracks": len(id_map), "violations": len(found), "examples": rows_shown(found)},
        )

    return check


no_identity_across_classes, no_identity_twice_at_one_moment, no_identity_in_two_places_at_once = map(
    _rule_check, _RULES
)


@dg.asset_check(
    asset="global_id_map",
    description="Every embedded track is in the map exactly once, but for those that corrections.csv "
    "says are nobody.",
)
def every_embedded_track_has_one_identity(project: ProjectResource) -> dg.AssetCheckResult:
    """Compare the map with the meta files of all embeddings pairs."""
    keys = ["video", "track_id"]
    opened = project.open()
    layout = opened.layout
    global_id_map = read_map(layout)
    left_out = unreadable_pairs(layout, set(layout.embedded_names()) - set(global_id_map["video"]))
    embedded = without_nobody(read_metas(layout, without=left_out)[keys], opened.corrections)
    merged = embedded.merge(global_id_map[keys], how="outer", on=keys, indicator=True)
    twice = global_id_map[global_id_map.duplicated(keys)]
    odd = merged[merged["_merge"] != "both"]
    return verdict(
        odd.empty and twice.empty,
        f"{len(odd)} tracks are in the map or embedded but not both, {len(twice)} are in it more than once",
        "Make the map again: `reid-assets run --only global_id_map --force`.",
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
def identity_count_within_bounds(project: ProjectResource) -> dg.AssetCheckResult:
    """Compare the number of identities of each class with its bounds."""
    opened = project.open()
    bounds = identity_bounds(read_map(opened.layout), opened.settings.associate)
    return verdict(
        bool(bounds["ok"].all()),
        f"{int((~bounds['ok']).sum())} classes have more identities than tracks, or fewer than seen at once",
        "Make the map again: `reid-assets run --only global_id_map --force`.",
        {"bounds": rows_shown(bounds, most=100)},
    )


@dg.asset_check(
    asset="global_id_map",
    description="Warns where one identity holds most of the tracks of a class: the sign of a threshold "
    "that is too low.",
)
def largest_identity_share(project: ProjectResource) -> dg.AssetCheckResult:
    """Compare the largest identity with all tracks."""
    opened = project.open()
    global_id_map = read_map(opened.layout)
    share = largest_share(global_id_map)
    enough = len(global_id_map) >= SWALLOWING_TRACKS
    return verdict(
        not (enough and share > SWALLOWING_SHARE),
        f"one identity holds {share:.0%} of {len(global_id_map)} tracks",
        _split_more(opened.settings.associate),
        {"largest_share": share, "warns_above": SWALLOWING_SHARE, "tracks": len(global_id_map)},
        warn=True,
    )


@dg.asset_check(
    asset="global_id_map",
    description="Warns where so much came since the last full pass, or looks so different, that additions "
    "to the map are not what a full pass would make.",
)
def full_pass_advised(project: ProjectResource) -> dg.AssetCheckResult:
    """Read what the additions measured."""
    report = load_if_there(project.open().layout, "association_report") or {}
    told = report.get("incremental") or {}
    reason = str(told.get("full_pass_advised") or "")
    return verdict(
        not reason,
        reason,
        "Cluster all tracks anew, ids stay: `reid-assets run --full` (in the UI: `full: true`).",
        {
            "last_pass": str(told.get("pass", "unknown")),
            "drift": dg.MetadataValue.json(told.get("drift", {})),
        },
        warn=True,
    )


def _split_more(associate: AssociateSettings) -> str:
    """What makes fewer joins, as far as it is not set already."""
    if associate.method == "threshold":
        return "Raise associate.min_sim, or use associate.method: auto."
    if associate.caution < 1:
        return f"If its gallery shows several people, raise associate.caution (now {associate.caution:g})."
    return "If its gallery shows several people, use a stronger network (docs/guides/backbones.md)."
