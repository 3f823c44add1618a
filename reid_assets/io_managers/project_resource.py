"""The project as a Dagster resource.

The configuration is read anew by each run. While a run has the project open it holds the root's
lock, so that runs, schedules and the command line never write at the same time. Root and configuration are
those of the environment: no field of the resource names them, so no run that is launched in the UI can.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from reid_assets.automation.erasure import finish_erasing, follow_tombstones, record_erased
from reid_assets.automation.forgetting import LAUNCHED_BY, forget_removed
from reid_assets.automation.partition_set import partition_set_name
from reid_assets.automation.reconcile import TIDY, tidy_up
from reid_assets.automation.retention import prune_history
from reid_assets.state.clips import remove_clips
from reid_assets.state.project import Project
from reid_assets.state.repair import repair
from reid_assets.storage.atomic import sweep_partials
from reid_assets.storage.lock import hold
from reid_assets.storage.private_files import keep_private
from reid_assets.storage.root_config import remember_config, remembered_config

_PATIENCE = 6 * 3600.0


class ProjectResource(dg.ConfigurableResource):
    """The project of the environment (REID_ROOT, REID_CONFIG), else the default one."""

    _project: Project | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ProjectResource"]:
        """Hold the root's lock for as long as the run lasts."""
        project = self.open()
        keep_private(project.layout, project.settings.privacy)
        say = context.log.info if context.log else print_nothing
        with hold(
            project.layout.lock, f"Dagster run {context.run.run_id if context.run else ''}", _PATIENCE, say
        ):
            for folder in (project.layout.outputs, project.layout.clips):
                sweep_partials(folder)
            for line in repair(project):
                say(line)
            project = self._without_forgotten(project, context)
            if remembered_config(project.layout) is None:
                remember_config(project.layout, project.config)
            if context.run and context.instance and TIDY in context.run.tags:
                for line in tidy_up(project, context.instance, partition_set_name()).lines:
                    say(line)
            try:
                with project.mirror.database.kept_open():
                    yield self
            finally:
                project.staleness.digests.save()
                if context.instance:
                    prune_history(context.instance, project.layout)
                    if context.run and not LAUNCHED_BY.items() <= context.run.tags.items():
                        for what in remove_clips(project.reopened()):
                            say(f"The {what} was removed: it shows what must not be seen any more.")
                        forget_removed(project.reopened(), context.instance)
                        finish_erasing(project.reopened(), context.instance)

    def _without_forgotten(self, project: Project, context: dg.InitResourceContext) -> Project:
        """Take out who was forgotten, where a killed command has left that to the next run."""
        project, erased = follow_tombstones(project)
        if erased.parts or erased.lines:
            self._project = project
            if context.instance:
                record_erased(project, context.instance, erased)
        return project

    def open(self) -> Project:
        """The project; the same object all through a run."""
        if self._project is None:
            self._project = Project.open(None, None)
        return self._project


def print_nothing(text: str) -> None:
    """Where there is no log to write to."""
