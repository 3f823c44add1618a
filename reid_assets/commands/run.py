"""`reid-assets run`: make what is missing or out of date, and say what was done.

The order of the stages is the lineage; each stage is planned anew on what the one before has left,
so that nothing is made whose inputs came out the same.
"""

import difflib
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dagster as dg

from reid_assets import arrival, progress, worklist
from reid_assets.commands.screen import Screen
from reid_assets.estimates import MANY_CROPS, crops_at_most
from reid_assets.history import open_instance
from reid_assets.io.database import DatabaseBusyError
from reid_assets.io.lock import RootBusyError, hold
from reid_assets.project import Project
from reid_assets.reid.errors import ConfigError, ReidError
from reid_assets.worklist import Wish, Work

if TYPE_CHECKING:
    from reid_assets.runs import RunReport

EXIT_DONE, EXIT_FAILED, EXIT_USAGE = 0, 1, 2
_PATIENCE = 20.0


@dataclass
class Outcome:
    """What a run has done so far.

    Attributes:
        made: (artifact, video or None) in the order in which they were made.
        failed: video -> why.
        errors: what failed as a whole.
        checks, checks_passed: how many asset checks were evaluated, and how many of them passed.
        checks_failed: checks that did not pass and are errors, as `asset: check`.
    """

    made: list[tuple[str, str | None]] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    checks: int = 0
    checks_passed: int = 0
    checks_failed: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 all well, 1 something failed and the rest was done."""
        return EXIT_FAILED if self.failed or self.errors or self.checks_failed else EXIT_DONE


def open_project(root: str | None, config: str | None) -> Project:
    """The project; root and configuration are put into the environment for what Dagster loads later.

    Raises:
        ConfigError: the configuration cannot be used, or there is no such root.
    """
    project = Project.open(root, config)
    if not project.layout.root.is_dir():
        raise ConfigError(
            f"{project.layout.root}: there is no such folder. Name the folder of your analysed videos with "
            "--root or REID_ROOT."
        )
    os.environ["REID_ROOT"] = str(project.layout.root)
    os.environ["REID_CONFIG"] = str(project.config)
    return project


def check_videos(project: Project, videos: frozenset[str]) -> None:
    """Refuse names that are no videos of this root.

    Raises:
        ConfigError: with the nearest name that is one.
    """
    known = sorted({*project.layout.video_names(), *project.layout.embedded_names()})
    for name in sorted(videos - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known[:10]) or 'none'}."
        raise ConfigError(f"{name!r} is no video of {project.layout.root}. {hint}")


class Runner:
    """One call of `run` on one root."""

    def __init__(self, project: Project, wish: Wish, screen: Screen, confirm_removals: bool = False) -> None:
        self.project, self.wish, self.screen = project, wish, screen
        self.confirm_removals = confirm_removals
        self.outcome = Outcome()
        self._warned: set[object] = set()

    def run(self) -> Outcome:
        """All stages.

        Raises:
            ConfigError: nothing ran.
        """
        start = time.monotonic()
        instance = open_instance(self.project.layout)
        try:
            with hold(self.project.layout.lock, "reid-assets run", _PATIENCE, self.screen.say):
                self._stages(instance)
        except RootBusyError as error:
            self.outcome.errors.append(str(error))
        finally:
            instance.dispose()
        self._close(time.monotonic() - start)
        return self.outcome

    def _stages(self, instance: dg.DagsterInstance) -> None:
        self._ready_backbone()
        self.arrive(instance)
        self._embed(instance)
        self._associate(instance)
        self._attach(instance)
        self._results(instance)
        self._level_database()
        self.project.freshness.digests.save()

    def _again(self) -> None:
        """What the last stage wrote is seen by the next one."""
        self.project = Project(self.project.layout, self.project.settings, self.project.config)

    def _ready_backbone(self) -> None:
        """Load it before anything is touched: a backbone that cannot be loaded means that nothing runs."""
        if work := worklist.embedding_work(self.project, self.wish):
            crops = crops_at_most(self.project, (w.video for w in work if w.video), enough=MANY_CROPS)
            backbone = self.project.load_backbone(crops, decide_again=self.wish.force)
            self.screen.say(f"Backbone: {backbone.label}")
            for name, why in ((self.project.choice() or {}).get("why_not") or {}).items():
                self.screen.warn(f"{name} was not taken: {why}")

    def arrive(self, instance: dg.DagsterInstance) -> None:
        """Bring the known videos level with what lies under the root."""
        from reid_assets.defs.partitions import videos

        name = videos.name or ""
        known = set(instance.get_dynamic_partitions(name))
        found = arrival.look(self.project, known, self.confirm_removals)
        if found.withheld:
            self.screen.warn(
                f"{len(found.withheld)} of {len(known)} videos are gone "
                f"({', '.join(found.withheld[:3])}, ...). Nothing of theirs is removed: is a disk "
                "unmounted? Confirm with --confirm-removals."
            )
        for folder, why in found.refused.items():
            self.screen.warn(f"{folder!r} is no video: {why}")
        arrival.register(self.project, instance, name, found)
        arrival.report_inputs(self.project, instance)
        for video in found.gone:
            self.screen.say(f"{video}: removed, its folder is gone")
        self._again()

    def _embed(self, instance: dg.DagsterInstance) -> None:
        work = worklist.embedding_work(self.project, self.wish)
        arrival.report_pairs(self.project, instance, {w.video for w in work if w.video})
        self._make(instance, "embed", "Embedding", work, ("track_embeddings", "track_crops"))

    def _associate(self, instance: dg.DagsterInstance) -> None:
        if self.wish.wants("track_embeddings") and (foreign := worklist.foreign_pairs(self.project)):
            names = ", ".join(f"{video} ({label})" for video, label in foreign.items())
            self.outcome.errors.append(
                f"global_id_map: made by another backbone than the configured one, and their videos are not "
                f"here to embed again: {names}. Configure that backbone, or remove these pairs."
            )
            return
        work = worklist.whole_work(self.project, "global_id_map", self.wish)
        self._make(instance, "associate", "Association", work, ("global_id_map",))
        self.outcome.failed |= worklist.left_out_pairs(self.project)

    def _attach(self, instance: dg.DagsterInstance) -> None:
        # Where the table of one video fails, Dagster skips the summaries of all; they come in a second round.
        self._attach_round(instance)
        if self.outcome.failed:
            self._attach_round(instance)

    def _attach_round(self, instance: dg.DagsterInstance) -> None:
        work = worklist.attach_work(self.project, self.wish, set(self.outcome.failed))
        made = set(self.outcome.made)
        work = [piece for piece in work if (piece.artifact, piece.video) not in made]
        by_assets: dict[tuple[str, ...], list[Work]] = {}
        for video in dict.fromkeys(w.video for w in work):
            own = [w for w in work if w.video == video]
            by_assets.setdefault(tuple(w.artifact for w in own), []).append(own[0])
        for assets, chosen in by_assets.items():
            self._make(instance, "attach", "Attaching identities", chosen, assets)

    def _results(self, instance: dg.DagsterInstance) -> None:
        work = [
            piece
            for artifact in ("galleries", "flows", "merged_analytics")
            for piece in worklist.whole_work(self.project, artifact, self.wish)
        ]
        self._make(instance, "results", "Results", work, tuple(piece.artifact for piece in work))

    def _make(
        self, instance: dg.DagsterInstance, job: str, title: str, work: list[Work], assets: tuple[str, ...]
    ) -> None:
        if not work or self.outcome.errors:
            return
        from reid_assets.runs import materialize

        videos = None if work[0].video is None else [w.video for w in work if w.video]
        with self.screen.stage(title) as stage, progress.listening(stage):
            report = materialize(instance, job, assets, videos)
            done = {video for _, video in report.made} - set(report.failed)
            stage.outcome = f"{len(done)} of {len(videos)} videos" if videos else "done" if done else "failed"
        self.outcome.made += report.made
        self.outcome.failed |= report.failed
        self.outcome.errors += report.errors
        self.outcome.checks += len(report.checks)
        for warning in dict.fromkeys(report.warnings):
            self._warn_once(warning)
        self._tell_checks(report)
        self._again()

    def _tell_checks(self, report: "RunReport") -> None:
        self.outcome.checks_passed += sum(passed for _, _, passed, _, _ in report.checks)
        for asset, check, passed, severity, next_step in report.checks:
            if not passed:
                self._warn_once(
                    f"check {check} did not pass, on {asset} first. {next_step}", (check, next_step)
                )
                if severity == dg.AssetCheckSeverity.ERROR.value:
                    self.outcome.checks_failed.append(f"{asset}: {check}")

    def _warn_once(self, text: str, key: object = None) -> None:
        if (key or text) not in self._warned:
            self._warned.add(key or text)
            self.screen.warn(text)

    def _level_database(self) -> None:
        try:
            for line in self.project.mirror.level():
                self.screen.say(f"Database: {line}")
        except DatabaseBusyError as error:
            self._warn_once(str(error))

    def _close(self, seconds: float) -> None:
        for video, why in self.outcome.failed.items():
            self.screen.fail(f"{video}: {why}")
        for error in self.outcome.errors:
            self.screen.fail(error)
        if not self.outcome.made and self.outcome.exit_code == EXIT_DONE:
            self.screen.say("Everything is up to date: nothing to do.")
            return
        rows = closing_rows(self.project, self.outcome)
        if rows:
            self.screen.table("Videos", ["video", "tracks", "identities", "made", "state"], rows)
        self.screen.say(f"Checks: {self.outcome.checks_passed} of {self.outcome.checks} passed.")
        self.screen.say(f"Finished in {seconds:.1f} s. Results: {self.project.layout.reid}")


def closing_rows(project: Project, outcome: Outcome) -> list[list[str]]:
    """One line a video: tracks in the map, identities, what was made, how it ended."""
    from reid_assets.io.identity_io import read_map

    try:
        id_map = read_map(project)
        seen = id_map.groupby("video")["global_id"].agg(["size", "nunique"]).to_dict("index")
    except ReidError:
        seen = {}
    rows = []
    for video in sorted({*project.layout.video_names(), *project.layout.embedded_names()}):
        counts = seen.get(video, {"size": 0, "nunique": 0})
        made = ", ".join(asset for asset, of in outcome.made if of == video)
        state = "failed" if video in outcome.failed else "done" if made else "unchanged"
        rows.append([video, str(counts["size"]), str(counts["nunique"]), made or "-", state])
    return rows


def run_command(
    root: str | None,
    config: str | None,
    videos: tuple[str, ...],
    only: tuple[str, ...],
    force: bool,
    dry_run: bool,
    confirm_removals: bool,
) -> int:
    """`reid-assets run`; returns the exit code."""
    project = open_project(root, config)
    wish = Wish(frozenset(videos), frozenset(only), force)
    check_videos(project, wish.videos)
    if dry_run:
        from reid_assets.commands.dry_run import show_plan

        return show_plan(project, wish, Screen())
    return Runner(project, wish, Screen(), confirm_removals).run().exit_code
