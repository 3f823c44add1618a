"""The review queue: the questions to a person whose answers are expected to change the map the most.

What is asked of one class group is `questions.py`; how tracks are compared is `link_odds.py`. What has been
answered (`corrections.csv`) is a constraint and is not asked again.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from reid_assets.reid.accuracy.similarity_calibration import report_of_group
from reid_assets.reid.association.constraints.cannot_links import Constraints, compile_constraints
from reid_assets.reid.association.constraints.spatiotemporal import travel_constraints
from reid_assets.reid.association.global_id_map import correct, leave_out
from reid_assets.reid.association.track_set import TrackSet, assemble
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.corrections import Corrections
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.reid.review.doubtful_tracks import most_doubtful
from reid_assets.reid.review.link_odds import link_odds
from reid_assets.reid.review.questions import DOUBLE, JOIN, SPLIT, Question, questions_of
from reid_assets.reid.review.queue_table import REVIEW_QUEUE

MOST_QUESTIONS = 200


def review_queue(
    embeddings: Mapping[str, TrackEmbeddings],
    id_map: pd.DataFrame,
    evidence: pd.DataFrame,
    report: Mapping[str, Any],
    settings: AssociateSettings,
    cameras: Mapping[str, str] | None = None,
    clocks: Clocks | None = None,
    corrections: Corrections | None = None,
) -> pd.DataFrame:
    """Rows of `REVIEW_QUEUE`: at most `MOST_QUESTIONS`, best first.

    Args:
        embeddings: by video.
        id_map: the map made from them, rows of `tables.GLOBAL_ID_MAP`.
        evidence: of that map, rows of `tables.IDENTITY_EVIDENCE`.
        report: the association report of that map.
        settings, cameras, clocks, corrections: what the map was made with.

    Raises:
        MixedBackbonesError: the vectors were made by different backbones.
    """
    corrections = corrections or Corrections()
    targets, _ = leave_out(embeddings, corrections.not_targets())
    tracks = assemble(most_doubtful(targets, evidence), cameras)
    mapped = tracks.meta.merge(
        id_map[["video", "track_id", "global_id"]], on=["video", "track_id"], how="left"
    )
    ids = mapped["global_id"].fillna(-1).to_numpy(dtype=np.int64)
    rules = compile_constraints(tracks.meta, settings, travel_constraints(tracks.meta, clocks or Clocks()))
    constraints, _, _ = correct(rules, corrections, tracks.meta)
    asked = []
    for rows in constraints.blocks():
        rows = rows[ids[rows] >= 0]
        if len(rows) < 2:
            continue
        decided = report_of_group(report, set(tracks.meta["class_name"].iloc[rows]))
        odds = link_odds(tracks, constraints, rows, settings, decided)
        labels = np.unique(ids[rows], return_inverse=True)[1]
        never, must = constraints.forbidden(rows, rows), constraints.within(constraints.must, rows)
        questions = questions_of(odds, labels, never, must, _one_frame(constraints, rows))
        share = len(rows) / len(tracks)
        asked += [_row(one, rows, tracks, ids, share) for one in questions[:MOST_QUESTIONS]]
    table = pd.DataFrame(asked, columns=REVIEW_QUEUE.header[1:])
    table = table.sort_values(["gain", "video_a", "track_a"], ascending=[False, True, True], kind="stable")
    table = table.drop_duplicates(["video_a", "track_a", "video_b", "track_b"]).head(MOST_QUESTIONS)
    return REVIEW_QUEUE.conform(table.assign(rank=np.arange(len(table)))[REVIEW_QUEUE.header])


def _one_frame(constraints: Constraints, rows: np.ndarray) -> np.ndarray:
    """Bool (n, n): whether two tracks of one video overlap by more than what the rules allow."""
    start, end = constraints.f_min[rows], constraints.f_max[rows]
    frames = np.minimum.outer(end, end) - np.maximum.outer(start, start) + 1
    return (frames > constraints.tolerance) & np.equal.outer(constraints.video[rows], constraints.video[rows])


def _row(one: Question, rows: np.ndarray, tracks: TrackSet, ids: np.ndarray, share: float) -> tuple[Any, ...]:
    ends = [rows[one.a], rows[one.b]]
    (video_a, track_a), (video_b, track_b) = tracks.meta[["video", "track_id"]].iloc[ends].to_numpy().tolist()
    names = [f"identity {ids[end]}" for end in ends]
    sizes = [_tracks(len(side)) for side in (one.left, one.right)]
    why = {
        JOIN: f"{names[0]} ({sizes[0]}) and {names[1]} ({sizes[1]}): one or two?",
        SPLIT: f"{names[0]}: {sizes[0]} on one side, {sizes[1]} on the other: one or two?",
        DOUBLE: f"{names[0]} and {names[1]} are in one frame: two boxes on one?",
    }[one.kind]
    return one.kind, video_a, track_a, video_b, track_b, one.probability, one.gain * share, why


def _tracks(count: int) -> str:
    return f"{count} track" if count == 1 else f"{count} tracks"
