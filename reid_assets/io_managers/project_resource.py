"""The project as a Dagster resource, and what every IO manager here has in common.

The configuration is read anew by each run. While a run has the project open it holds the root's
lock, so that runs, schedules and the command line never write at the same time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from pydantic import PrivateAttr

from reid_assets.state.project import Project
from reid_assets.state.staleness import Made, fingerprint
from reid_assets.storage.atomic import sweep_partials
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.lock import hold
from reid_assets.storage.transient_errors import retried_if_it_can_pass

_LINEAGE = "dagster/column_lineage"
_PATIENCE = 6 * 3600.0


class ProjectResource(dg.ConfigurableResource):
    """Root and configuration; empty means the environment (REID_ROOT, REID_CONFIG) or the defaults."""

    root: str = ""
    config: str = ""
    _project: Project | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ProjectResource"]:
        """Hold the root's lock for as long as the run lasts."""
        project = self.open()
        say = context.log.info if context.log else print_nothing
        with hold(
            project.layout.lock, f"Dagster run {context.run.run_id if context.run else ''}", _PATIENCE, say
        ):
            sweep_partials(project.layout.root)
            try:
                yield self
            finally:
                project.freshness.digests.save()

    def open(self) -> Project:
        """The project; the same object all through a run."""
        if self._project is None:
            self._project = Project.open(self.root or None, self.config or None)
        return self._project


def print_nothing(text: str) -> None:
    """Where there is no log to write to."""


class ProjectIOManager(dg.ConfigurableIOManager):
    """Stores an artifact's files, mirrors them into DuckDB, and records of what they were made.

    A subclass names its `artifact` and writes the files; several keys of one run go through `write`
    one by one, a whole artifact through `handle_output`.
    """

    project: dg.ResourceDependency[ProjectResource]

    @property
    def artifact(self) -> str:
        """Name of the asset that is stored here."""
        raise NotImplementedError

    def store(self, project: Project, video: str | None, value: Any) -> dict[str, Any]:
        """Write the files; return metadata about them."""
        raise NotImplementedError

    def write(self, video: str | None, made: Made, log: Any) -> dict[str, Any]:
        """Store one key. What it was made of is recorded last, once everything lies there."""
        project = self.project.open()
        project.freshness.begin(self.artifact, video)
        facts = self.store(project, video, made.value)
        try:
            facts["dagster/row_count"] = project.mirror.load(self.artifact, video)
        except DatabaseBusyError as error:
            log.warning(str(error))
            facts["database"] = "busy: level again after the next run"
        project.freshness.record(self.artifact, video, made.of)
        return facts | {"fingerprint": fingerprint(made.of)}

    def handle_output(self, context: dg.OutputContext, obj: Made) -> None:
        """Store the output of an asset without partitions."""
        # Dagster takes column lineage from materializations, not from definitions.
        lineage = {name: entry for name, entry in context.definition_metadata.items() if name == _LINEAGE}
        with retried_if_it_can_pass():
            context.add_output_metadata(self.write(None, obj, context.log) | lineage)

    def load_input(self, context: dg.InputContext) -> Any:
        """Everything of this artifact that lies under the root, whatever partitions are known."""
        raise NotImplementedError


def path_facts(project: Project, *paths: Any) -> dict[str, Any]:
    """Where something lies and how large it is."""
    size = sum(path.stat().st_size for path in paths)
    return {"path": dg.MetadataValue.path(str(paths[0])), "bytes": size}
