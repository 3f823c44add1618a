"""Whether the galleries show the identities of the map, and every track of them."""

import dagster as dg

from reid_assets.defs.checks.verdict import verdict
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.storage.crop_files import kept_crops
from reid_assets.storage.gallery_files import gallery_files, read_gallery_index
from reid_assets.storage.id_map_file import read_map


@dg.asset_check(
    asset="galleries",
    description="Every track with a crop is shown, each thumbnail shows a track of its identity and is where "
    "the index says, and no folder is left of an identity that is gone.",
)
def galleries_match_identities(project: ProjectResource) -> dg.AssetCheckResult:
    """Compare index, folders and map."""
    layout = project.open().layout
    global_id_map = read_map(layout)
    index = read_gallery_index(layout)
    listed = {
        (layout.gallery(int(g)).name, str(file))
        for g, file in zip(index["global_id"], index["file"], strict=True)
    }
    there = gallery_files(layout.galleries)
    keys = ["video", "track_id", "global_id"]
    merged = index.merge(
        global_id_map[keys].astype(index[keys].dtypes.to_dict()), how="left", on=keys, indicator=True
    )
    foreign = int((merged["_merge"] != "both").sum())
    track = keys[:2]
    mapped = kept_crops(layout)[track].drop_duplicates().merge(global_id_map[track], on=track)
    unseen = len(mapped) - len(mapped.merge(index[track].drop_duplicates(), on=track))
    odd = sorted("/".join(pair) for pair in listed ^ there)
    return verdict(
        not odd and foreign == 0 and unseen == 0,
        f"the galleries do not show the identities of the map ({foreign} pictures of another identity, "
        f"{len(odd)} missing or left over, {unseen} tracks without one)",
        "Make them again: `reid-assets run --only galleries --force`.",
        metadata={
            "thumbnails": len(there),
            "identities_shown": int(index["global_id"].nunique()),
            "identities": int(global_id_map["global_id"].nunique()),
            "of_another_identity": foreign,
            "tracks_not_shown": unseen,
            "missing_or_left_over": "\n".join(odd[:20]) or "none",
        },
    )
