"""Work by hand in the UI, over the same GraphQL that its pages use."""

import time
from pathlib import Path

import dagster as dg

from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.live_ui import running_ui, wait_for

_BACKFILL = """
mutation Backfill($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}"""


def test_a_backfill_of_chosen_videos_is_one_run_and_everything_follows(finished: Cli, tmp_path: Path) -> None:
    """The fixture's five videos: three neighbours are chosen, all three are made again by one run."""
    chosen = ["b", "c", "d"]
    with running_ui(finished.root, finished.config) as ui:
        ui.rest(time.time(), 120)
        before, runs = ui.materializations("track_embeddings"), len(ui.runs())
        keys = [{"path": [name]} for name in ("track_embeddings", "track_crops", "background")]
        asked = ui.ask(_BACKFILL, params={"assetSelection": keys, "partitionNames": chosen})
        assert asked["launchPartitionBackfill"]["__typename"] == "LaunchBackfillSuccess", asked

        def made_again() -> bool:
            return ui.materializations("track_embeddings") - before == dict.fromkeys(chosen, 1)

        wait_for(made_again, 180)
        ui.rest(time.time(), 180)
        new = ui.runs()[runs:]
        embedding = [run for run in new if dg.AssetKey("track_embeddings") in (run.asset_selection or ())]
        assert len(embedding) == 1, "one run, and the backbone is loaded once"
        assert all(run.status == dg.DagsterRunStatus.SUCCESS for run in new)
