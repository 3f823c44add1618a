"""What goes when a video goes: all that was made for it, nothing else, and never many videos unasked."""

import json
import shutil

import duckdb
import pandas as pd

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import files_under


def rows_in_database(at: Layout, video: str) -> int:
    tables = ("track_meta", "track_crops", "tracks_global", "summary_global", "global_id_map", "galleries")
    with duckdb.connect(str(at.database), read_only=True) as connection:
        everywhere = " UNION ALL ".join(f"SELECT video FROM {table}" for table in tables)
        return len(connection.execute(f"SELECT * FROM ({everywhere}) WHERE video = ?", [video]).fetchall())


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


def test_a_video_without_tracks_any_more_is_gone_but_its_own_files_stay(finished: Cli) -> None:
    at = Layout(finished.root)
    at.tracks("c").unlink()
    assert finished.run().code == 0
    assert sorted(path.name for path in at.video("c").iterdir()) == ["analysis.mp4", "summary.json"]
