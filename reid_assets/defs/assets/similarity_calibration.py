"""How sure the map can be, told from the footage alone."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.schemas import rows_shown, table_metadata
from reid_assets.io_managers.calibration_io import DrawnCalibration
from reid_assets.io_managers.identity_io import read_report
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.accuracy.calibration_tables import SIMILARITY_CALIBRATION
from reid_assets.reid.accuracy.similarity_calibration import calibrate
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.presentation.calibration_picture import draw_calibration
from reid_assets.state.staleness import Made

_SHOWN = ["class_group", "tracks", "identities", "expected_precision", "expected_recall", "even_odds", "why"]


@dg.asset(
    description="How similarity turns into a probability of being the same, and how right the map is "
    "likely to be: `reid/similarity_calibration.csv`, `.png`, `reid/expected_accuracy.csv`.",
    io_manager_key="similarity_calibration_io",
    group_name="reid",
    kinds={"python", "duckdb"},
    metadata=table_metadata(SIMILARITY_CALIBRATION),
)
def similarity_calibration(
    track_embeddings: dict[str, TrackEmbeddings], global_id_map: pd.DataFrame, project: ProjectResource
) -> dg.MaterializeResult[Made]:
    """Judge the map by groupings that see a part of the appearance each."""
    opened = project.open()
    of, settings, clocks = opened.freshness.of("similarity_calibration"), opened.settings, opened.clocks()

    def regroup(part: Mapping[str, TrackEmbeddings]) -> pd.DataFrame:
        return associate(part, settings.associate, clocks=clocks).id_map

    found = calibrate(
        track_embeddings, global_id_map, read_report(opened), settings.associate, regroup, clocks.cameras()
    )
    picture = draw_calibration(found.bins, found.accuracy)
    metadata: dict[str, Any] = {
        "picture": inline_picture(picture, "image/png"),
        "expected": rows_shown(found.accuracy[_SHOWN]),
    }
    metadata |= {
        f"{name} of {row['class_group']}": float(row[name])
        for _, row in found.accuracy.iterrows()
        for name in ("expected_precision", "expected_recall")
        if pd.notna(row[name])
    }
    return dg.MaterializeResult(value=Made(DrawnCalibration(found, picture), of), metadata=metadata)
