"""What people say: the configuration, the cameras, corrections of the map, and who is forgotten.

External assets, so that the lineage shows which change makes what stale. Their versions are recorded by
runs and sensors (`reid_assets.automation.data_versions`).
"""

import dagster as dg

from reid_assets.automation.data_versions import (
    CAMERAS_AND_CLOCKS,
    CORRECTIONS,
    FORGOTTEN,
    configuration_assets,
)
from reid_assets.automation.provenance import asset_key
from reid_assets.defs.table_metadata import table_metadata
from reid_assets.reid.core import corrections as said
from reid_assets.reid.core import forgotten as tombstones

cameras_and_clocks = dg.AssetSpec(
    CAMERAS_AND_CLOCKS,
    description="Which videos are of one camera, when each began, which ways lie between the cameras: "
    "`cameras.yaml`, and `camera` and `start_time` of summary.json.",
    group_name="inputs",
    kinds={"yaml"},
)

corrections = dg.AssetSpec(
    CORRECTIONS,
    description="What people say of the map: two tracks are the same or different, a track is nobody, an "
    "identity has a name. `configs/cv/corrections.csv`, written by `reid-assets correct` and by hand.",
    group_name="inputs",
    kinds={"csv"},
    metadata=table_metadata(said.CORRECTIONS),
)

forgotten = dg.AssetSpec(
    FORGOTTEN,
    description="Tracks that were forgotten (`reid-assets forget`) and do not come back: tombstones without "
    "personal data, `reid/forgotten.csv`.",
    group_name="inputs",
    kinds={"csv"},
    metadata=table_metadata(tombstones.FORGOTTEN),
)

sections = [
    dg.AssetSpec(
        asset_key(name),
        description=f"The section `{name.partition('/')[2]}` of the configuration (reid.yaml).",
        group_name="inputs",
        kinds={"yaml"},
    )
    for name in configuration_assets()
]
