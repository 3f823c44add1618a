"""The stages of a run, in the order of the lineage.

Each stage is planned anew on what the one before has left, so that nothing is made whose inputs came out
the same. What a stage has to make is `reid_assets.state.planner`; how it runs, `stage_runner.py`.
"""

import time
from typing import TYPE_CHECKING

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation import arrivals
from reid_assets.automation.data_versions import (
    external_events,
    found_events,
    input_events,
    unaffected_events,
)
from reid_assets.automation.erasure import finish_erasing, follow_tombstones, record_erased
from reid_assets.automation.forgetting import forget_removed
from reid_assets.automation.instance import open_instance
from reid_assets.commands.backbone_summary import backbone_lines, missed_line
from reid_assets.commands.config_switch import remember
from reid_assets.commands.console import Screen
from reid_assets.commands.dry_run import ageless_line
from reid_assets.commands.run_summary import RunSummary, close
from reid_assets.commands.stage_runner import StageRunner
from reid_assets.state import planner
from reid_assets.state.clips import remove_clips
from reid_assets.state.erasing import Erased
from reid_assets.state.estimates import MANY_CROPS, classes_of, crops_at_most
from reid_assets.state.left_out import foreign_pairs, left_out_pairs
from reid_assets.state.on_demand import render_tasks
from reid_assets.state.planner import RunOptions, Task
from reid_assets.state.project import Project
from reid_assets.state.retracked import retracked_line
from reid_assets.storage.atomic import sweep_partials
from reid_assets.storage.folder_diagnosis import odd_things
from reid_assets.storage.forgotten_file import UNFINISHED
from reid_assets.storage.lock import RootBusyError, hold

if TYPE_CHECKING:
    pass

_PATIENCE = 20.0


