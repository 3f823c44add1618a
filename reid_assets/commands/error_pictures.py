"""The page of a map's errors, with pictures from the kept crops."""

from pathlib import Path

from reid_assets.reid.accuracy.identity_errors import Track
from reid_assets.reid.presentation.galleries import square_thumbnail
from reid_assets.reid.report.error_page import Evaluation, error_page
from reid_assets.state.project import Project
from reid_assets.storage.atomic import write_bytes
from reid_assets.storage.crop_files import CropLibrary, kept_crops

_SIDE = 144


def write_error_page(project: Project, found: Evaluation, path: Path) -> None:
    """Write the page; each track is shown by its best crop, pixelated where `privacy.blur` says so."""
    crops = CropLibrary(kept_crops(project.layout), project.layout)
    ranked = crops.table.sort_values(["quality", "frame"], ascending=[False, True])
    best = {
        (str(video), int(track)): int(frame)
        for video, track, frame in ranked.drop_duplicates(["video", "track_id"])[
            ["video", "track_id", "frame"]
        ].itertuples(index=False)
    }

    def picture(track: Track) -> bytes | None:
        if track not in best:
            return None
        try:
            jpeg = crops.jpeg(*track, best[track])
            return square_thumbnail(jpeg, _SIDE, project.settings.privacy.blur)
        except (OSError, ValueError):
            # The page says nothing with this picture that it does not say in words.
            return None

    write_bytes(path.absolute(), [error_page(found, picture)])
