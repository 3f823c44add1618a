"""Frame-level evaluation of a root against MOTChallenge files: per video, per camera, and across them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from reid_assets.reid.accuracy.frame_matches import FrameMatches, match_frames
from reid_assets.reid.accuracy.frame_metrics import frame_metrics
from reid_assets.reid.accuracy.ground_truth import (
    GroundTruth,
    classes_of,
    find_ground_truth,
    read_ground_truth,
)
from reid_assets.reid.accuracy.track_truth import track_truth
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.exports.boxes import FrameFacts, drawable, identified
from reid_assets.reid.exports.track_rows import read_boxes
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_if_there

Figures = Mapping[str, float]
_MOST_NAMES = 5


@dataclass(frozen=True)
class FrameEvaluation:
    """What the frames say.

    Attributes:
        overall: figures of all videos as one sequence, identities kept across them.
        by_video, by_camera: figures of each video, and of each camera that has several.
        truth: `video, track_id, identity` of tracks, told from their boxes.
        judged_map: rows of the map of the videos (and classes) that have ground truth.
        mixed_tracks: (video, track, boxes, boxes on others), the most mixed first.
        notes: what the figures leave out or count, in sentences.
    """

    overall: Figures
    by_video: dict[str, Figures]
    by_camera: dict[str, Figures]
    truth: pd.DataFrame
    judged_map: pd.DataFrame
    mixed_tracks: list[tuple[str, int, int, int]]
    notes: list[str]

    def all_rows(self) -> list[tuple[str, Figures]]:
        """The figures of each video, of cameras, and of everything, named."""
        cameras = [(f"camera {name}", figures) for name, figures in self.by_camera.items()]
        return [*self.by_video.items(), *cameras, ("all as one sequence", self.overall)]


def evaluate_frames(
    project: Project, id_map: pd.DataFrame, folder: Path, classes: Sequence[str]
) -> FrameEvaluation:
    """Compare the boxes of all videos that have ground truth.

    Raises:
        ConfigError: TrackEval is missing, or the folder holds nothing of a video.
        InputError: a file cannot be read.
    """
    paths, others = find_ground_truth(folder, project.layout.video_names())
    truths = {video: read_ground_truth(path, classes) for video, path in paths.items()}
    judged = id_map[id_map["video"].isin(list(paths))]
    judged = judged[judged["class_name"].isin(list(classes))] if classes else judged
    left_out: Counter[str] = Counter()
    matches = list(_matches(project, judged, truths, left_out))
    tracks = track_truth(matches)
    mixed = tracks[tracks["others"] > 0].sort_values("others", ascending=False, kind="stable")
    return FrameEvaluation(
        overall=frame_metrics(matches),
        by_video={one.video: frame_metrics([one]) for one in matches},
        by_camera=_by_camera(project, matches),
        truth=tracks[["video", "track_id", "identity"]],
        judged_map=judged.reset_index(drop=True),
        mixed_tracks=list(mixed[["video", "track_id", "boxes", "others"]].itertuples(index=False, name=None)),
        notes=[
            *(f"{count} boxes are not judged: {reason}." for reason, count in sorted(left_out.items())),
            *_notes(project, truths, others, judged, classes),
        ],
    )


def _matches(
    project: Project, judged: pd.DataFrame, truths: Mapping[str, GroundTruth], left_out: Counter[str]
) -> Iterator[FrameMatches]:
    by_video = dict(iter(judged.groupby("video")))
    for video, truth in truths.items():
        own = by_video.get(video)
        ids = (
            {} if own is None else dict(zip(own["track_id"].tolist(), own["global_id"].tolist(), strict=True))
        )
        boxes = read_boxes(project.layout.tracks(video), video, ids, FrameFacts(0))
        kept = drawable(replace(identified(boxes), left_out={}))
        left_out.update(kept.left_out)
        yield match_frames(video, truth, kept.rows)


def _by_camera(project: Project, matches: Sequence[FrameMatches]) -> dict[str, Figures]:
    """Figures of cameras with several videos, told or guessed, as the map was made with them."""
    table = load_if_there(project.layout, "cameras")
    camera = {} if table is None else dict(zip(table["video"], table["camera"], strict=True))
    by_camera: dict[str, list[FrameMatches]] = defaultdict(list)
    for one in matches:
        by_camera[camera.get(one.video, one.video)].append(one)
    return {name: frame_metrics(own) for name, own in sorted(by_camera.items()) if len(own) > 1}


def _notes(
    project: Project,
    truths: Mapping[str, GroundTruth],
    others: Sequence[str],
    judged: pd.DataFrame,
    classes: Sequence[str],
) -> Iterator[str]:
    if without := [name for name in project.layout.video_names() if name not in truths]:
        yield f"{len(without)} videos have no ground truth and are not judged: {_listed(without)}."
    if others:
        yield f"In the folder, but no video of this root: {_listed(others)}."
    if not any(truth.target.any() for truth in truths.values()):
        raise InputError(
            "the ground truth holds no box of the classes to judge "
            f"({', '.join(classes) or 'person'}). Name one that it has with --class."
        )
    if len(truths) > 1 and not _is_shared(truths):
        yield (
            "No identity of the ground truth is in two videos. Where each file numbers its own, only the "
            "rows of single videos mean anything."
        )
    known = classes_of(truths)
    if not classes and known and (extra := sorted(set(judged["class_name"]) - known)):
        yield (
            f"Boxes of {_listed(extra)} count as false positives, as the ground truth is of "
            f"{_listed(sorted(known))}. --class CLASS judges one class alone."
        )


def _is_shared(truths: Mapping[str, GroundTruth]) -> bool:
    """Whether an identity is to be found in two videos."""
    found = [np.unique(truth.identity[truth.target]) for truth in truths.values()]
    return len(np.unique(np.concatenate(found))) < sum(map(len, found))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
