"""Runs from Python: what was made, what failed, and a process that stays as it was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import psutil
import pytest

import reid_assets
from reid_assets.layout import Layout
from reid_assets.storage.lock import hold
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.live_ui import wait_for
from reid_assets_tests.support.tiny_root import GREEN, make_video, write_config


def opened(finished: Cli) -> "reid_assets.Root[pd.DataFrame]":
    return reid_assets.open(finished.root, config=finished.config)


def mask() -> int:
    """The umask of this process."""
    now = os.umask(0)
    os.umask(now)
    return now


@pytest.mark.long
def test_a_new_video_is_made_a_bad_one_fails_and_nothing_is_made_twice(
    finished: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    root, before = opened(finished), (dict(os.environ), mask(), Path.cwd())
    make_video(finished.root, "f", {3: (GREEN, (0, 9))}, frames=10, seed=9)
    make_video(finished.root, "g", {3: (GREEN, (0, 9))}, frames=10, seed=8)
    (finished.root / "g" / "tracks.csv").write_text("frame,track_id\n0,0\n")
    result = root.run()
    assert not result.ok and set(result.failed) == {"g"} and "class_id" in result.failed["g"]
    assert ("track_embeddings", "f") in result.made and ("global_id_map", None) in result.made
    assert "g: " in str(result)
    assert "f" in set(root.tracks()["video"]), "the next call sees it"
    assert "Finished in" in capsys.readouterr().out, "what the run says is printed meanwhile"
    assert (dict(os.environ), mask(), Path.cwd()) == before
    again = root.run(videos="f", quiet=True)
    assert again.made == () and capsys.readouterr().out == ""


def test_options_are_those_of_the_command(finished: Cli) -> None:
    root = opened(finished)
    result = root.run(only=["galleries"], force=True, quiet=True)
    assert result.ok and result.made == (("galleries", None),) and str(result) == "made 1"
    result = root.run(only="global_id_map", changes="associate.min_sim=0.9", quiet=True)
    assert ("global_id_map", None) in result.made


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"videos": "bb"}, "'bb' is no video"),
        ({"only": "gallery"}, "Did you mean 'galleries'"),
        ({"changes": "associate.min_simm=0.9"}, "min_sim"),
        ({"changes": ["associate.min_sim=lots"]}, "min_sim"),
    ],
)
def test_what_cannot_run_says_why_and_nothing_runs(finished: Cli, asked: dict, told: str) -> None:
    before = Layout(finished.root).global_id_map.stat().st_mtime_ns
    with pytest.raises(reid_assets.ConfigError, match=told):
        opened(finished).run(**asked, quiet=True)
    assert Layout(finished.root).global_id_map.stat().st_mtime_ns == before


def test_another_configuration_has_to_be_agreed_to(finished: Cli) -> None:
    (finished.config.parent / "other").mkdir()
    other = write_config(finished.config.parent / "other", galleries={"per_id": 2})
    root = reid_assets.open(finished.root, config=other)
    with pytest.raises(reid_assets.ConfigError, match="say --yes"):
        root.run(quiet=True)
    assert root.run(yes=True, quiet=True).ok


@pytest.mark.long
def test_a_root_that_somebody_holds_is_told_and_no_exception(finished: Cli) -> None:
    with hold(Layout(finished.root).lock, "the test", 0.0, lambda text: None):
        result = opened(finished).run(force=True, quiet=True)
    assert not result.ok and result.made == () and "the test" in " ".join(result.errors)


@pytest.mark.long
def test_an_interrupted_call_ends_its_run_and_the_next_one_goes_on(finished: Cli) -> None:
    places = f"{str(finished.root)!r}, config={str(finished.config)!r}"
    code = f"import reid_assets\nreid_assets.open({places}).run(force=True)"
    caller = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    parent = psutil.Process(caller.pid)
    (worker,) = wait_for(parent.children, 30)
    assert caller.stdout is not None
    caller.stdout.readline()
    caller.send_signal(signal.SIGINT)
    _, said = caller.communicate(timeout=120)
    assert b"KeyboardInterrupt" in said and not worker.is_running()
    assert opened(finished).run(quiet=True).ok
