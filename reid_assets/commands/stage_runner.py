"""Runs one stage after the other and gathers what they say, for `run_stages.py`."""

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import dagster as dg

from reid_assets.automation.check_results import AGREE, UP_TO_DATE
from reid_assets.automation.data_versions import Event
from reid_assets.commands.console import Screen
from reid_assets.commands.run_summary import RunSummary
from reid_assets.state import progress
from reid_assets.state.estimates import embedded_tracks, note_stage
from reid_assets.state.planner import Task
from reid_assets.state.project import Project
from reid_assets.state.repair import repair
from reid_assets.storage.database import DatabaseBusyError, DatabaseDamagedError

if TYPE_CHECKING:
    from reid_assets.commands.execution import RunReport


class StageRunner:
    """What a call of `run` has found and done so far.

    Attributes:
        outcome: what is told at the end.
        withheld: videos that vanished in suspicious number.
        odd: folder or file under the root -> what is wrong with it.
    """

    def __init__(self, project: Project, screen: Screen) -> None:
        self.project, self.screen = project, screen
        self.outcome, self.start = RunSummary(), time.monotonic()
        self.withheld: list[str] = []
        self.odd: dict[str, str] = {}
        self._seconds: dict[str, float] = {}

    def again(self) -> None:
        """What the last stage wrote is seen by the next one."""
        self.project = replace(self.project)

    def record(self, instance: dg.DagsterInstance, events: Iterable[Event]) -> None:
        for event in events:
            instance.report_runless_asset_event(event)

    def make(
        self,
        instance: dg.DagsterInstance,
        job: str,
        title: str,
        work: list[Task],
        assets: tuple[str, ...],
        config: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        if not work or self.outcome.errors:
            return
        from reid_assets.commands.execution import materialize

        videos, start = (
            None if work[0].video is None else [w.video for w in work if w.video],
            time.monotonic(),
        )
        with self.screen.stage(title) as stage, progress.listening(stage):
            report = materialize(instance, job, assets, videos, config)
            done = {video for _, video in report.made} - set(report.failed)
            stage.outcome = f"{len(done)} of {len(videos)} videos" if videos else "done" if done else "failed"
        if done:
            self._seconds[job] = self._seconds.get(job, 0.0) + time.monotonic() - start
        self.outcome.made += report.made
        self.outcome.failed |= report.failed
        self.outcome.errors += report.errors
        for warning in dict.fromkeys(report.warnings):
            self.warn_once(warning)
        self._note_checks(report)
        self.again()

    def check_again(self, instance: dg.DagsterInstance) -> None:
        """What failed in an earlier run or an earlier stage is still wrong, or is it not?"""
        from reid_assets.commands.execution import evaluate_checks, failed_checks

        now = self.outcome.checks
        again = [key for key in failed_checks(instance) if key not in now]
        # What a later stage has mended, or the database's catching up.
        again += [one.key for one in self.outcome.checks_failed if one.key.name in (AGREE, UP_TO_DATE)]
        if again:
            self._note_checks(evaluate_checks(instance, again))

    def _note_checks(self, report: "RunReport") -> None:
        self.outcome.checks |= {one.key: one for one in report.checks}

    def tell_odd_videos(self) -> None:
        """Why a video failed, where a look at its folder tells it better; what did not fail is a warning."""
        for video in sorted(set(self.odd) & set(self.project.layout.video_names())):
            if video in self.outcome.failed:
                self.outcome.failed[video] = self.odd[video]
            else:
                self.warn_once(f"{video}: {self.odd[video]}")

    def warn_once(self, text: str) -> None:
        if text not in self.outcome.told:
            self.outcome.told.add(text)
            self.screen.warn(text)

    def sync_database(self) -> None:
        try:
            try:
                done = self.project.mirror.sync(self.withheld)
            except DatabaseDamagedError:
                self.set_aside_damaged()
                done = self.project.mirror.sync(self.withheld)
            for line in done:
                self.screen.say(f"Database: {line}")
        except DatabaseBusyError as error:
            self.warn_once(str(error))

    def set_aside_damaged(self) -> None:
        """Out of the way with what cannot be read and can be made again from the files."""
        for line in repair(self.project):
            self.warn_once(line)

    def note_times(self) -> None:
        """Keep how long the stages took, for the next estimate."""
        if not self._seconds:
            return
        tracks = embedded_tracks(self.project)
        attached = len({video for _, video in self.outcome.made if video})
        for stage, seconds in self._seconds.items():
            if stage != "embed":
                note_stage(self.project, stage, seconds, attached if stage == "attach" else tracks)
        note_stage(self.project, "other", time.monotonic() - self.start - sum(self._seconds.values()), tracks)
