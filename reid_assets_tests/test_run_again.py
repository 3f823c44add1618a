"""What `run` makes again, and what not: as little as possible, nothing unasked, everything after a kill."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import duckdb
import numpy as np
import pandas as pd
import pytest

from reid_assets.automation.instance import open_instance
from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli, call
from reid_assets_tests.support.finished_root import changed, files_under
from reid_assets_tests.support.tiny_root import GREEN, make_root, make_video, write_config

PROGRAM = [sys.executable, "-c", "from reid_assets.cli import main; main()"]


def test_a_second_run_does_nothing_and_says_so(finished: Cli) -> None:
    before = files_under(finished.root)
    called = finished.run()
    assert (called.code, called.out) == (0, "Everything is up to date: nothing to do.\n")
    assert not changed(before, finished.root)


@pytest.mark.long
def test_another_threshold_remakes_the_map_and_what_follows_but_no_vectors(finished: Cli) -> None:
    write_config(finished.config.parent, associate={"min_sim": 0.9999})
    before = files_under(finished.root)
    called = finished.run()
    assert called.code == 0, called.said
    touched = changed(before, finished.root)
    assert {"reid/global_id_map.csv", "b/tracks_global.csv", "reid/flows.csv"} <= touched
    assert "a/tracks_global.csv" not in touched, "its tracks kept their identities"
    assert not [name for name in touched if name.startswith(("reid/embeddings", "reid/crops"))]


@pytest.mark.parametrize(
    "sections",
    [{"embed": {"min_box_size": 17}}, {"backbone": {"name": "resnet50"}}],
    ids=["embed", "backbone"],
)
def test_another_embedding_or_backbone_remakes_the_vectors(finished: Cli, sections: dict) -> None:
    write_config(finished.config.parent, **sections)
    planned = finished.run("--dry-run")
    assert planned.code == 0
    assert len(planned.lines("track_embeddings")) == 5


@pytest.mark.long
def test_embed_settings_really_change_what_is_embedded(finished: Cli) -> None:
    write_config(finished.config.parent, embed={"per_track_max_samples": 1})
    assert finished.run("--video", "b").code == 0
    at = Layout(finished.root)
    assert set(pd.read_csv(at.track_meta("b"))["n_samples"]) == {1}
    assert max(pd.read_csv(at.track_meta("a"))["n_samples"]) > 1, "only b was asked for"


def test_a_dry_run_lists_what_would_be_made_and_writes_nothing(tmp_path: Path) -> None:
    cli = Cli(make_root(tmp_path / "root"), write_config(tmp_path))
    before = sorted(tmp_path.rglob("*"))
    called = cli.run("--dry-run")
    assert called.code == 0
    for asset in ("track_embeddings", "global_id_map", "tracks_global", "galleries", "flows"):
        assert called.lines(asset), asset
    assert "crops" in called.said and "MB under" in called.said
    assert sorted(tmp_path.rglob("*")) == before


def test_force_and_only_make_just_that_again(finished: Cli) -> None:
    before = files_under(finished.root)
    assert finished.run("--only", "flows", "--force").code == 0
    assert changed(before, finished.root) == {"reid/flows.csv", "reid/flows.json", "reid/flows.svg"}


def test_a_new_video_is_the_only_one_embedded(finished: Cli) -> None:
    make_video(finished.root, "new", {0: (GREEN, (0, 9))}, frames=10, seed=40)
    before = files_under(finished.root)
    called = finished.run()
    assert called.code == 0, called.said
    touched = {name for name in changed(before, finished.root) if name.startswith("reid/embeddings")}
    assert touched == {"reid/embeddings/new_track_meta.csv", "reid/embeddings/new_track_embeds.npz"}


@pytest.mark.parametrize(
    ("arguments", "sections", "said"),
    [
        (["--video", "aa"], {}, "'aa' is no video of"),
        ([], {"embed": {"batchsize": 3}}, "unknown key 'embed.batchsize'. Did you mean 'batch_size'?"),
        ([], {"backbone": {"name": "onnx:none.onnx"}}, "none.onnx"),
        ([], {"backbone": {"name": "resnet50@none.pt"}}, "none.pt"),
        ([], {"backbone": {"name": "no such"}}, "no such"),
        (["--only", "everything"], {}, "--only"),
    ],
)
def test_a_mistake_of_the_caller_ends_with_2_and_nothing_runs(
    finished: Cli, arguments: list[str], sections: dict, said: str
) -> None:
    write_config(finished.config.parent, **sections)
    make_video(finished.root, "new", {0: (GREEN, (0, 9))}, frames=10)
    before = files_under(finished.root)
    called = finished.run(*arguments)
    assert called.code == 2
    assert said in called.said and "Traceback" not in called.said
    assert not changed(before, finished.root)


def test_weights_that_are_no_weights_end_with_2(finished: Cli) -> None:
    (finished.config.parent / "net.onnx").write_bytes(b"not a network")
    write_config(finished.config.parent, backbone={"name": "onnx:net.onnx"})
    called = finished.run()
    assert called.code == 2 and "net.onnx" in called.said


def test_a_missing_root_ends_with_2_and_is_not_made(tmp_path: Path) -> None:
    called = call("run", "--root", str(tmp_path / "none"), "--config", str(write_config(tmp_path)))
    assert called.code == 2 and "--root or REID_ROOT" in called.said
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("reads", [False, True], ids=["writer", "reader"])
def test_an_open_database_delays_the_database_and_nothing_else(finished: Cli, reads: bool) -> None:
    at = Layout(finished.root)
    hold = (
        f"import duckdb; c = duckdb.connect({str(at.database)!r}, read_only={reads}); "
        "print('open', flush=True); input()"
    )
    analyst = subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert analyst.stdout and analyst.stdout.readline() == "open\n"
    write_config(finished.config.parent, associate={"min_sim": 0.9999})
    try:
        called = finished.run()
    finally:
        analyst.communicate("\n")
    assert called.code == 0, called.said
    lines = called.lines("is open elsewhere")
    assert len(lines) == 1 and "close that client and run again" in lines[0], called.said
    identities = pd.read_csv(at.global_id_map)["global_id"].nunique()
    assert json.loads(at.path("merged_analytics").read_text())["num_globals"] == identities > 3
    again = finished.run()
    assert again.code == 0 and again.lines("Database: ")
    with duckdb.connect(str(at.database), read_only=True) as connection:
        found = connection.execute("SELECT count(DISTINCT global_id) FROM global_id_map").fetchone()
    assert found == (identities,)


def test_a_run_that_was_killed_is_completed_by_the_next(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root")
    cli, at = Cli(root, write_config(tmp_path)), Layout(root)
    arguments = ["run", "--root", str(root), "--config", str(cli.config)]
    run = subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while not at.track_embeds("a").exists() and time.monotonic() < end and run.poll() is None:
        time.sleep(0.002)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    called = cli.run()
    assert called.code == 0, called.said
    assert not [path for path in root.rglob("*") if path.name.endswith(".partial")]
    for video in ("a", "b"):
        with np.load(at.track_embeds(video)) as pair:
            assert len(pair["emb"]) == len(pd.read_csv(at.track_meta(video)))
        assert at.path("summary_global", video).is_file()
    assert "nothing to do" in cli.run().said


@pytest.mark.long
def test_fresh_ids_start_at_zero_again_and_what_follows_is_made_anew(finished: Cli) -> None:
    at = Layout(finished.root)
    at.identity_state.write_text('{"next_id": 50}')
    write_config(finished.config.parent, associate={"min_sim": 0.9999})
    assert finished.run().code == 0
    ids = set(pd.read_csv(at.global_id_map)["global_id"])
    assert ids != set(range(len(ids))), "ids that were given before are not given again"
    planned = finished.run("--fresh-ids", "--dry-run")
    assert planned.lines("numbered anew")
    called = finished.run("--fresh-ids")
    assert called.code == 0, called.said
    assert called.lines("numbered anew, from 0")
    after = pd.read_csv(at.global_id_map)["global_id"]
    assert set(after) == set(range(len(ids)))
    assert json.loads(at.identity_state.read_text())["next_id"] == len(ids)
    assert {path.name for path in at.galleries.glob("global_*")} == {at.gallery(i).name for i in set(after)}
    assert "nothing to do" in finished.run().said


def test_fresh_ids_do_nothing_where_the_map_is_not_asked_for(finished: Cli) -> None:
    before = files_under(finished.root)
    called = finished.run("--fresh-ids", "--only", "flows")
    assert called.code == 0 and "anew" not in called.said
    assert not changed(before, finished.root)


def test_run_and_status_end_with_how_many_identities_there_are(finished: Cli) -> None:
    assert finished("status").lines("8 tracks → 3 identities")
    write_config(finished.config.parent, associate={"method": "auto"})
    called = finished.run()
    assert called.code == 0, called.said
    assert called.lines("8 tracks → ")
    at = Layout(finished.root)
    with duckdb.connect(str(at.database), read_only=True) as connection:
        rows = connection.execute("SELECT value FROM association WHERE key = 'groups'").fetchall()
        told = connection.execute("SELECT supported, expected_precision FROM expected_accuracy").fetchall()
    ((groups,),) = rows
    assert not any("supported" in group for group in json.loads(groups)), "one verdict, in one place"
    assert told[0][1] is None, "few tracks promise no precision"
    assert bool(called.lines("uncertain: too few tracks")) is not told[0][0]


def test_a_check_that_failed_is_evaluated_again_by_the_next_run(
    finished: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Layout(finished.root)
    with duckdb.connect(str(at.database)) as connection:
        connection.execute("DELETE FROM flows")
        connection.execute("INSERT INTO flows VALUES ('x', 'y', 1)")
    failed = dg.AssetCheckEvaluation(
        dg.AssetKey("flows"), "files_and_database_agree", passed=False, metadata={}
    )
    with open_instance(at) as history:
        history.report_runless_asset_event(failed)
    monkeypatch.delenv("DAGSTER_HOME")
    for _ in range(2):
        called = finished.run()
        assert called.code == 1 and called.lines("failed: the database differs from the files of flows")
    at.database.unlink()
    assert finished.run().code == 0
    assert finished.run().out == "Everything is up to date: nothing to do.\n"


def test_evaluate_says_loudly_what_a_partial_truth_leaves_unjudged(finished: Cli, tmp_path: Path) -> None:
    id_map = pd.read_csv(Layout(finished.root).global_id_map)
    truth = id_map[["video", "track_id"]].assign(identity=[f"p{i}" for i in id_map["global_id"]])
    partial, foreign = tmp_path / "partial.csv", tmp_path / "foreign.csv"
    truth.head(3).to_csv(partial, index=False)
    truth.assign(video="not-there-" + truth["video"]).to_csv(foreign, index=False)
    called = finished("evaluate", "--truth", str(partial))
    assert called.lines(
        f"The truth covers 3 of {len(truth)} tracks of the map. The other {len(truth) - 3} are not judged"
    )
    assert finished("evaluate", "--truth", str(foreign)).lines("The truth names no track of this map")
    whole = tmp_path / "whole.csv"
    truth.to_csv(whole, index=False)
    assert "judged" not in finished("evaluate", "--truth", str(whole)).said
