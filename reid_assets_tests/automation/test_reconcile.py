"""What the sensors and the schedule ask for: what is ripe, in few runs, once, and not for ever."""

import json
import shutil
import subprocess
import sys
import time

import dagster as dg
import pandas as pd
import pytest

from reid_assets.automation.reconcile import Videos, videos_to_embed
from reid_assets.automation.run_retries import close_dead_runs
from reid_assets.definitions import defs
from reid_assets.defs.run_requests import embedding_requests
from reid_assets.state.project import Project
from reid_assets_tests.support.sensor_driver import Ticking, made
from reid_assets_tests.support.tiny_root import BLUE, GREEN, make_video


def ranges(requests: object) -> list[tuple[str, str]]:
    names = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
    return [tuple(request.tags[name] for name in names) for request in requests or []]  # type: ignore


def test_where_everything_is_made_nothing_is_asked_for_and_soon_nothing_is_looked_at(
    ticking: Ticking,
) -> None:
    for _ in range(2):
        assert ticking.said("new_videos") == "Every video is embedded."
        assert ticking.said("reassociate") == "Everything is up to date."
    assert not ticking.night()
    quiet = {name: json.loads(cursor or "{}")["quiet"] for name, cursor in ticking.cursors.items()}
    assert set(quiet) == {"new_videos", "reassociate"}
    ticking.at.path("flows").unlink()
    assert [request.job_name for request in ticking.tick("reassociate").run_requests or []] == ["everything"]


def test_a_video_that_still_changes_is_left_alone_until_it_rests(ticking: Ticking) -> None:
    ticking.configure(arrival={"settle_seconds": 4.0})
    make_video(ticking.at.root, "new", {0: (GREEN, (0, 9))}, frames=10, seed=40)
    assert ticking.said("new_videos").endswith("1 still changing: new")
    assert ticking.said("reassociate") in ("Everything is up to date.", "Waiting for videos to be embedded.")
    assert "new" not in ticking.instance.get_dynamic_partitions("videos")
    time.sleep(4.1)
    assert ranges(ticking.settled("new_videos").run_requests) == [("new", "new")]


def test_a_video_that_is_no_partition_yet_is_not_asked_for(ticking: Ticking) -> None:
    """It may come to rest between the look that registers videos and the one that chooses them."""
    make_video(ticking.at.root, "new", {0: (GREEN, (0, 9))}, frames=10, seed=40)
    known = set(ticking.instance.get_dynamic_partitions("videos"))
    assert videos_to_embed(Project.open(), known) == Videos(waiting=["new"])
    assert embedding_requests(Project.open(), ticking.instance, ["new"]) == []


def test_a_check_that_a_killed_run_had_only_planned_is_reported_anew(ticking: Ticking) -> None:
    job = defs.resolve_job_def("associate")
    ticking.instance.create_run_for_job(job, status=dg.DagsterRunStatus.CANCELED)
    key = dg.AssetCheckKey(dg.AssetKey("global_id_map"), "up_to_date")
    storage = ticking.instance.event_log_storage
    assert storage.get_latest_asset_check_execution_by_key([key])[key].status.value == "PLANNED"
    ticking.configure(associate={"min_sim": 0.9999})
    assert len(ticking.tick("out_of_date").asset_events) >= 1


def test_videos_that_changed_here_and_there_are_few_runs_and_the_others_stay(ticking: Ticking) -> None:
    for number in range(10):
        make_video(ticking.at.root, f"v{number}", {0: (BLUE, (0, 9))}, frames=10, seed=50 + number)
    ticking.run(ticking.settled("new_videos").run_requests)
    for number in range(0, 10, 2):
        path = ticking.at.tracks(f"v{number}")
        path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")
    asked = ticking.settled("new_videos").run_requests or []
    assert len(asked) == 4
    embedded = [video for asset, video in made(ticking.run(asked)) if asset == "track_embeddings"]
    assert sorted(map(str, embedded)) == [f"v{number}" for number in range(0, 10, 2)]


@pytest.mark.long
def test_another_threshold_in_the_yaml_is_seen_by_the_next_tick(ticking: Ticking) -> None:
    ticking.until_rest()
    ticking.configure(associate={"min_sim": 0.9999})
    assert "embedded" in ticking.said("new_videos")
    results = ticking.until_rest()
    assets = made(results)
    assert [asset for asset, _ in assets].count("global_id_map") == 1
    attached = [video for asset, video in assets if asset == "tracks_global"]
    assert "b" in attached and "a" not in attached, "its tracks kept their identities"
    assert len(results) <= 3


def test_what_a_change_of_the_yaml_makes_out_of_date_is_reported_once_to_the_checks(
    ticking: Ticking,
) -> None:
    ticking.configure(associate={"min_sim": 0.9999})
    events = ticking.tick("out_of_date").asset_events
    told = [
        event.asset_key.to_user_string() for event in events if isinstance(event, dg.AssetMaterialization)
    ]
    assert told == ["configuration/associate"], "the lineage shows what changed"
    reported = {e.asset_key.to_user_string(): e for e in events if isinstance(e, dg.AssetCheckEvaluation)}
    assert "flows" not in reported, "what follows is not out of date before the map is another"
    evaluation = reported["global_id_map"]
    assert isinstance(evaluation, dg.AssetCheckEvaluation)
    assert not evaluation.passed and "associate.min_sim changed: " in str(evaluation.metadata["why"].value)
    assert "Nothing has gone out of date." in ticking.said("out_of_date")
    assert ticking.said("out_of_date") == "Nothing has changed."


