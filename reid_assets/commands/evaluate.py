"""`reid-assets evaluate`: the identity map against a truth, of tracks or of single frames."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from reid_assets.commands.console import Screen
from reid_assets.commands.error_pictures import write_error_page
from reid_assets.commands.frame_evaluation import FrameEvaluation, evaluate_frames
from reid_assets.commands.project_options import open_project
from reid_assets.reid.accuracy.evaluation import evaluate, read_truth
from reid_assets.reid.accuracy.identity_errors import IdentityErrors, identity_errors
from reid_assets.reid.report.error_page import Evaluation, written
from reid_assets.state.project import Project
from reid_assets.storage.export_folder import require_outside
from reid_assets.storage.id_map_file import read_map

_OVERALL = ("HOTA", "DetA", "AssA", "IDF1", "MOTA", "identities", "true_identities")
_TABLE = (
    "HOTA",
    "DetA",
    "AssA",
    "IDF1",
    "MOTA",
    "IDSW",
    "boxes",
    "true_boxes",
    "identities",
    "true_identities",
)
_OF_TRACKS = ("pairwise_f1", "bcubed_f1", "idf1", "identities", "true_identities", "tracks")
_MOST_TOLD = 5


def evaluate_command(
    root: str | None,
    config: str | None,
    truth: str | None,
    as_json: bool,
    ground_truth: str | None = None,
    classes: Sequence[str] = (),
    page: str | None = None,
) -> int:
    """Print the figures; 1 where an identity rule is violated.

    Args:
        root, config: as named.
        truth: CSV with `video,track_id,identity`; or
        ground_truth: folder of MOTChallenge files.
        as_json: print JSON and nothing else.
        classes: of the ground truth, those to judge.
        page: where to write the HTML page of the errors.

    Raises:
        ReidError: there is no map, or the truth cannot be used.
    """
    project, screen = open_project(root, config), Screen()
    if page:
        require_outside(project.layout, Path(page))
    id_map = read_map(project.layout)
    frames = evaluate_frames(project, id_map, Path(ground_truth), classes) if ground_truth else None
    known = read_truth(Path(truth)) if truth else frames.truth if frames else pd.DataFrame()
    judged = frames.judged_map if frames else id_map
    figures = evaluate(judged, known, project.settings.associate, project.clocks())
    errors = identity_errors(judged, known)
    if page:
        found = _evaluation(project, str(truth or ground_truth), figures, errors, frames)
        write_error_page(project, found, Path(page))
    if as_json:
        screen.say(json.dumps(_plain(figures, errors, frames), indent=2))
    else:
        _tell(screen, project, str(truth or ground_truth), figures, errors, frames)
        if page:
            screen.say(f"Errors with pictures: {Path(page).absolute()}")
    return 1 if figures["violations"] else 0


def _plain(
    figures: Mapping[str, float], errors: IdentityErrors, frames: FrameEvaluation | None
) -> dict[str, Any]:
    """What `--json` prints."""
    if frames is None:
        return {**figures, "errors": errors.as_json()}
    mixed = [
        {"track": f"{video}:{track}", "boxes": boxes, "others": others}
        for video, track, boxes, others in frames.mixed_tracks
    ]
    return {
        "across_videos": frames.overall,
        "by_video": frames.by_video,
        "by_camera": frames.by_camera,
        "tracks": figures,
        "errors": errors.as_json() | {"mixed_tracks": mixed},
        "notes": list(frames.notes),
    }


def _tell(
    screen: Screen,
    project: Project,
    truth: str,
    figures: Mapping[str, float],
    errors: IdentityErrors,
    frames: FrameEvaluation | None,
) -> None:
    if frames is not None:
        header = list(_TABLE)
        rows = [[name, *(written(values[key]) for key in header)] for name, values in frames.all_rows()]
        screen.table(f"Boxes against {truth}", ["video", *(key.replace("_", " ") for key in header)], rows)
    table = [[name.replace("_", " "), f"{value:.4g}"] for name, value in figures.items()]
    screen.table(f"{project.layout.global_id_map} against {truth}", ["figure", "value"], table)
    _tell_errors(screen, errors)
    for note in frames.notes if frames else ():
        screen.warn(note)
    warn_of_unjudged(screen, figures)


def _tell_errors(screen: Screen, errors: IdentityErrors) -> None:
    for kind, found, part in (
        ("holds several true identities", errors.merges, "identity"),
        ("is split into several identities", errors.splits, "true identity"),
    ):
        for error in found[:_MOST_TOLD]:
            parts = "; ".join(
                f"{one.name}: {', '.join(f'{video}:{track}' for video, track in one.tracks[:_MOST_TOLD])}"
                for one in error.parts[:_MOST_TOLD]
            )
            screen.say(f"{part} {error.name} {kind} ({parts})")
        if len(found) > _MOST_TOLD:
            screen.say(f"... and {len(found) - _MOST_TOLD} more: --page FILE shows them with pictures")


def _evaluation(
    project: Project,
    truth: str,
    figures: Mapping[str, float],
    errors: IdentityErrors,
    frames: FrameEvaluation | None,
) -> Evaluation:
    counts = ("identities", "true_identities", "tracks")
    of_tracks = {key: int(figures[key]) if key in counts else figures[key] for key in _OF_TRACKS}
    return Evaluation(
        truth=Path(truth).name,
        root=project.layout.root.name,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        figures={key: frames.overall[key] for key in _OVERALL} if frames else of_tracks,
        by_video=[(name, {key: values[key] for key in _TABLE}) for name, values in frames.all_rows()]
        if frames
        else [],
        errors=errors,
        mixed_tracks=frames.mixed_tracks if frames else (),
        notes=frames.notes if frames else (),
    )


def warn_of_unjudged(screen: Screen, figures: Mapping[str, float]) -> None:
    """Say which part of the map the truth leaves unjudged, where it is not all of it."""
    judged, unjudged = int(figures["tracks"]), int(figures["tracks_not_in_truth"])
    missing = int(figures["tracks_not_in_map"])
    if not judged:
        screen.warn(
            "The truth names no track of this map: nothing was judged. Compare video names and track_ids."
        )
    elif unjudged:
        screen.warn(
            f"The truth covers {judged} of {judged + unjudged} tracks of the map. The other {unjudged} are "
            "not judged: wrong joins with them do not show in these figures."
        )
    if missing:
        screen.warn(
            f"{missing} tracks of the truth have no identity in the map; idr and idf1 count them as missed."
        )
