"""A whole frame of a video with the box of one track, decoded when it is asked for."""

import cv2
import numpy as np
import pandas as pd

from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.report.video_frames import REPORT_FRAMES, collect_frames
from reid_assets.state.project import Project
from reid_assets.storage.video_folders import VideoFolders, footage

_INK = (66, 170, 255)  # BGR


def whole_frame(project: Project, ref: TrackRef, frame: int) -> bytes:
    """JPEG of the frame.

    Raises:
        ReidError: the video is not there, or cannot be read.
    """
    problems: list[str] = []
    shown = pd.DataFrame(
        [(0, 0, ref.video, ref.track_id, frame, 1.0)],
        columns=["global_id", "rank", "video", "track_id", "frame", "confidence"],
    )
    videos = footage(VideoFolders(project.layout), project.staleness.input_versions.tracks)
    found = collect_frames(shown, 1, videos, REPORT_FRAMES.empty(), problems.append)
    if found.table.empty:
        raise ReidError(problems[0] if problems else f"{ref.video}: its video is not there.")
    row = found.table.iloc[0]
    return _boxed(found.images[row["file"]], row[["x", "y", "w", "h"]].to_numpy(dtype=float))


def _boxed(jpeg: bytes, box: np.ndarray) -> bytes:
    """JPEG with a box drawn, given in shares of the sides (x, y, width, height)."""
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    height, width = image.shape[:2]
    corner = (int(box[0] * width), int(box[1] * height))
    far = (int((box[0] + box[2]) * width), int((box[1] + box[3]) * height))
    cv2.rectangle(image, corner, far, _INK, max(2, width // 320))
    return cv2.imencode(".jpg", image)[1].tobytes()
