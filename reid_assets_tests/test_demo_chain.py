"""The demo from one command: every artifact of the contract is there, right, and in the history.

The world is made and run once, through the command line: `support/demo_root.py`.
"""

import json
import re
from pathlib import Path

import cv2
import dagster as dg
import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from reid_assets.artifacts import ARTIFACTS
from reid_assets.cli import cli
from reid_assets.layout import Layout
from reid_assets_tests.support.demo_root import VIDEOS

CONFIG = Path(__file__).parents[1] / "configs" / "cv" / "demo.yaml"


@pytest.fixture(scope="module")
def history(demo: Layout) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(demo.dagster_home))


def as_written(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_every_file_of_the_contract_is_there(demo: Layout) -> None:
    for video in VIDEOS:
        for path in (
            demo.root / "reid" / "embeddings" / f"{video}_track_meta.csv",
            demo.root / "reid" / "embeddings" / f"{video}_track_embeds.npz",
            demo.root / video / "tracks_global.csv",
            demo.root / video / "summary_global.json",
        ):
            assert path.is_file(), path
    for name in ("global_id_map.csv", "merged_analytics.json", "flows.csv", "flows.json", "reid.duckdb"):
        assert (demo.root / "reid" / name).is_file(), name


def test_columns_are_those_of_the_contract(demo: Layout) -> None:
    meta = "video,track_id,class_id,class_name,n_samples,f_min,f_max"
    first_lines = {
        demo.track_meta("hall"): meta,
        demo.global_id_map: f"{meta},global_id",
        demo.path("flows"): "from,to,count",
    }
    for path, header in first_lines.items():
        assert path.read_text().splitlines()[0] == header
    flows = json.loads(demo.files("flows")[1].read_text())
    assert [list(flow) for flow in flows] == [["from", "to", "count"]] * len(flows)
    assert pd.DataFrame(flows).equals(pd.read_csv(demo.path("flows")))


def test_vectors_are_unit_rows_aligned_with_their_meta(demo: Layout) -> None:
    for video in VIDEOS:
        meta = pd.read_csv(demo.track_meta(video))
        with np.load(demo.track_embeds(video), allow_pickle=False) as pair:
            emb, samples, owner = pair["emb"], pair["samples"], pair["sample_track"]
            label = pair["backbone"]
        assert (emb.dtype, samples.dtype, owner.dtype) == (np.float32, np.float16, np.int32)
        assert label.ndim == 0 and "builtin" in str(label)
        assert len(emb) == len(meta)
        np.testing.assert_allclose(np.linalg.norm(emb, axis=1), 1, atol=1e-5)
        assert np.bincount(owner, minlength=len(meta)).tolist() == meta["n_samples"].tolist()
        tracks = pd.read_csv(demo.tracks(video)).query("track_id >= 0").groupby("track_id")["frame"]
        np.testing.assert_array_equal(tracks.min().loc[meta["track_id"]], meta["f_min"])
        np.testing.assert_array_equal(tracks.max().loc[meta["track_id"]], meta["f_max"])


def test_tracks_global_is_tracks_with_two_columns_more(demo: Layout) -> None:
    id_map = pd.read_csv(demo.global_id_map).set_index(["video", "track_id"])["global_id"]
    for video in VIDEOS:
        before = demo.tracks(video).read_text().splitlines()
        after = demo.path("tracks_global", video).read_text().splitlines()
        assert after[0] == before[0] + ",video,global_id"
        assert [line.rpartition(f",{video},")[0] for line in after[1:]] == before[1:]
        rows = as_written(demo.path("tracks_global", video))
        for track, given in zip(rows["track_id"].astype(int), rows["global_id"], strict=True):
            expected = id_map.get((video, track))
            assert given == ("" if expected is None else str(expected))
            assert re.fullmatch(r"\d*", given)


def test_summaries_keep_what_they_had_and_say_what_was_added(demo: Layout) -> None:
    id_map = pd.read_csv(demo.global_id_map)
    for video in VIDEOS:
        before, after = (
            json.loads(p.read_text()) for p in (demo.summary(video), demo.path("summary_global", video))
        )
        assert before.items() <= after.items()
        assert after["reid_attached"] is True
        own = id_map[id_map["video"] == video]
        assert after["global_unique_by_class"] == own.groupby("class_name")["global_id"].nunique().to_dict()


def test_merged_analytics_counts_what_the_map_holds(demo: Layout) -> None:
    id_map, merged = pd.read_csv(demo.global_id_map), json.loads(demo.path("merged_analytics").read_text())
    assert merged["num_videos"] == 4
    assert merged["num_tracks"] == len(id_map)
    assert merged["num_globals"] == id_map["global_id"].nunique()
    assert merged["unique_by_class"] == id_map.groupby("class_name")["global_id"].nunique().to_dict()
    assert merged["tracks_by_video"] == id_map.groupby("video").size().to_dict()


def test_galleries_hold_square_thumbnails_named_after_their_track(demo: Layout) -> None:
    id_map = pd.read_csv(demo.global_id_map)
    folders = sorted(path for path in demo.galleries.iterdir() if path.is_dir())
    assert [f.name for f in folders] == [f"global_{i:06d}" for i in sorted(id_map["global_id"].unique())]
    for folder in folders:
        thumbs = sorted(folder.iterdir())
        assert 1 <= len(thumbs) <= 8
        own = id_map[id_map["global_id"] == int(folder.name[7:])]
        tracks = {f"{video}_tid{track}" for video, track in zip(own["video"], own["track_id"], strict=True)}
        shown = {re.fullmatch(r"(.+_tid\d+)_f\d+\.jpg", thumb.name).group(1) for thumb in thumbs}  # type: ignore[union-attr]
        assert shown <= tracks
        assert len(shown) == min(len(tracks), 8), "every track of an identity is shown before one twice"
        assert cv2.imread(str(thumbs[0])).shape == (224, 224, 3)


def test_crops_are_kept_under_their_track_and_frame(demo: Layout) -> None:
    for video in VIDEOS:
        rows = pd.read_csv(demo.tracks(video)).set_index(["track_id", "frame"]).index
        crops = list(demo.crops(video).glob("*.jpg"))
        assert crops
        for crop in crops:
            track, frame = re.fullmatch(r"tid(\d+)_f(\d+)\.jpg", crop.name).groups()  # type: ignore[union-attr]
            assert (int(track), int(frame)) in rows


# Empty until somebody says something.
# Made when somebody asks for them, not by the demo.
ON_DEMAND = {spec.name for spec in ARTIFACTS if spec.on_demand}
NEED_A_PERSON = ("identity_names", "identity_aliases")


@pytest.mark.parametrize("artifact", [name for name in ARTIFACTS.names if name not in ON_DEMAND])
def test_the_same_tables_are_in_duckdb(demo: Layout, artifact: str) -> None:
    spec, expected = ARTIFACTS[artifact], 0
    for video in VIDEOS if spec.per_video else [None]:
        path = demo.table_file(artifact, video)
        rows = json.loads(path.read_text()) if path.suffix == ".json" else as_written(path)
        expected += len(rows)
    assert spec.table
    with duckdb.connect(str(demo.database), read_only=True) as connection:
        found = connection.execute(f"SELECT * FROM {spec.table.name}").df()
    assert len(found) == expected
    assert expected or artifact in NEED_A_PERSON
    assert list(found.columns) == spec.table.header


def test_the_demo_is_solved_and_no_rule_is_broken(demo: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--root", str(demo.root), "--config", str(CONFIG), "--truth", str(demo.root / "truth.csv")]
    assert cli.main(["evaluate", "--json", *arguments], standalone_mode=False) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["pairwise_f1"] >= 0.95
    assert figures["violations"] == 0
    assert figures["tracks_not_in_map"] == 0


def test_flows_visits_and_dwell_are_those_of_the_truth(demo: Layout, true_visits: pd.DataFrame) -> None:
    following = true_visits.groupby("identity")["video"].shift(-1)
    moved = following.notna() & (following != true_visits["video"])
    moves = true_visits.assign(to=following)[moved]
    expected = moves.groupby(["video", "to"]).size().to_dict()
    assert pd.read_csv(demo.path("flows")).set_index(["from", "to"])["count"].to_dict() == expected
    written = pd.read_csv(demo.path("visits"))
    assert np.allclose(sorted(written["dwell_s"]), sorted(true_visits["dwell_s"]), atol=2e-3)
    assert sorted(pd.to_datetime(written["enter"])) == sorted(true_visits["enter"].dt.round("ms"))


def test_every_asset_is_materialised_exactly_once(history: dg.DagsterInstance) -> None:
    for asset in ("tracks", *(name for name in ARTIFACTS.names if name not in ON_DEMAND)):
        events = history.fetch_materializations(dg.AssetKey(asset), limit=100).records
        partitions = sorted(str(event.partition_key) for event in events)
        assert partitions == (VIDEOS if asset in ("tracks", *ARTIFACTS.per_video) else ["None"]), asset


def test_every_check_was_evaluated_and_passed(history: dg.DagsterInstance) -> None:
    from reid_assets.definitions import defs

    keys = defs.get_repository_def().asset_graph.asset_check_keys
    latest = history.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
    # It reads every file, so it is evaluated after a forgetting and when asked for.
    missed = {key for key in set(keys) - set(latest) if key.asset_key.to_user_string() not in ON_DEMAND}
    assert {key.name for key in missed} == {"nothing_left"}
    for key, record in latest.items():
        evaluation = record.event.dagster_event.asset_check_evaluation_data  # type: ignore[union-attr]
        assert evaluation.passed, key


def test_the_demo_differs_from_the_shipped_configuration_in_the_backbone_alone() -> None:
    shipped, own = (
        yaml.safe_load((CONFIG.parent / name).read_text(encoding="utf-8"))
        for name in ("reid.yaml", "demo.yaml")
    )
    assert own.pop("backbone") | {"name": "auto"} == shipped.pop("backbone")
    assert own == shipped
