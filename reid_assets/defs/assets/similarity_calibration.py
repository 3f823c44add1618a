"""How sure the map can be, told from the footage alone."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.accuracy.similarity_calibration import calibrate
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.cameras.cameras import camera_of
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.presentation.calibration_picture import draw_calibration
from reid_assets.storage.embeddings_pair import StoredPairs

_SHOWN = ["class_group", "tracks", "identities", "expected_precision", "expected_recall", "even_odds", "why"]


@artifact_asset
def similarity_calibration(
    track_embeddings: StoredPairs,
    cameras: pd.DataFrame,
    global_id_map: pd.DataFrame,
    association_report: dict[str, Any],
    project: ProjectResource,
) -> Mapping[str, dg.MaterializeResult]:
    """Judge the map by groupings that see a part of the appearance each."""
    opened = project.open()
    settings, clocks, camera = opened.settings.associate, opened.clocks(), camera_of(cameras)

    def regroup(part: Mapping[str, TrackEmbeddings]) -> pd.DataFrame:
        said = opened.corrections
        return associate(part, settings, cameras=camera, clocks=clocks, corrections=said).id_map

    found = calibrate(track_embeddings, global_id_map, association_report, settings, regroup, camera)
    picture = draw_calibration(found.bins, found.accuracy)
    shown: dict[str, Any] = {
        "picture": inline_picture(picture, "image/png"),
        "expected": rows_shown(found.accuracy[_SHOWN]),
    }
    figures: dict[str, Any] = {
        f"{name} of {row['class_group']}": float(row[name])
        for _, row in found.accuracy.iterrows()
        for name in ("expected_precision", "expected_recall")
        if pd.notna(row[name])
    }
    files = {".csv": found.bins, ".png": picture}
    return {
        "similarity_calibration": dg.MaterializeResult(value=files, metadata=shown | figures),
        "expected_accuracy": dg.MaterializeResult(value=found.accuracy, metadata={**figures}),
    }
