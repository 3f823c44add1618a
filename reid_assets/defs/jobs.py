"""Jobs: the embedding pass, everything that follows from the map, and all of it."""

import dagster as dg

from reid_assets.state.planner import ATTACHED, EMBEDDING, RESULTS

embed = dg.define_asset_job(
    "embed", selection=dg.AssetSelection.assets(*EMBEDDING), description="Vectors and crops of videos."
)
associate = dg.define_asset_job(
    "associate", selection=dg.AssetSelection.assets("global_id_map"), description="The identity map."
)
attach = dg.define_asset_job(
    "attach",
    selection=dg.AssetSelection.assets(*ATTACHED),
    description="Identities into the tables and summaries of videos.",
)
results = dg.define_asset_job(
    "results", selection=dg.AssetSelection.assets(*RESULTS), description="Galleries, flows, analytics."
)
everything = dg.define_asset_job(
    "everything",
    selection=dg.AssetSelection.all(),
    description="The whole chain; choose a range of videos.",
)

JOBS = [embed, associate, attach, results, everything]
