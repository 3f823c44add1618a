"""What the assets are given: the project, and the IO manager of all artifacts."""

from typing import Any

from reid_assets.defs.artifact_assets import IO_MANAGER
from reid_assets.io_managers.artifact_io import ArtifactIOManager
from reid_assets.io_managers.project_resource import ProjectResource


def project_resources() -> dict[str, Any]:
    """All resources of the project that the environment names."""
    project = ProjectResource()
    return {"project": project, IO_MANAGER: ArtifactIOManager(project=project)}
