"""A report on generated footage of any size, stored by the real store."""

from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from reid_assets.layout import Layout
from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY
from reid_assets.reid.core.clocks import Clocks, VideoClock
from reid_assets.reid.core.settings import FlowSettings
from reid_assets.reid.core.tables import GALLERIES, GLOBAL_ID_MAP, IDENTITY_EVIDENCE
from reid_assets.reid.movement.engine import movement
from reid_assets.reid.movement.movement_statistics import movement_figures
from reid_assets.reid.presentation.merged_analytics import merge_analytics
from reid_assets.reid.report.contents import Contents, collect_contents
from reid_assets.reid.report.heading import Origin, make_heading
from reid_assets.reid.report.video_frames import REPORT_FRAMES, VideoFrames
from reid_assets.state.project import Project
from reid_assets.state.staleness import Versioned

START = datetime(2026, 3, 14, 9, tzinfo=UTC)


def generated_map(identities: int, videos: list[str], class_name: str = "person") -> pd.DataFrame:
    """Everybody walks through all videos in turn; one in ten is seen once."""
    rows = []
    for number in range(identities):
        for place, video in enumerate(videos if number % 10 else videos[:1]):
            begin = 5 * number + 200 * place
            rows.append((video, number, 0, class_name, 3, begin, begin + 90 + number % 50, number))
    return GLOBAL_ID_MAP.conform(pd.DataFrame(rows, columns=GLOBAL_ID_MAP.header))


def generated_evidence(id_map: pd.DataFrame) -> pd.DataFrame:
    sure = 0.5 + (id_map["global_id"] * 37 % 100) / 200
    frame = id_map[["video", "track_id", "global_id"]].assign(
        witness_video=id_map["video"], witness_track_id=id_map["track_id"], similarity=2.0, margin=1.0
    )
    return IDENTITY_EVIDENCE.conform(frame.assign(confidence=sure))


def generated_contents(
    id_map: pd.DataFrame,
    clocks: Clocks | None = None,
    pictures: pd.DataFrame | None = None,
    evidence: pd.DataFrame | None = None,
    frames: VideoFrames | None = None,
    origin: Origin | None = None,
    names: dict[int, str] | None = None,
) -> Contents:
    """What a report on this map tells; the videos have no clock unless `clocks` says so."""
    clocks = clocks or Clocks()
    videos = sorted({*id_map["video"]})
    with movement(id_map, clocks, FlowSettings()) as moved:
        analytics = merge_analytics(id_map, videos, {}, {"identities_fewest": 1, "identities_most": 9999})
        analytics |= movement_figures(moved.ask, moved.direction(), clocks.counts())
        shown = GALLERIES.empty() if pictures is None else pictures
        evidence = generated_evidence(id_map) if evidence is None else evidence
        heading = make_heading(origin or Origin(), EXPECTED_ACCURACY.empty(), analytics)
        frames = frames or VideoFrames(REPORT_FRAMES.empty())
        return collect_contents(moved.ask, id_map, evidence, shown, analytics, heading, frames, names or {})


def clocks_of(videos: list[str]) -> Clocks:
    """All begin at nine, with ten frames a second."""
    return Clocks(
        {video: VideoClock(video, start=START, source="summary.json", fps=10.0) for video in videos}
    )


def generated_pictures(at: Layout, id_map: pd.DataFrame) -> pd.DataFrame:
    """One thumbnail an identity, in the galleries of the root."""
    first = id_map.drop_duplicates("global_id")
    jpeg = cv2.imencode(".jpg", np.full((48, 32, 3), 120, np.uint8))[1].tobytes()
    for number in first["global_id"]:
        at.gallery(number).mkdir(parents=True)
        (at.gallery(number) / "a.jpg").write_bytes(jpeg)
    table = first[["global_id", "video", "track_id"]].assign(
        rank=0, frame=first["f_min"], quality=1.0, confidence=0.9, file="a.jpg"
    )
    return GALLERIES.conform(table)


def generated_frames(pictures: pd.DataFrame) -> VideoFrames:
    """A frame behind every picture, with a box in its middle."""
    image = cv2.imencode(".jpg", np.full((54, 96, 3), 90, np.uint8))[1].tobytes()
    table = pictures[["video", "track_id", "frame"]].assign(version="v", x=0.25, y=0.25, w=0.5, h=0.5)
    table["file"] = "v_" + table["frame"].astype(str) + ".jpg"
    return VideoFrames(REPORT_FRAMES.conform(table), dict.fromkeys(table["file"], image), limit=240)


def store_report(root: Path, contents: Contents) -> Layout:
    """Write it below the root."""
    root.mkdir(parents=True, exist_ok=True)
    project = Project.open(str(root), None)
    project.store.write("report", None, Versioned(contents, {}))
    return project.layout
