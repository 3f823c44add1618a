"""IO manager of the calibration: two tables and a picture."""

from dataclasses import dataclass
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.io_managers.project_resource import ProjectIOManager, path_facts
from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY, SIMILARITY_CALIBRATION
from reid_assets.reid.accuracy.similarity_calibration import Calibration
from reid_assets.state.project import Project
from reid_assets.storage.atomic import write_bytes


@dataclass(frozen=True)
class DrawnCalibration:
    """A calibration with its picture (PNG bytes)."""

    calibration: Calibration
    picture: bytes


class SimilarityCalibrationIOManager(ProjectIOManager):
    """`reid/similarity_calibration.csv` and `.png`, `reid/expected_accuracy.csv`."""

    @property
    def artifact(self) -> str:
        """Name of the asset."""
        return "similarity_calibration"

    def store(self, project: Project, video: str | None, value: DrawnCalibration) -> dict[str, Any]:
        """Write the tables and the picture."""
        at = project.layout
        for table, frame, path in (
            (EXPECTED_ACCURACY, value.calibration.accuracy, at.expected_accuracy),
            (SIMILARITY_CALIBRATION, value.calibration.bins, at.similarity_calibration),
        ):
            write_bytes(path, [table.conform(frame).to_csv(index=False, lineterminator="\n").encode()])
        write_bytes(at.calibration_picture, [value.picture])
        return path_facts(project, at.similarity_calibration, at.expected_accuracy, at.calibration_picture)

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """Rows of `EXPECTED_ACCURACY`."""
        return read_expected_accuracy(self.project.open())


def read_expected_accuracy(project: Project) -> pd.DataFrame:
    """Rows of `EXPECTED_ACCURACY`; none where there is no calibration yet."""
    path = project.layout.expected_accuracy
    if not path.is_file():
        return EXPECTED_ACCURACY.empty()
    text = {"class_group": str, "decided_by": str}
    return EXPECTED_ACCURACY.conform(pd.read_csv(path, dtype=text, keep_default_na=True, na_values=[""]))
