"""One bad video fails alone and by name, whatever is wrong with it; its neighbours get everything.

`support/hostile_root.py` says what each video is; they all lie under one root, beside two healthy ones.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets.reid.core.outside_files import file_problem
from reid_assets_tests.support.cli_calls import Called, Cli
from reid_assets_tests.support.hostile_root import FAILS, FINE, HEALTHY, WARNS, make_hostile_root
from reid_assets_tests.support.tiny_root import BLUE, RED, make_root, make_video, write_config

NOBODY = 65534


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    folder = tmp_path_factory.mktemp("hostile")
    return Cli(make_hostile_root(folder / "root"), write_config(folder))


@pytest.fixture(scope="module")
def first(hostile: Cli) -> Called:
    return hostile.run()


@pytest.fixture
def at(hostile: Cli, first: Called) -> Layout:
    return Layout(hostile.root)


def is_complete(at: Layout, video: str) -> bool:
    made = ("track_embeddings", "track_crops", "tracks_global", "summary_global")
    return all(path.exists() for artifact in made for path in at.files(artifact, video))


@pytest.mark.long
def test_a_run_that_had_to_leave_videos_out_ends_with_1_and_shows_no_traceback(first: Called) -> None:
    assert first.code == 1
    assert "Traceback" not in first.said and "bug" not in first.said, first.said


@pytest.mark.parametrize("video", FAILS)
def test_a_bad_video_fails_in_one_line_with_the_reason(first: Called, at: Layout, video: str) -> None:
    lines = [line for line in first.lines(f"{video}: ") if line.startswith("failed: ")]
    assert len(lines) == 1, first.said
    assert FAILS[video][1] in lines[0]
    assert not is_complete(at, video)


@pytest.mark.parametrize("video", WARNS)
def test_what_is_only_optional_is_left_out_with_one_line(first: Called, at: Layout, video: str) -> None:
    lines = [line for line in first.lines(f"{video}: ") if line.startswith("warning: ")]
    assert len(lines) == 1, first.said
    assert WARNS[video][1] in lines[0] and "going on without it" in lines[0]
    assert is_complete(at, video)
    json.loads(at.path("summary_global", video).read_text(encoding="utf-8"))


@pytest.mark.parametrize("video", [*HEALTHY, *FINE])
def test_everybody_else_gets_everything_without_a_word(first: Called, at: Layout, video: str) -> None:
    assert is_complete(at, video)
    assert not [line for line in first.lines(f"{video}: ") if line.startswith(("failed", "warning"))]


def test_the_map_holds_all_that_could_be_embedded(at: Layout) -> None:
    assert set(pd.read_csv(at.global_id_map)["video"]) == {*HEALTHY, *WARNS, *FINE}


def test_all_other_commands_name_the_bad_videos_too(hostile: Cli, first: Called) -> None:
    for command, *options in (("status",), ("doctor",), ("run", "--dry-run")):
        called = hostile(command, *options)
        assert "Traceback" not in called.said and called.code in (0, 1), called.said


@pytest.mark.long
def test_ids_beyond_2_to_the_53_stay_apart(tmp_path: Path) -> None:
    big = 2**53
    make_video(tmp_path / "root", "v", {big: (RED, (0, 13)), big + 1: (BLUE, (0, 13))}, frames=14)
    called = Cli(tmp_path / "root", write_config(tmp_path)).run()
    at = Layout(tmp_path / "root")
    assert called.code == 0, called.said
    assert pd.read_csv(at.global_id_map)["track_id"].tolist() == [big, big + 1]
    attached = pd.read_csv(at.path("tracks_global", "v"))
    assert attached.groupby("track_id")["global_id"].nunique().to_dict() == {big: 1, big + 1: 1}
    asked = Cli(at.root, tmp_path / "reid.yaml")(
        "sql", "--csv", "SELECT DISTINCT track_id FROM tracks_global ORDER BY 1"
    )
    assert asked.out.split() == ["track_id", str(big), str(big + 1)]


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """Whoever may do everything cannot be refused anything."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    before = os.environ.get("HOME")
    os.seteuid(NOBODY)
    os.environ["HOME"] = str(folder)
    try:
        yield
    finally:
        os.seteuid(0)
        if before is not None:
            os.environ["HOME"] = before


@pytest.fixture
def open_to_all(tmp_path: Path) -> Iterator[Path]:
    """A folder that another user may reach: those of pytest are its owner's alone."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="reid-assets-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="there are no such permissions")
def test_what_may_not_be_read_fails_alone(open_to_all: Path) -> None:
    root = make_root(open_to_all / "root")
    for name in ("no folder", "no tracks", "no summary", "no video"):
        make_video(root, name, {0: (RED, (0, 9))}, frames=10)
    config = write_config(open_to_all)
    refused = [root / "no folder", root / "no tracks" / "tracks.csv"]
    refused += [root / "no summary" / "summary.json", root / "no video" / "analysis.mp4"]
    with as_nobody(open_to_all):
        for path in refused:
            path.chmod(0)
        if file_problem(refused[0] / "tracks.csv") is None:
            pytest.skip("this file system refuses nobody anything")
        called = Cli(root, config).run()
        again = Cli(root, config)("status")
        refused[0].chmod(0o755)
    at = Layout(root)
    assert called.code == 1 and "Traceback" not in called.said + again.said, called.said
    for video in ("no folder", "no tracks", "no video"):
        lines = called.lines(f"failed: {video}: ")
        assert len(lines) == 1 and "ermission denied" in lines[0], called.said
    assert len(called.lines("warning: no summary: ")) == 1
    assert all(is_complete(at, video) for video in (*HEALTHY, "no summary"))
