"""What somebody else's analysis left for each video: the input of everything."""

import dagster as dg

from reid_assets.defs.artifact_assets import IO_MANAGER
from reid_assets.defs.partitions import videos
from reid_assets.defs.table_metadata import table_metadata
from reid_assets.reid.core.tables import TRACKS

tracks = dg.AssetSpec(
    "tracks",
    description="Detections with per-video track numbers: `<video>/tracks.csv`, `summary.json`, "
    "`analysis.mp4`. Made by a detector and tracker; `reid-assets run` and sensors register them.",
    partitions_def=videos,
    group_name="inputs",
    kinds={"csv"},
    metadata=table_metadata(TRACKS),
).with_io_manager_key(IO_MANAGER)
