"""What goes when a video goes: all that was made for it, nothing else, and never many videos unasked."""

import base64
import json
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import numpy as np
import pandas as pd
import pytest

from reid_assets.automation.instance import open_instance
from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import files_under
from reid_assets_tests.support.tiny_root import GREEN, make_root, make_video, write_config


def rows_in_database(at: Layout, video: str) -> int:
    tables = ("track_meta", "track_crops", "tracks_global", "summary_global", "global_id_map", "galleries")
    with duckdb.connect(str(at.database), read_only=True) as connection:
        everywhere = " UNION ALL ".join(f"SELECT video FROM {table}" for table in tables)
        return len(connection.execute(f"SELECT * FROM ({everywhere}) WHERE video = ?", [video]).fetchall())


@pytest.mark.long
def test_a_removed_video_takes_with_it_what_was_made_for_it(finished: Cli) -> None:
    at = Layout(finished.root)
    assert "b" in set(pd.read_csv(at.report / "frames.csv")["video"])
    blue = set(pd.read_csv(at.global_id_map).query("video == 'b' and track_id == 6")["global_id"])
    shutil.rmtree(at.video("b"))
    called = finished.run()
    assert called.code == 0, called.said
    assert called.lines("b: removed, its folder is gone")
    assert not [
        name for name in files_under(at.root) if "/b/" in name or "/b_" in name or name.endswith("/b.json")
    ]
    assert "b" not in json.loads(at.path("merged_analytics").read_text())["tracks_by_video"]
    assert rows_in_database(at, "b") == 0
    assert not at.gallery(blue.pop()).exists(), "an identity that was seen nowhere else is gone"
    assert at.path("tracks_global", "a").is_file()
    frames = pd.read_csv(at.report / "frames.csv")
    assert "b" not in set(frames["video"]) and len(frames)
    assert {path.name for path in (at.report / "frames").iterdir()} == set(frames["file"])


@pytest.mark.long
def test_one_video_goes_while_another_changes(finished: Cli) -> None:
    at = Layout(finished.root)
    shutil.rmtree(at.video("b"))
    rows = pd.read_csv(at.tracks("a"))
    rows[rows["track_id"] == rows["track_id"].iloc[0]].to_csv(at.tracks("a"), index=False)
    called = finished.run()
    assert called.code == 0, called.said
    assert not called.lines("failed: ") and not called.lines("database differs")


def test_after_a_removal_no_byte_of_the_video_is_left(tmp_path: Path) -> None:
    name = "zebra-crossing-77"
    root = make_root(tmp_path / "root")
    make_video(root, name, {3: (GREEN, (0, 9))}, frames=10, seed=5)
    cli = Cli(root, write_config(tmp_path))
    assert cli.run().code == 0
    at = Layout(root)
    with np.load(at.track_embeds(name)) as stored:
        vector = stored["emb"][0].tobytes()[:64]
    crop = max(at.crops(name).glob("*.jpg"), key=lambda path: path.stat().st_size).read_bytes()
    crop = crop[-98:-34]
    sought = {"name": name.encode(), "vector": vector, "crop": crop}
    sought["crop as text"] = base64.b64encode(crop)[4:-8]
    before = left_of(root, sought)
    assert "name" in before, "what is looked for is found while it is there"
    shutil.rmtree(at.video(name))
    called = cli.run()
    assert called.code == 0, called.said
    assert not left_of(root, sought)
    assert cli.run().out == "Everything is up to date: nothing to do.\n"
    with open_instance(at) as history:
        events = [history.get_latest_materialization_event(dg.AssetKey(one)) for one in ("flows", "report")]
    assert all(events), "what tells of the other videos is still there"


@pytest.mark.long
def test_a_video_whose_name_holds_the_removed_one_keeps_its_history(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root")
    make_video(root, "gate-1", {3: (GREEN, (0, 9))}, frames=10, seed=5)
    make_video(root, "gate-1 north", {3: (GREEN, (0, 9))}, frames=10, seed=6)
    cli = Cli(root, write_config(tmp_path))
    assert cli.run().code == 0
    shutil.rmtree(root / "gate-1")
    assert cli.run().code == 0
    with open_instance(Layout(root)) as history:
        made = history.get_materialized_partitions(dg.AssetKey("track_embeddings"))
    assert {"a", "b", "gate-1 north"} <= made and "gate-1" not in made


def left_of(root: Path, sought: dict[str, bytes]) -> dict[str, list[str]]:
    """What of it is found in which files."""
    files = [path for path in root.rglob("*") if path.is_file()]
    found = {
        what: [str(path.relative_to(root)) for path in files if content in path.read_bytes()]
        for what, content in sought.items()
    }
    return {what: names for what, names in found.items() if names}


@pytest.mark.long
def test_an_emptied_video_keeps_no_rows(finished: Cli) -> None:
    at = Layout(finished.root)
    at.tracks("b").write_bytes(b"")
    called = finished.run()
    assert called.code == 0, called.said
    assert "b" not in set(pd.read_csv(at.global_id_map)["video"])
    assert len(at.path("tracks_global", "b").read_text().splitlines()) == 1
    assert [path.name for path in at.crops("b").iterdir()] == ["crops.csv"]
    assert len([path for path in at.galleries.iterdir() if path.is_dir()]) == 2
    assert json.loads(at.path("summary_global", "b").read_text())["global_ids"] == []


@pytest.mark.long
def test_many_videos_that_vanish_at_once_are_kept_until_somebody_confirms(finished: Cli) -> None:
    at = Layout(finished.root)
    for video in ("c", "d", "e"):
        shutil.rmtree(at.video(video))
    before = at.global_id_map.read_bytes()
    called = finished.run()
    assert called.code == 0, called.said
    (line,) = called.lines("3 of 5 videos are gone")
    assert "--confirm-removals" in line and line.startswith("warning: ")
    assert at.track_embeds("c").is_file() and at.crops("d").is_dir()
    assert at.global_id_map.read_bytes() == before
    confirmed = finished.run("--confirm-removals")
    assert confirmed.code == 0, confirmed.said
    assert set(pd.read_csv(at.global_id_map)["video"]) == {"a", "b"}
    assert not at.track_embeds("c").exists() and not at.crops("d").exists()


@pytest.mark.long
def test_a_video_without_tracks_any_more_is_gone_but_its_own_files_stay(finished: Cli) -> None:
    at = Layout(finished.root)
    at.tracks("c").unlink()
    assert finished.run().code == 0
    assert sorted(path.name for path in at.video("c").iterdir()) == ["analysis.mp4", "summary.json"]
