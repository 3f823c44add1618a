"""What people say: the sections of the configuration, and the cameras.

External assets, so that the lineage shows which change makes what stale. Their versions are recorded by
runs and sensors (`reid_assets.automation.data_versions`).
"""

import dagster as dg

from reid_assets.automation.data_versions import CAMERAS_AND_CLOCKS, configuration_assets
from reid_assets.automation.provenance import asset_key

cameras_and_clocks = dg.AssetSpec(
    CAMERAS_AND_CLOCKS,
    description="Which videos are of one camera, when each began, which ways lie between the cameras: "
    "`cameras.yaml`, and `camera` and `start_time` of summary.json.",
    group_name="inputs",
    kinds={"yaml"},
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
