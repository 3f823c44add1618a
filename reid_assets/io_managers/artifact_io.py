"""The IO manager of every artifact: what is stored, where and as which tables follows from its declaration.

Between Dagster and `reid_assets.state.artifact_store`, which does the work: here storage facts become
metadata, and the content's digest becomes Dagster's data version.
"""

from typing import Any

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.io_managers.retries import retried_if_transient
from reid_assets.reid.core.errors import ReidError
from reid_assets.state.artifact_store import Stored
from reid_assets.state.staleness import Versioned
from reid_assets.storage.video_folders import VideoFolders

_LINEAGE = "dagster/column_lineage"
MAP = "global_id_map"


class ArtifactIOManager(dg.ConfigurableIOManager):
    """Stores and loads artifacts by the name of their asset; `tracks` is handed out and never stored."""

    project: dg.ResourceDependency[ProjectResource]

    def handle_output(self, context: dg.OutputContext, obj: Versioned) -> None:
        """Store an artifact without partitions."""
        with retried_if_transient():
            stored = self.project.open().store.write(context.asset_key.to_user_string(), None, obj)
        if stored.database_busy:
            context.log.warning(stored.database_busy)
        # The version is only known now, and an output's own version has to be given before it is stored.
        context.step_context.set_data_version(context.asset_key, dg.DataVersion(stored.data_version))
        # Dagster takes column lineage from materializations, not from definitions.
        lineage = {name: entry for name, entry in context.definition_metadata.items() if name == _LINEAGE}
        context.add_output_metadata(stored_metadata(stored) | lineage)

    def load_input(self, context: dg.InputContext) -> Any:
        """Everything of the artifact that is under the root, whatever partitions are known.

        Raises:
            ReidError: it cannot be read; or it belongs to a map that breaks an identity rule.
        """
        project, name = self.project.open(), context.asset_key.to_user_string()
        if name == "tracks":
            return VideoFolders(project.layout)
        if name in ARTIFACTS.step(MAP) and (reason := project.quarantine.reason()):
            raise ReidError(reason)
        return project.store.load(name, context.log.error)


def stored_metadata(stored: Stored) -> dict[str, Any]:
    """What the UI shows of a stored artifact."""
    facts: dict[str, Any] = {
        "path": dg.MetadataValue.path(str(stored.path)),
        "bytes": stored.size,
        "fingerprint": stored.fingerprint,
    }
    if stored.rows is not None:
        facts["dagster/row_count"] = stored.rows
    if stored.database_busy:
        facts["database"] = "busy: in step again after the next run"
    return facts
