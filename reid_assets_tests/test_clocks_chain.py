"""What is known of cameras and clocks reaches the map through the command line, and a change is noticed."""

import json

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import files_under
from reid_assets_tests.support.tiny_root import write_config

AT_ONCE = {"videos": [{"match": "*", "start": "2026-03-14T09:00:00Z"}]}


def write_cameras(cli: Cli, content: dict) -> None:
    (cli.config.parent / "cameras.yaml").write_text(json.dumps(content))


def identities(cli: Cli) -> int:
    return int(pd.read_csv(Layout(cli.root).global_id_map)["global_id"].nunique())


@pytest.mark.long
def test_videos_of_one_moment_have_nobody_in_common_and_overlapping_cameras_may(finished: Cli) -> None:
    before = identities(finished)
    write_cameras(finished, AT_ONCE)
    planned = finished.run("--dry-run")
    assert planned.lines("global_id_map") and not planned.lines("track_embeddings")
    called = finished.run()
    assert called.code == 0, called.said
    id_map = pd.read_csv(Layout(finished.root).global_id_map)
    assert identities(finished) == len(id_map) > before
    assert "nothing to do" in finished.run().said
    write_cameras(finished, AT_ONCE | {"overlaps": [["a", "b", "c", "d", "e"]]})
    assert finished.run().code == 0
    assert identities(finished) == before


def test_another_start_in_summary_json_remakes_the_map_and_another_key_does_not(finished: Cli) -> None:
    summary = Layout(finished.root).summary("a")
    content = json.loads(summary.read_text())
    summary.write_text(json.dumps(content | {"remark": "none"}))
    assert not finished.run("--dry-run").lines("changed: camera")
    summary.write_text(json.dumps(content | {"start_time": "2026-03-14T09:00:00"}))
    planned = finished.run("--dry-run")
    assert [line for line in planned.lines("global_id_map") if "camera and clock of a" in line], planned.said


def test_status_and_doctor_say_which_clocks_are_known_and_by_whom(finished: Cli) -> None:
    assert "Clocks: no video has one" in finished("status").said
    ways = [{"from": "gate", "to": "attic", "min_s": 5}]
    entry = {"match": "a", "camera": "gate", "start": "2026-03-14T09:00:00+01:00"}
    write_cameras(finished, {"videos": [entry], "transitions": ways})
    summary = Layout(finished.root).summary("b")
    summary.write_text(json.dumps(json.loads(summary.read_text()) | {"start_time": "yesterday"}))
    said = finished("status").said
    assert "Clocks: 1 video(s) by cameras.yaml; 4 without" in said
    assert "Cameras: 1 of 5 videos" in said and "cameras.yaml" in said
    said = " ".join(finished("doctor").said.split())
    for words in ("2026-03-14T08:00:00Z", "cameras that no video has: attic", "'yesterday'"):
        assert words in said, said


def test_a_mistake_in_cameras_yaml_ends_with_2_and_nothing_runs(finished: Cli) -> None:
    write_cameras(finished, {"overlap": []})
    called = finished.run()
    assert called.code == 2
    assert "cameras.yaml: unknown key 'overlap'. Did you mean 'overlaps'?" in called.said


def test_one_table_of_the_movements_can_be_made_alone(finished: Cli) -> None:
    before = files_under(finished.root)
    assert finished.run("--only", "visits", "--force").code == 0
    after = files_under(finished.root)
    touched = {name for name in after if before.get(name) != after[name] and "/." not in name}
    assert touched - {"reid/reid.duckdb"} == {"reid/visits.csv"}


def test_how_flows_are_counted_is_a_setting_that_remakes_them_and_no_identity(finished: Cli) -> None:
    write_config(finished.config.parent, flows={"without_clock": "undirected"})
    planned = finished.run("--dry-run")
    assert not planned.lines("global_id_map") and planned.lines("camera_flows")
    called = finished.run()
    assert called.code == 0
    assert "have no direction (places in name order)" in called.said, "the assumption is named"
    flows = pd.read_csv(Layout(finished.root).path("flows"))
    assert len(flows) and (flows["from"] < flows["to"]).all()
    merged = json.loads(Layout(finished.root).path("merged_analytics").read_text())
    assert "no direction" in merged["flows"]["assumption"]
    assert "no direction" in Layout(finished.root).files("flows")[2].read_text()
