"""kill -9 at random moments, of a run's process and of the whole tree: after a restart everything completes.

Twenty kills (REID_SOAK_KILLS) while videos arrive and change. Not part of `make test`: it takes many
minutes. The seed is printed, so that a failure can be seen again.
"""

import contextlib
import json
import os
import random
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import psutil

from reid_assets.artifacts import ARTIFACTS
from reid_assets.layout import Layout
from reid_assets.reid.association.identity_rules import violations
from reid_assets.state.planner import stale_parts
from reid_assets.state.project import Project
from reid_assets.storage.lock import is_held
from reid_assets_tests.support.live_ui import LiveUi, start_ui, wait_for
from reid_assets_tests.support.tiny_root import BLUE, GREEN, RED, make_root, make_video, write_config

KILLS = int(os.environ.get("REID_SOAK_KILLS", "20"))


def writing_run(at: Layout) -> psutil.Process | None:
    """The process of the run that writes now, if one does."""
    if not is_held(at.lock):
        return None
    note = json.loads(at.lock.with_suffix(".json").read_text())
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(note["pid"]) if note["what"].startswith("Dagster run") else None
    return None


def kill_run(at: Layout, chance: random.Random) -> bool:
    """Wait for a run that writes, and kill it a little later; whether it was still there."""
    with contextlib.suppress(AssertionError):
        wait_for(lambda: writing_run(at), 60)
    time.sleep(chance.uniform(0.0, 3.0))
    run = writing_run(at)
    if run is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        run.kill()
        return True
    return False


def kill_tree(ui: LiveUi) -> None:
    """Kill the UI, its daemon, its servers and its runs at once, as a power cut would."""
    top = psutil.Process(ui.process.pid)
    for process in [top, *top.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):  # it may end by itself meanwhile
            process.kill()
    ui.process.wait()


def disturb(root: Path, chance: random.Random, number: int) -> None:
    """A video comes, or one changes."""
    if number % 3:
        colours = chance.sample([RED, GREEN, BLUE], 2)
        actors = {track: (colour, (0, 11)) for track, colour in enumerate(colours)}
        make_video(root, f"v{number:02}", actors, frames=12, seed=number)
    else:
        path = Layout(root).tracks("a")
        path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")


def test_after_any_kill_everything_completes_by_itself(tmp_path: Path) -> None:
    seed = int(os.environ.get("REID_SOAK_SEED", time.time_ns() % 1_000_000))
    chance = random.Random(seed)
    print(f"seed {seed}")  # noqa: T201
    root, config = make_root(tmp_path / "cv"), write_config(tmp_path, arrival={"settle_seconds": 1.0})
    ui, killed = start_ui(root, config), {"run": 0, "tree": 0}
    try:
        for number in range(KILLS):
            wait_for(ui.answers, 180)
            disturb(root, chance, number)
            # Where no run writes any more, the tree it is.
            if number % 2 and kill_run(ui.at, chance):
                killed["run"] += 1
            else:
                time.sleep(chance.uniform(0.0, 20.0))
                kill_tree(ui)
                ui = start_ui(root, config)
                killed["tree"] += 1
        wait_for(ui.answers, 180)
        ui.rest(time.time(), 400)
    finally:
        if ui.process.poll() is None:
            kill_tree(ui)
    print(killed)  # noqa: T201
    check_whole(Project.open(root, config))


def check_whole(project: Project) -> None:
    """Everything is made, nothing is half-written, no rule is broken, files and database agree."""
    at = project.layout
    for artifact in ARTIFACTS.names:
        assert not stale_parts(project, artifact), artifact
        assert not project.mirror.differences(artifact), artifact
    assert not [path for path in at.root.rglob("*.partial") if ".dagster_home" not in path.parts]
    for video in at.video_names():
        with np.load(at.track_embeds(video)) as pair:
            assert len(pair["emb"]) == len(pd.read_csv(at.track_meta(video)))
        assert len(at.tracks(video).read_text().splitlines()) == len(
            at.path("tracks_global", video).read_text().splitlines()
        )
    id_map = pd.read_csv(at.global_id_map)
    assert set(id_map["video"]) == set(at.video_names())
    assert violations(id_map, project.settings.associate).empty
    with duckdb.connect(str(at.database), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM global_id_map").fetchone() == (len(id_map),)
