"""Hundreds of damaged inputs, drawn from a seed: each is used rightly, or fails alone and by name.

REID_CASES is the number of damaged videos (`make soak` takes thousands), REID_SEED another draw.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.config import load_cameras, load_settings
from reid_assets.layout import Layout
from reid_assets.reid.core.errors import ConfigError
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.long_tests import long_after
from reid_assets_tests.support.mutations import mutate_bytes, mutate_csv, mutate_json, mutate_yaml
from reid_assets_tests.support.tiny_root import make_root, write_config

CASES, SEED = int(os.environ.get("REID_CASES", "90")), int(os.environ.get("REID_SEED", "1"))
EACH = 30  # damaged videos beside two sound ones
TOP = Path(__file__).parents[1]
PROGRAM = [sys.executable, "-c", "from reid_assets.cli import main; main()"]
DAMAGES = {"tracks.csv": 5, "summary.json": 3, "analysis.mp4": 2}


def damage(folder: Path, draw: random.Random) -> str:
    """Damage one file of a video; which."""
    name = draw.choices(list(DAMAGES), list(DAMAGES.values()))[0]
    path = folder / name
    if name == "tracks.csv":
        path.write_bytes(mutate_csv(path.read_text(), draw))
    elif name == "summary.json":
        path.write_bytes(mutate_json(path.read_text(), draw))
    else:
        path.write_bytes(mutate_bytes(path.read_bytes(), draw))
    return name


@pytest.mark.parametrize("round_", long_after(1, range(max(1, CASES // EACH))))
def test_a_damaged_video_is_used_rightly_or_fails_alone(tmp_path: Path, round_: int) -> None:
    draw = random.Random(f"{SEED} {round_}")
    root = make_root(tmp_path / "root")
    damaged = {}
    for number in range(EACH):
        name = f"damaged {number}"
        shutil.copytree(root / "a", root / name)
        damaged[name] = damage(root / name, draw)
    config = write_config(tmp_path)
    command = [*PROGRAM, "run", "--root", str(root), "--config", str(config)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    said = f"{ended.stdout}\n{ended.stderr}\nseed {SEED}, round {round_}, {damaged}"
    assert ended.returncode in (0, 1) and "Traceback" not in said, said
    assert "bug of reid-assets" not in said, said
    at = Layout(root)
    id_map = pd.read_csv(at.global_id_map)
    for video in ("a", "b"):
        assert at.path("tracks_global", video).is_file() and video in set(id_map["video"]), said
    failed = set(re.findall(r"^failed: (damaged \d+): ", ended.stdout, re.MULTILINE))
    for video in damaged:
        made = at.path("tracks_global", video).is_file()
        assert made is not (video in failed), f"{video}: neither made nor failed\n{said}"
        if made:
            assert used_rightly(at, video, id_map), f"{video}\n{said}"


def used_rightly(at: Layout, video: str, id_map: pd.DataFrame) -> bool:
    """Every mapped track stands in the table as it is written there."""
    text = at.tracks(video).read_bytes().decode("utf-8-sig")
    mapped = set(id_map.loc[id_map["video"] == video, "track_id"])
    words = re.findall(r"[-+]?[0-9][0-9.]*(?:[eE][-+]?[0-9]{1,3})?", text)
    numbers = {whole_of(word) for word in words}
    return mapped <= numbers


def whole_of(word: str) -> int | None:
    """A number as it is written, exactly; None where it is no whole one."""
    try:
        number = Decimal(word)
        return int(number) if number == number.to_integral_value() else None
    except ArithmeticError:
        return None


@pytest.mark.parametrize("number", long_after(1, range(max(1, CASES // 22))))
def test_a_damaged_result_is_named_or_made_again(finished_root: Cli, number: int, tmp_path: Path) -> None:
    draw = random.Random(f"{SEED} result {number}")
    root = finished_root.root
    results = sorted(p for p in root.rglob("*") if p.is_file() and is_result(root, p))
    path = draw.choice(results)
    before = path.read_bytes()
    path.write_bytes(mutate_bytes(before, draw))
    called = finished_root.run()
    again = finished_root.run("--force") if called.code == 0 else called
    path_said = f"{path.relative_to(root)}: {called.said}\n{again.said}"
    assert "Traceback" not in path_said and "bug of reid-assets" not in path_said, path_said
    assert called.code == 0 or called.lines("failed: "), path_said
    for command in ("status", "doctor"):
        assert "Traceback" not in finished_root(command).said, path_said
    if called.code:
        path.write_bytes(before)
        assert finished_root.run().code == 0


def is_result(root: Path, path: Path) -> bool:
    inside = path.relative_to(root).parts
    return inside[0] == "reid" and not path.name.startswith(".lock")


@pytest.fixture(scope="module")
def finished_root(finished_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    folder = tmp_path_factory.mktemp("damaged")
    shutil.copytree(finished_once, folder, dirs_exist_ok=True)
    return Cli(folder / "root", folder / "reid.yaml")


@pytest.mark.parametrize("name", ["reid.yaml", "cameras.example.yaml"])
def test_a_damaged_configuration_is_one_line(tmp_path: Path, name: str) -> None:
    text = (TOP / "configs" / "cv" / name).read_text(encoding="utf-8")
    path, load = tmp_path / name, load_settings if name == "reid.yaml" else load_cameras
    for number in range(CASES + 20):
        path.write_bytes(mutate_yaml(text, random.Random(f"{SEED} {name} {number}")))
        try:
            load(path)
        except ConfigError as error:
            assert "\n" not in str(error) and name in str(error), (number, str(error))
