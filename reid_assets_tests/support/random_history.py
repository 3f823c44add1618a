"""A root with a life of its own: videos come and go, people correct and forget, runs are killed.

After each step what is promised of identities is checked, by nothing but the files.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from reid_assets.layout import Layout
from reid_assets.reid.association.identity_events import replay
from reid_assets.state.corrected import broken_corrections, links_of, without_nobody
from reid_assets.state.project import Project
from reid_assets.storage.embeddings_pair import read_metas
from reid_assets.storage.identity_history import read_history
from reid_assets_tests.support.cli_calls import OWN_VARIABLES, Cli, call
from reid_assets_tests.support.tiny_root import BLUE, GREEN, RED, WHITE, make_video, write_config

SETTINGS = (
    {},
    {"associate": {"caution": 0.7}},
    {"associate": {"method": "threshold", "min_sim": 0.5}},
    {"associate": {"incremental": "always"}},
    {"galleries": {"per_id": 3}},
    {"embed": {"inset": 3}},
)
STEPS = (
    "add",
    "add",
    "remove",
    "come back",
    "same",
    "different",
    "nobody",
    "undo",
    "forget",
    "settings",
    "kill",
)


@dataclass
class RandomHistory:
    """The root, and what is remembered of it from step to step."""

    cli: Cli
    chance: random.Random
    highest: int = -1
    had: dict[str, set[int]] = field(default_factory=dict)
    before: dict[str, int] = field(default_factory=dict)
    gone: list[Path] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)

    @property
    def at(self) -> Layout:
        return Layout(self.cli.root)

    def ids(self) -> dict[str, int]:
        table = pd.read_csv(self.at.global_id_map)
        return {f"{row.video}:{row.track_id}": int(row.global_id) for row in table.itertuples()}

    def step(self, what: str) -> None:
        """Do one thing, bring everything up to date, and check the promises."""
        self.steps.append(what)
        getattr(self, f"_{what.replace(' ', '_')}")()
        called = self.cli.run("--confirm-removals", "--yes")
        assert called.code == 0, (self.steps, called.said)
        self.check()

    def check(self) -> None:
        """Every promise, or an assertion that names the steps so far."""
        project, now = Project.open(self.cli.root, self.cli.config), self.ids()
        known = without_nobody(read_metas(self.at), project.corrections)
        tracks = [f"{row.video}:{row.track_id}" for row in known.itertuples()]
        assert sorted(now) == sorted(tracks), (self.steps, "every track has one identity, and nobody else")
        was = set(self.before.values())
        for track, number in now.items():
            owners = {one for one, own in now.items() if own == number}
            returned = any(number in self.had.get(one, set()) for one in owners)
            assert number > self.highest or number in was or returned, (
                self.steps,
                track,
                "an id is never reused",
            )
        told, _ = replay(read_history(self.at, lambda why: None))
        assert {f"{video}:{track}": number for (video, track), number in told.items()} == now, self.steps
        held = links_of(project, project.corrections).held
        id_map = pd.read_csv(self.at.global_id_map)
        broken = broken_corrections(held, project.corrections, id_map)
        assert broken.empty, (self.steps, broken)
        checked = call("forget", "--check", "--root", str(self.cli.root), "--config", str(self.cli.config))
        assert checked.code == 0, (self.steps, checked.said)
        assert not {f"{one.video}:{one.track_id}" for one in project.forgotten.table.itertuples()} & set(now)
        self.before, self.highest = now, max([self.highest, *now.values()])
        for track, number in now.items():
            self.had.setdefault(track, set()).add(number)

    def _add(self) -> None:
        name = f"v{len(self.steps):02}"
        colours = self.chance.sample([RED, GREEN, BLUE, WHITE], self.chance.randint(1, 3))
        actors = {track: (colour, (track, 11)) for track, colour in enumerate(colours)}
        make_video(self.cli.root, name, actors, frames=12, seed=self.chance.randrange(1000))

    def _remove(self) -> None:
        here = self.at.video_names()
        if len(here) > 2:
            name = self.chance.choice(here)
            aside = self.cli.root.parent / "aside" / name
            shutil.copytree(self.cli.root / name, aside, dirs_exist_ok=True)
            for made in (*aside.glob("*_global.*"), *aside.glob("tracks_global*")):
                made.unlink(missing_ok=True)
            shutil.rmtree(self.cli.root / name)
            self.gone.append(aside)

    def _come_back(self) -> None:
        if self.gone:
            aside = self.gone.pop()
            shutil.copytree(aside, self.cli.root / aside.name)

    def _correct(self, action: str, *tracks: str) -> None:
        # What cannot hold is refused, which is right.
        options = ("--root", str(self.cli.root), "--config", str(self.cli.config))
        assert call("correct", action, *tracks, *options).code in (0, 1)

    def _pair(self) -> list[str]:
        return self.chance.sample(sorted(self.before), 2) if len(self.before) > 1 else []

    def _same(self) -> None:
        if pair := self._pair():
            self._correct("same", *pair)

    def _different(self) -> None:
        if pair := self._pair():
            self._correct("different", *pair)

    def _nobody(self) -> None:
        if len(self.before) > 4:
            self._correct("not-a-target", self.chance.choice(sorted(self.before)))

    def _undo(self) -> None:
        self._correct("undo")

    def _forget(self) -> None:
        if len(set(self.before.values())) > 2:
            number = self.chance.choice(sorted(set(self.before.values())))
            called = self.cli("forget", str(number), "--yes")
            assert called.code == 0, (self.steps, called.said)
            lost = {track for track, own in self.before.items() if own == number}
            assert not lost & set(self.ids()), self.steps

    def _settings(self) -> None:
        write_config(self.cli.config.parent, **self.chance.choice(SETTINGS))

    def _kill(self) -> None:
        """Something to do, and a run that is killed in the middle of it."""
        self._add()
        command = [sys.executable, "-m", "reid_assets", "run", "--yes", "--root", str(self.cli.root)]
        command += ["--config", str(self.cli.config)]
        environment = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        child = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment,
        )
        time.sleep(self.chance.uniform(2.0, 9.0))
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait(60)
        self.before = self.ids()


def live(cli: Cli, seed: int, steps: int) -> RandomHistory:
    """A random history of so many steps; the seed makes the same one again, but for the moments of kills."""
    history = RandomHistory(cli, random.Random(seed))
    history.check()
    for _ in range(steps):
        history.step(history.chance.choice(STEPS))
    return history
