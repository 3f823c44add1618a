"""The history of a root stays short, and what it says of the present stays the same."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from reid_assets.automation import retention
from reid_assets.automation.check_results import last_evaluations
from reid_assets.automation.instance import open_instance
from reid_assets.automation.provenance import latest_tags
from reid_assets.automation.retention import prune_history
from reid_assets.definitions import defs
from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli


def told(instance: dg.DagsterInstance) -> dict[str, object]:
    """All that the history says of the present: materializations, partitions, versions, checks."""
    graph = defs.get_repository_def().asset_graph
    said: dict[str, object] = {}
    for key in graph.get_all_asset_keys():
        name, latest = key.to_user_string(), instance.get_latest_materialization_event(key)
        partitions = graph.get(key).partitions_def
        videos = instance.get_dynamic_partitions("videos")
        said[name] = (
            latest and (latest.run_id, latest.timestamp),
            instance.get_status_by_partition(key, videos, partitions) if partitions else None,
            latest_tags(instance, key, partitioned=partitions is not None),
            [record.storage_id for record in instance.fetch_observations(key, limit=1).records],
        )
    for check, evaluation in last_evaluations(instance, graph.asset_check_keys).items():
        said[str(check)] = (evaluation.passed, evaluation.metadata)
    return said


@pytest.fixture(scope="module")
def long_history_once(finished_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After some more runs; the last ones made something of one video alone, or failed."""
    folder = tmp_path_factory.mktemp("long")
    shutil.copytree(finished_once, folder, dirs_exist_ok=True)
    finished, at = Cli(folder / "root", folder / "reid.yaml"), Layout(folder / "root")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retention, "_SLACK", 10_000)
        for _ in range(2):
            assert finished.run("--force", "--only", "flows").code == 0
        assert finished.run("--video", "c", "--force").code == 0
        shutil.copyfile(at.tracks("d"), at.root / "good.csv")
        at.tracks("d").write_text("not,what\nit,should\n")
        assert finished.run().code == 1
    return folder


@pytest.fixture
def long_history(long_history_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A copy of it."""
    shutil.copytree(long_history_once, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(retention, "_SLACK", 0)
    return Cli(tmp_path / "root", tmp_path / "reid.yaml")


@pytest.mark.long
def test_what_the_history_says_of_the_present_survives(long_history: Cli) -> None:
    at = Layout(long_history.root)
    instance = open_instance(at)
    before, runs = told(instance), instance.get_run_ids()
    gone = prune_history(instance, at, kept_runs=2)
    assert gone and set(gone) < set(runs)
    assert told(instance) == before
    assert instance.get_run_ids()[:2] == runs[:2]
    assert not set(gone) & set(instance.get_run_ids())
    left = {path.stem for path in (at.dagster_home / "history" / "runs").glob("*.db")}
    assert left == {".db", "index", *instance.get_run_ids()}
    assert not [path for path in (at.dagster_home / "storage").iterdir() if path.name in gone]
    instance.dispose()
    shutil.copyfile(at.root / "good.csv", at.tracks("d"))
    assert long_history.run().code == 0
    assert "nothing to do" in long_history.run().said, "and nothing is made again for it"


@pytest.mark.long
def test_events_that_no_longer_tell_anything_go_in_the_end(long_history: Cli) -> None:
    at = Layout(long_history.root)
    instance = open_instance(at)
    prune_history(instance, at, kept_runs=2)
    instance.dispose()
    shutil.copyfile(at.root / "good.csv", at.tracks("d"))
    assert long_history.run("--force").code == 0
    instance = open_instance(at)
    prune_history(instance, at, kept_runs=4)
    known = {"", *instance.get_run_ids()}
    with closing(sqlite3.connect(at.dagster_home / "history" / "runs" / "index.db")) as connection:
        rows = connection.execute(
            "SELECT run_id, asset_key, partition, dagster_event_type, id FROM event_logs"
        ).fetchall()
        lost = connection.execute(
            "SELECT count(*) FROM asset_event_tags WHERE event_id NOT IN (SELECT id FROM event_logs)"
        ).fetchone()
    latest = {row[1:4]: row[4] for row in sorted(rows, key=lambda row: row[4])}
    orphans = [row for row in rows if row[0] not in known]
    assert all(latest[row[1:4]] == row[4] for row in orphans), "each is the last of its kind"
    assert lost == (0,)
    instance.dispose()


def test_a_short_history_and_one_that_lies_elsewhere_are_left_alone(
    long_history: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Layout(long_history.root)
    instance = open_instance(at)
    assert prune_history(instance, at, kept_runs=1000) == []
    elsewhere = Layout(at.root.parent / "another")
    shutil.copytree(at.dagster_home, elsewhere.dagster_home)
    assert prune_history(instance, elsewhere, kept_runs=2) == []
    instance.dispose()


def test_a_history_that_somebody_writes_is_pruned_later(long_history: Cli, monkeypatch) -> None:
    at = Layout(long_history.root)
    monkeypatch.setattr(retention, "_SECONDS_TO_WAIT", 0.05)
    instance = open_instance(at)
    with closing(sqlite3.connect(at.dagster_home / "history" / "runs" / "index.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert prune_history(instance, at, kept_runs=2) == []
        other.rollback()
    assert prune_history(instance, at, kept_runs=2)
    instance.dispose()


@pytest.mark.long
def test_the_runs_of_a_root_keep_their_number(finished: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention.prune_history, "__defaults__", (2, 0))
    for _ in range(3):
        assert finished.run("--force").code == 0
    instance = open_instance(Layout(finished.root))
    # Runs of the last call that are needed, and those that began after the last pruning.
    assert len(instance.get_run_ids()) <= 8
    instance.dispose()
