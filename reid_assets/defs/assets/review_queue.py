"""What to ask a person about the map, the most useful question first."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.defs.metadata_images import inline_picture
from reid_assets.defs.table_metadata import rows_shown
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.cameras.cameras import camera_of
from reid_assets.reid.presentation.contact_sheet import SIDE
from reid_assets.reid.presentation.galleries import square_thumbnail
from reid_assets.reid.presentation.question_sheet import draw_questions
from reid_assets.reid.review.review_queue import review_queue as questions
from reid_assets.storage.crop_files import CropLibrary, kept_crops
from reid_assets.storage.embeddings_pair import StoredPairs

_SHOWN = ["rank", "kind", "video_a", "track_a", "video_b", "track_b", "probability", "gain", "why"]


@artifact_asset
def review_queue(
    track_embeddings: StoredPairs,
    cameras: pd.DataFrame,
    global_id_map: pd.DataFrame,
    identity_evidence: pd.DataFrame,
    association_report: dict[str, Any],
    project: ProjectResource,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Ask about the links of the map that are in doubt."""
    opened = project.open()
    queue = questions(
        track_embeddings,
        global_id_map,
        identity_evidence,
        association_report,
        opened.settings.associate,
        camera_of(cameras),
        opened.clocks(),
        opened.corrections,
    )
    # Crops are shown where there are any: embeddings made elsewhere come without.
    crops = CropLibrary(kept_crops(opened.layout), opened.layout)

    def small(video: str, track_id: int, frame: int) -> bytes:
        return square_thumbnail(crops.jpeg(video, track_id, frame), SIDE, opened.settings.privacy.blur)

    metadata: dict[str, Any] = {
        "questions": len(queue),
        "expected_gain": float(queue["gain"].sum()),
        "next_step": "Answer them with `reid-assets review`.",
        "first": rows_shown(queue[_SHOWN].head(20)),
    }
    if sheet := draw_questions(queue, crops.table, small):
        metadata["pictures"] = inline_picture(sheet, "image/jpeg", "first questions")
    return dg.MaterializeResult(value=queue, metadata=metadata)
