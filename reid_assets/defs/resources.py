"""What the assets are given: the project, and an IO manager for each artifact."""

from typing import Any

from reid_assets.io_managers.calibration_io import SimilarityCalibrationIOManager
from reid_assets.io_managers.embeddings_io import TrackCropsIOManager, TrackEmbeddingsIOManager
from reid_assets.io_managers.galleries_io import GalleriesIOManager
from reid_assets.io_managers.identity_io import GlobalIdMapIOManager
from reid_assets.io_managers.movement_io import MovementIOManager
from reid_assets.io_managers.outputs_io import (
    FlowsIOManager,
    MergedAnalyticsIOManager,
    SummaryGlobalIOManager,
    TracksGlobalIOManager,
)
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.io_managers.report_io import ReportIOManager
from reid_assets.io_managers.video_folders import TracksIOManager
from reid_assets.layout import MOVEMENT


def project_resources(root: str = "", config: str = "") -> dict[str, Any]:
    """All resources of one project; empty arguments mean the environment or the defaults."""
    project = ProjectResource(root=root, config=config)
    embeddings, crops = TrackEmbeddingsIOManager(project=project), TrackCropsIOManager(project=project)
    id_map, attached = GlobalIdMapIOManager(project=project), TracksGlobalIOManager(project=project)
    summaries = SummaryGlobalIOManager(project=project)
    return {
        "project": project,
        "tracks_io": TracksIOManager(project=project),
        # Under `_io` Dagster loads inputs through them; under `_store` an asset hands over key by key.
        "track_embeddings_io": embeddings,
        "embeddings_store": embeddings,
        "track_crops_io": crops,
        "crops_store": crops,
        "global_id_map_io": id_map,
        "map_store": id_map,
        "tracks_global_io": attached,
        "tracks_store": attached,
        "summary_global_io": summaries,
        "summary_store": summaries,
        "galleries_io": GalleriesIOManager(project=project),
        "similarity_calibration_io": SimilarityCalibrationIOManager(project=project),
        "flows_io": FlowsIOManager(project=project),
        "merged_analytics_io": MergedAnalyticsIOManager(project=project),
        "report_io": ReportIOManager(project=project),
        **{f"{name}_io": MovementIOManager(project=project, table=name) for name in MOVEMENT},
    }
