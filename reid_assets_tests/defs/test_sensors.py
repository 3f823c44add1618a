"""Videos that arrive by themselves, with the real daemon: each part is made once, in order, and no more.

The tests of this file are one story on one root, told in their order.
"""

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd
import pytest
import yaml

from reid_assets.artifacts import ARTIFACTS
from reid_assets.layout import Layout
from reid_assets_tests.support.live_ui import LiveUi, running_ui

CONFIG = Path(__file__).parents[2] / "configs" / "cv" / "demo.yaml"
FIRST = ["entrance", "exit", "hall"]


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveUi]:
    """A UI on an empty root, with the configuration of the demo but little patience."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "cv").mkdir()
    settings = yaml.safe_load(CONFIG.read_text())
    settings["arrival"]["settle_seconds"] = 3
    (folder / "reid.yaml").write_text(json.dumps(settings))
    with running_ui(folder / "cv", folder / "reid.yaml") as ui:
        yield ui


def arrive(video: str, source: Layout, target: Layout) -> None:
    """Copy a video's input, as a person would."""
    target.video(video).mkdir()
    for path in (source.tracks(video), source.analysis(video), source.summary(video)):
        shutil.copy2(path, target.video(video))


def made(ui: LiveUi) -> dict[str, Counter[str | None]]:
    return {asset: ui.materializations(asset) for asset in ARTIFACTS.names}


def parts(at: Layout) -> dict[str, str]:
    rows = pd.read_csv(at.global_id_map, dtype=str)
    return {str(video): part.to_csv() for video, part in rows.reset_index(drop=True).groupby("video")}


@pytest.mark.long
def test_three_videos_are_embedded_associated_and_attached_exactly_once(ui: LiveUi, demo: Layout) -> None:
    start = time.time()
    for video in FIRST:
        arrive(video, demo, ui.at)
    ui.rest(start, 300)
    for asset, counts in made(ui).items():
        expected: list[str | None] = [*FIRST] if asset in ARTIFACTS.per_video else [None]
        # What is made on demand, no sensor asks for.
        assert counts == dict.fromkeys([] if ARTIFACTS[asset].on_demand else expected, 1), asset
    assert len(ui.runs()) == 3, "one embeds, one associates, one makes all that follows"


@pytest.mark.long
def test_what_follows_was_made_on_the_new_map_and_every_check_passed(ui: LiveUi) -> None:
    with ui.history() as history:
        when = {
            asset: [r.storage_id for r in history.fetch_materializations(dg.AssetKey(asset), limit=9).records]
            for asset in ARTIFACTS.names
        }
        id_map = when.pop("global_id_map")
        for asset, ids in when.items():
            if asset in ARTIFACTS.step("global_id_map") or ARTIFACTS[asset].on_demand:
                continue
            before = asset in ("track_embeddings", "track_crops", "background", "cameras")
            assert max(ids) < id_map[0] if before else min(ids) > id_map[0], asset
        from reid_assets.definitions import defs

        keys = defs.get_repository_def().asset_graph.asset_check_keys
        latest = history.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
        # It searches every file, so that no run waits for it.
        unasked = {dg.AssetCheckKey(dg.AssetKey("forgotten"), "nothing_left")}
        on_demand = {spec.name for spec in ARTIFACTS if spec.on_demand}
        unasked |= {key for key in keys if key.asset_key.to_user_string() in on_demand}
        assert set(latest) == set(keys) - unasked
        for key, record in latest.items():
            assert record.event.dagster_event.asset_check_evaluation_data.passed, key  # type: ignore[union-attr]


@pytest.mark.long
def test_one_more_video_leaves_alone_what_it_does_not_change(ui: LiveUi, demo: Layout) -> None:
    before, then, start = made(ui), parts(ui.at), time.time()
    arrive("shop", demo, ui.at)
    ui.rest(start, 300)
    new = {asset: counts - before[asset] for asset, counts in made(ui).items()}
    assert new["track_embeddings"] == new["track_crops"] == {"shop": 1}
    changed = {video for video, part in parts(ui.at).items() if then.get(video) != part}
    assert new["tracks_global"] == new["summary_global"] == dict.fromkeys(changed, 1)
    assert all(new[asset] == {None: 1} for asset in ARTIFACTS.whole)


@pytest.mark.long
def test_a_deleted_video_is_gone_everywhere(ui: LiveUi) -> None:
    before, start = made(ui), time.time()
    shutil.rmtree(ui.at.video("exit"))
    ui.at.analysis("hall").write_bytes(b"no video")
    ui.rest(start, 300, failing=True)
    with ui.history() as history:
        assert sorted(history.get_dynamic_partitions("videos")) == ["entrance", "hall", "shop"]
    left = [path for path in ui.at.root.rglob("*exit*") if ".dagster_home" not in path.parts]
    assert not left
    assert "exit" not in set(pd.read_csv(ui.at.path("flows"))[["from", "to"]].to_numpy().ravel())
    with duckdb.connect(str(ui.at.database), read_only=True) as connection:
        for table in ("track_meta", "tracks_global", "global_id_map", "galleries"):
            rows = connection.execute(f"SELECT count(*) FROM {table} WHERE video = 'exit'").fetchone()
            assert rows == (0,), table
    new = {asset: counts - before[asset] for asset, counts in made(ui).items()}
    assert not new["track_embeddings"]
    # Not counted: with the video, the history forgets its runs.
    with ui.history() as history:
        last = {a: history.get_latest_materialization_event(dg.AssetKey(a)) for a in ARTIFACTS.whole}
    assert all(event and event.timestamp > start for event in last.values()), "everything else is renewed"


@pytest.mark.long
def test_a_corrupt_video_fails_alone_and_is_not_tried_at_once_again(ui: LiveUi) -> None:
    failed = [run for run in ui.runs() if run.status == dg.DagsterRunStatus.FAILURE]
    assert len(failed) == 1
    assert "1 failed before: hall" in ui.ticks()["new_videos"][1]
