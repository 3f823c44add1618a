"""The first hour of somebody with five videos, in order: every message is true when it is said.

Real videos with real tracker output, put wrongly at first; each step does what the step before advised.
"""

import json
import os
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.automation.check_results import last_evaluations
from reid_assets.automation.instance import open_instance
from reid_assets.layout import Layout
from reid_assets.storage.gallery_files import read_gallery_index
from reid_assets_tests.support.cli_calls import Called, call
from reid_assets_tests.support.tiny_root import write_config

SHARED = Path(os.environ.get("REID_SHARED", Path(__file__).parents[2] / "shared"))
VIDEOS, OSNET = SHARED / "data" / "sample_cv", SHARED / "models" / "osnet_x0_25_msmt17.onnx"
pytestmark = pytest.mark.skipif(not VIDEOS.is_dir(), reason=f"no sample videos under {VIDEOS}")
CARS, PASSERS, SHOP = "car-detection", "one-by-one-person-detection", "people-detection"


class Newcomer:
    """A root of somebody's own, and the commands as they would be typed."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "cv"
        self.root.mkdir()
        network = {"person": f"onnx:{OSNET}", "*": "builtin"} if OSNET.is_file() else {}
        backbone = {"name": "builtin", "by_class": network}
        self.config = write_config(folder, backbone=backbone, associate={"method": "auto"})

    def __call__(self, command: str, *arguments: str) -> Called:
        return call(command, "--root", str(self.root), *arguments)

    def put(self, *videos: str) -> None:
        for video in videos:
            shutil.copytree(VIDEOS / video, self.root / video)
            for path in (self.root / video, *(self.root / video).iterdir()):
                path.chmod(0o755)

    def believed(self, called: Called) -> None:
        """What the last lines of a run say is so, now that it is over."""
        layout = Layout(self.root)
        id_map = pd.read_csv(layout.global_id_map)
        identities = id_map["global_id"].nunique()
        assert called.lines(f"{len(id_map)} tracks → {identities} identities"), called.said
        assert not re.search(r"did not pass|See it in the UI|check \w+|Traceback", called.said), called.said
        out_of_date = [line for line in self("status").out.splitlines() if "out of date" in line]
        assert not out_of_date, "nothing is left to do after a run"
        assert "out of date" not in called.out
        warned = {line for line in called.out.splitlines() if line.startswith(("warning: ", "failed: "))}
        failed = self._failed_checks()
        for reason in failed:
            assert any(reason in line for line in warned), f"not told: {reason}"
        doubted = any("too few tracks" in reason for reason in failed)
        assert bool(called.lines("(uncertain: ") + called.lines("; uncertain: ")) is doubted

    def _failed_checks(self) -> set[str]:
        from reid_assets.definitions import defs

        with open_instance(Layout(self.root)) as history:
            keys = defs.get_repository_def().asset_graph.asset_check_keys
            found = last_evaluations(history, keys).values()
        return {str(one.metadata["reason"].value) for one in found if not one.passed}


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    return Newcomer(tmp_path_factory.mktemp("first"))


def test_an_empty_root_is_told_and_nothing_is_made(newcomer: Newcomer) -> None:
    for command, code in ((("run",), 2), (("run", "--dry-run"), 2), (("doctor",), 1)):
        called = newcomer(*command)
        assert called.code == code and "there is no video here" in " ".join(called.said.split())
    assert not list(newcomer.root.iterdir())


def test_what_lies_wrongly_is_told_by_every_command_with_the_way_out(newcomer: Newcomer) -> None:
    newcomer.put(CARS, PASSERS, SHOP)
    root = newcomer.root
    shutil.copy(root / CARS / "analysis.mp4", root / "gate.mp4")
    (root / CARS / "analysis.mp4").rename(root / CARS / "video.mp4")
    renamed = pd.read_csv(root / SHOP / "tracks.csv").rename(columns={"class_name": "label"})
    renamed.to_csv(root / SHOP / "tracks.csv", index=False)
    as_mot(root / PASSERS / "tracks.csv")
    ways_out = (
        "gate/analysis.mp4 beside gate/tracks.csv",
        "Rename it to analysis.mp4",
        "Rename 'label' to 'class_name'",
        f"reid-assets import {root / PASSERS / 'tracks.csv'} --video {PASSERS}",
    )
    for command, code in ((("run", "--dry-run"), 0), (("run", "--config", str(newcomer.config)), 1)):
        called = newcomer(*command)
        assert called.code == code, called.said
        for way_out in ways_out:
            assert len(called.lines(way_out)) == 1, (command, way_out, called.said)
    assert called.lines("0 of 3 videos") and not called.lines("identities (")
    told = " ".join(newcomer("doctor").said.replace("│", " ").split())
    assert all(way_out.split("/")[0] in told for way_out in ways_out)


def test_each_is_mended_as_it_was_told(newcomer: Newcomer) -> None:
    root = newcomer.root
    (root / "gate.mp4").unlink()
    (root / CARS / "video.mp4").rename(root / CARS / "analysis.mp4")
    renamed = pd.read_csv(root / SHOP / "tracks.csv").rename(columns={"label": "class_name"})
    renamed.to_csv(root / SHOP / "tracks.csv", index=False)
    (line,) = newcomer("run", "--dry-run").lines("reid-assets import ")
    command = line.partition("reid-assets ")[2].split()
    called = newcomer(command[0], *command[1:])
    assert called.code == 0, called.said
    table, before = pd.read_csv(root / PASSERS / "tracks.csv"), pd.read_csv(VIDEOS / PASSERS / "tracks.csv")
    for name in ("frame", "track_id", "x1", "y2", "conf"):
        assert table[name].to_numpy() == pytest.approx(before[name].to_numpy(), abs=1e-6, nan_ok=True)


def test_the_plan_and_the_run_agree_and_the_run_is_believed(newcomer: Newcomer) -> None:
    planned = newcomer("run", "--dry-run")
    assert planned.code == 0 and planned.lines(" s in all (") and not planned.lines("warning: ")
    called = newcomer("run")
    assert called.code == 0, called.said
    newcomer.believed(called)
    assert newcomer("run").out == "Everything is up to date: nothing to do.\n"


@pytest.mark.long
def test_a_forgotten_flag_and_another_file_make_nothing_again(newcomer: Newcomer, tmp_path: Path) -> None:
    assert newcomer("status").lines(f"{newcomer.config} (remembered by this root)")
    other = write_config(tmp_path, embed={"class_filter": [0]})
    asked = newcomer("run", "--config", str(other))
    assert asked.code == 2 and asked.lines("embed.class_filter changed: null → [0]")
    once = newcomer("run", "--set", "galleries.per_id=3")
    assert once.code == 0 and not once.lines("out of date")
    assert newcomer("status").lines("galleries.per_id changed: 3 → 8")
    newcomer.believed(newcomer("run"))


def test_the_galleries_show_every_track(newcomer: Newcomer) -> None:
    layout = Layout(newcomer.root)
    shown, id_map = read_gallery_index(layout), pd.read_csv(layout.global_id_map)
    assert len(shown[["video", "track_id"]].drop_duplicates()) == len(id_map)
    folders = {path.name for path in layout.galleries.iterdir() if path.is_dir()}
    assert folders == {f"global_{number:06d}" for number in set(id_map["global_id"])}
    page = newcomer("report")
    assert page.code == 0 and Path(page.out.strip()).is_file()


@pytest.mark.long
def test_a_video_that_goes_and_comes_back_gives_its_people_their_ids(
    newcomer: Newcomer, tmp_path: Path
) -> None:
    before = ids(newcomer)
    shutil.move(newcomer.root / SHOP, tmp_path / SHOP)
    gone = newcomer("run")
    assert gone.code == 0 and gone.lines(f"{SHOP}: removed, its folder is gone")
    newcomer.believed(gone)
    shutil.move(tmp_path / SHOP, newcomer.root / SHOP)
    back = newcomer("run")
    newcomer.believed(back)
    assert ids(newcomer) == before


@pytest.mark.long
def test_footage_that_nobody_may_write_to_has_its_outputs_elsewhere(
    newcomer: Newcomer, tmp_path: Path
) -> None:
    share, out = tmp_path / "share", tmp_path / "results"
    shutil.copytree(VIDEOS / SHOP, share / SHOP)
    config = str(newcomer.config)
    before = {path: path.stat().st_mtime_ns for path in share.rglob("*")}
    called = call("run", "--root", str(share), "--out", str(out), "--config", config)
    assert called.code == 0, called.said
    assert {path: path.stat().st_mtime_ns for path in share.rglob("*")} == before
    assert json.loads((out / SHOP / "summary_global.json").read_text()) and (out / "reid" / "report").is_dir()
    again = call("run", "--root", str(share), "--out", str(out))
    assert again.out == "Everything is up to date: nothing to do.\n"
    other = call("run", "--root", str(newcomer.root), "--out", str(out))
    assert other.code == 2 and other.lines(f"holds the outputs of {share}")


def ids(newcomer: Newcomer) -> dict[tuple[str, int], int]:
    rows = pd.read_csv(Layout(newcomer.root).global_id_map)
    return {(row.video, row.track_id): row.global_id for row in rows.itertuples()}


def as_mot(path: Path) -> None:
    """The same detections as MOTChallenge results."""
    rows = pd.read_csv(path)
    sides = rows["x2"] - rows["x1"], rows["y2"] - rows["y1"]
    mot = [rows["frame"] + 1, rows["track_id"], rows["x1"], rows["y1"], *sides, rows["conf"]]
    pd.concat(mot, axis=1).assign(x=-1, y=-1, z=-1).to_csv(path, header=False, index=False)