def test_a_video_whose_embedding_failed_is_tried_again_after_a_change_or_its_delay_but_not_for_ever(
    ticking: Ticking,
) -> None:
    ticking.configure(arrival={"retry_minutes": 1.0, "retries": 2})
    whole = ticking.at.analysis("b").read_bytes()
    ticking.at.analysis("b").write_bytes(b"no video")
    assert ranges(ticking.settled("new_videos").run_requests) == [("b", "b")]
    ticking.run(ticking.settled("new_videos").run_requests)
    assert ticking.said("new_videos") == "1 failed before: b"
    ticking.configure(arrival={"retry_minutes": 0.0, "retries": 2})
    tries = 0
    while asked := ticking.settled("new_videos").run_requests:
        ticking.run(asked)
        tries += 1
        assert tries < 5
    assert tries == 2
    ticking.at.analysis("b").write_bytes(whole)
    ticking.until_rest()
    assert Project.open().failures.get("track_embeddings", "b") is None


def test_association_does_not_wait_for_a_video_that_failed(ticking: Ticking) -> None:
    ticking.at.analysis("b").write_bytes(b"no video")
    make_video(ticking.at.root, "new", {0: (GREEN, (0, 9))}, frames=10, seed=40)
    ticking.until_rest()
    assert "new" in set(pd.read_csv(ticking.at.global_id_map)["video"])


@pytest.mark.long
def test_association_waits_for_videos_that_arrive_but_a_bounded_time_only(ticking: Ticking) -> None:
    make_video(ticking.at.root, "new", {0: (GREEN, (0, 9))}, frames=10, seed=40)
    ticking.run(ticking.settled("new_videos").run_requests)
    make_video(ticking.at.root, "newer", {0: (GREEN, (0, 9))}, frames=10, seed=41)
    assert ticking.said("reassociate") == "Waiting for videos to be embedded."
    ticking.configure(arrival={"wait_minutes": 0.0})
    asked = ticking.tick("reassociate").run_requests or []
    assert [request.job_name for request in asked] == ["associate", "everything", "everything"]
    ticking.run(asked)
    assert ticking.at.path("summary_global", "new").is_file(), "what follows is not starved either"


def test_a_folder_that_is_no_video_is_reported_once(
    ticking: Ticking, capsys: pytest.CaptureFixture[str]
) -> None:
    make_video(ticking.at.root, "bad\nname", {0: (GREEN, (0, 9))}, frames=10)
    said = [ticking.said("new_videos") + capsys.readouterr().err for _ in range(3)]
    assert [text.count("holds a control character") for text in said][1:] == [0, 0]
    assert "holds a control character" in said[0]


@pytest.mark.long
def test_many_videos_that_vanish_are_kept_and_a_single_one_is_forgotten(ticking: Ticking) -> None:
    for video in ("c", "d", "e"):
        shutil.rmtree(ticking.at.video(video))
    assert "is a disk unmounted?" in ticking.said("new_videos")
    assert "unmounted" not in ticking.said("new_videos"), "it is said once"
    assert ticking.at.track_embeds("c").is_file()
    for video in ("c", "d"):
        make_video(ticking.at.root, video, {0: (GREEN, (0, 9))}, frames=10)
    ticking.until_rest()
    assert "e" not in ticking.instance.get_dynamic_partitions("videos")
    assert "e" not in set(pd.read_csv(ticking.at.global_id_map)["video"])


@pytest.mark.long
def test_the_night_makes_everything_in_the_order_of_the_lineage(ticking: Ticking) -> None:
    make_video(ticking.at.root, "new", {0: (GREEN, (0, 9)), 1: (BLUE, (0, 9))}, frames=10, seed=40)
    asked = ticking.night()
    assert len(asked) <= 4
    assets = made(ticking.run(asked))
    order = [asset for asset, _ in assets]
    assert order.index("track_embeddings") < order.index("global_id_map") < order.index("tracks_global")
    assert ("tracks_global", "new") in assets and ("tracks_global", "a") not in assets
    assert not ticking.night()


def test_a_run_whose_process_is_gone_is_closed_unless_somebody_holds_the_root(ticking: Ticking) -> None:
    job = defs.resolve_job_def("associate")
    run = ticking.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    hold = (
        "from pathlib import Path; from reid_assets.storage.lock import hold; "
        f"context = hold(Path({str(ticking.at.lock)!r}), 'x', 0, print); context.__enter__(); "
        "print('held', flush=True); input()"
    )
    holder = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout and holder.stdout.readline() == b"held\n"
    assert close_dead_runs(ticking.instance, ticking.at, older_than=0.0) == []
    holder.communicate(b"\n")
    assert close_dead_runs(ticking.instance, ticking.at) == [], "it may just be starting"
    assert close_dead_runs(ticking.instance, ticking.at, older_than=0.0) == [run.run_id]
    closed = ticking.instance.get_run_by_id(run.run_id)
    assert closed and closed.status == dg.DagsterRunStatus.CANCELED