class RunStages(StageRunner):
    """One call of `run` on one root."""

    def __init__(
        self, project: Project, options: RunOptions, screen: Screen, confirm_removals: bool = False
    ) -> None:
        super().__init__(project, screen)
        self.options, self.confirm_removals = options, confirm_removals
        self.erased, self.unfinished = Erased(), ""

    def run(self) -> RunSummary:
        """All stages.

        Raises:
            ConfigError: nothing ran.
        """
        instance = open_instance(self.project.layout)
        try:
            held = hold(self.project.layout.lock, "reid-assets run", _PATIENCE, self.screen.say)
            with held, self.project.mirror.database.kept_open():
                self._stages(instance)
        except RootBusyError as error:
            self.outcome.errors.append(str(error))
        finally:
            instance.dispose()
        close(self.project, self.outcome, self.screen, time.monotonic() - self.start)
        return self.outcome

    def _stages(self, instance: dg.DagsterInstance) -> None:
        # Where nothing is to be made, no Dagster run does it.
        for folder in (self.project.layout.outputs, self.project.layout.clips):
            sweep_partials(folder)
        self.set_aside_damaged()
        self._erase()
        self._ready_backbone()
        remember(self.project, self.screen)
        self.arrive(instance)
        record_erased(self.project, instance, self.erased)
        self.again()
        self._embed(instance)
        self._associate(instance)
        self._attach(instance)
        self._results(instance)
        for what in remove_clips(self.project):
            self.screen.say(f"The {what} was removed: it shows what must not be seen any more.")
        self._render(instance)
        self.sync_database()
        self.check_again(instance)
        self.tell_odd_videos()
        self.record(instance, unaffected_events(self.project, instance))
        self.note_times()
        self.project.staleness.digests.save()
        self.again()
        forget_removed(self.project, instance)
        self.unfinished = finish_erasing(self.project, instance)
        if self.unfinished:
            self.warn_once(f"{UNFINISHED} {self.unfinished}.")

    def _erase(self) -> None:
        """Take out who was forgotten, before anything is made of what is left."""
        self.project, self.erased = follow_tombstones(self.project)
        for told in filter(None, [*self.erased.problems, retracked_line(self.project)]):
            self.warn_once(told)

    def _ready_backbone(self) -> None:
        """Load it before anything is touched: a backbone that cannot be loaded means that nothing runs."""
        if work := planner.embedding_tasks(self.project, self.options):
            videos = [task.video for task in work if task.video]
            crops = crops_at_most(self.project, videos, enough=MANY_CROPS)
            classes = classes_of(self.project, videos)
            networks = self.project.load_networks(classes, crops, decide_again=self.options.force)
            for line in backbone_lines(networks.labels):
                self.screen.say(line)
            if missed := missed_line(self.project):
                self.warn_once(missed)

    def arrive(self, instance: dg.DagsterInstance) -> None:
        """Bring the known videos level with what lies under the root."""
        from reid_assets.defs.partitions import videos

        name = videos.name or ""
        known = set(instance.get_dynamic_partitions(name))
        found = arrivals.compare(self.project, known, self.confirm_removals)
        self.withheld = found.withheld
        if found.withheld:
            self.screen.warn(arrivals.withheld_line(found, len(known)))
        self.odd = {one.name: one.problem for one in odd_things(self.project.layout)}
        for odd in sorted(set(self.odd) - set(self.project.layout.video_names())):
            self.warn_once(f"{odd}: {self.odd[odd]}")
        if found.new:
            instance.add_dynamic_partitions(name, found.new)
        for video in found.gone:
            arrivals.forget(self.project, video)
            instance.delete_dynamic_partition(name, video)
            self.screen.say(f"{video}: removed, {found.why_gone(video)}")
        if unknown := ageless_line(self.project):
            self.warn_once(unknown)
        self.record(instance, external_events(self.project, instance))
        self.record(instance, input_events(self.project, instance, self.project.layout.video_names()))
        self.again()

    def _embed(self, instance: dg.DagsterInstance) -> None:
        work = planner.embedding_tasks(self.project, self.options)
        self.record(instance, found_events(self.project, instance, {w.video for w in work if w.video}))
        self.make(instance, "embed", "Embedding", work, ARTIFACTS.step(planner.EMBEDDINGS))

    def _associate(self, instance: dg.DagsterInstance) -> None:
        if self.options.wants("track_embeddings") and (foreign := foreign_pairs(self.project)):
            names = ", ".join(f"{video} ({label})" for video, label in foreign.items())
            self.outcome.errors.append(
                f"global_id_map: made by another backbone than the configured one, and their videos are not "
                f"here to embed again: {names}. Configure that backbone, or remove these pairs."
            )
            return
        if not self.project.layout.embedded_names() and not self.project.layout.global_id_map.is_file():
            return  # every video failed: there is nothing to associate
        work = self._association_round(instance)
        if planner.MAP not in work and work:
            # What the map is made from was out of date, and may have come out the same.
            work += self._association_round(instance, (planner.MAP,))
        if self.options.fresh_ids and planner.MAP in work and not self.outcome.errors:
            self.screen.say("The identities are numbered anew, from 0: ids of earlier maps mean nothing now.")
        self.outcome.failed |= left_out_pairs(self.project)
        if reason := self.project.quarantine.reason():
            self.outcome.errors.append(reason)

    def _association_round(
        self, instance: dg.DagsterInstance, leads: tuple[str, ...] | None = None
    ) -> list[str]:
        """One run of what is out of date in the stage; returns the leads of its steps."""
        work = [
            task
            for lead in leads or planner.association_artifacts()
            for task in planner.whole_tasks(self.project, lead, self.options)
        ]
        made = [task.artifact for task in work]
        wanted = {"fresh_ids": self.options.fresh_ids, "full": self.options.full or self.options.force}
        asked = {name: True for name, is_wanted in wanted.items() if is_wanted}
        config = {planner.MAP: asked} if asked and planner.MAP in made else None
        assets = tuple(name for lead in made for name in ARTIFACTS.step(lead))
        self.make(instance, "associate", "Association", work, assets, config)
        return made

    def _attach(self, instance: dg.DagsterInstance) -> None:
        # Where the table of one video fails, Dagster skips the summaries of all; they come in a second round.
        self._attach_round(instance)
        if self.outcome.failed:
            self._attach_round(instance)

    def _attach_round(self, instance: dg.DagsterInstance) -> None:
        work = planner.attach_tasks(self.project, self.options, set(self.outcome.failed))
        made = set(self.outcome.made)
        work = [piece for piece in work if (piece.artifact, piece.video) not in made]
        by_assets: dict[tuple[str, ...], list[Task]] = {}
        for video in dict.fromkeys(w.video for w in work):
            own = [w for w in work if w.video == video]
            by_assets.setdefault(tuple(w.artifact for w in own), []).append(own[0])
        for assets, chosen in by_assets.items():
            self.make(instance, "attach", "Attaching identities", chosen, assets)

    def _results(self, instance: dg.DagsterInstance) -> None:
        """What is out of date, and then what that has put out of date."""
        title = "Results"
        while work := self._results_to_make():
            assets = tuple(name for piece in work for name in ARTIFACTS.step(piece.artifact))
            self.make(instance, "results", title, work, assets)
            title = "Results that follow from them"
            if self.outcome.errors or not set(assets) & {artifact for artifact, _ in self.outcome.made}:
                return

    def _render(self, instance: dg.DagsterInstance) -> None:
        """What is made only when it is asked for."""
        tasks = render_tasks(self.project, self.options)
        for artifact in dict.fromkeys(task.artifact for task in tasks):
            work = [task for task in tasks if task.artifact == artifact]
            self.make(instance, "render", artifact.replace("_", " ").capitalize(), work, (artifact,))

    def _results_to_make(self) -> list[Task]:
        made = {artifact for artifact, _ in self.outcome.made}
        leads = [lead for lead in planner.result_artifacts() if lead not in made]
        return [task for lead in leads for task in planner.whole_tasks(self.project, lead, self.options)]
