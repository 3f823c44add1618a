"""Who looks like whom, for the report and for whoever searches."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.reid.cameras.cameras import camera_of
from reid_assets.reid.search.look_alikes import look_alikes as found_alike
from reid_assets.storage.embeddings_pair import StoredPairs


@artifact_asset
def look_alikes(
    track_embeddings: StoredPairs, cameras: pd.DataFrame, global_id_map: pd.DataFrame
) -> dg.MaterializeResult[pd.DataFrame]:
    """Find for each identity the others that look most like it."""
    table = found_alike(track_embeddings, global_id_map, camera_of(cameras))
    most = table[table["global_id"] < table["other_id"]].sort_values("score", ascending=False)
    metadata: dict[str, Any] = {
        "identities": int(table["global_id"].nunique()),
        "most_alike": rows_shown(most.drop(columns="rank").head(20)),
    }
    return dg.MaterializeResult(value=table, metadata=metadata)
