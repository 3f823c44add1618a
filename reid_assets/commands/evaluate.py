"""`reid-assets evaluate`: the identity map against a truth."""

import json
from collections.abc import Mapping
from pathlib import Path

from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.reid.accuracy.evaluation import evaluate, read_truth
from reid_assets.storage.id_map_file import read_map


def evaluate_command(root: str | None, config: str | None, truth: str, as_json: bool) -> int:
    """Print the figures; 1 where an identity rule is violated."""
    project, screen = open_project(root, config), Screen()
    known, settings = read_truth(Path(truth)), project.settings.associate
    figures = evaluate(read_map(project.layout), known, settings, project.clocks())
    if as_json:
        screen.say(json.dumps(figures, indent=2))
    else:
        rows = [[name.replace("_", " "), f"{value:.4g}"] for name, value in figures.items()]
        screen.table(f"{project.layout.global_id_map} against {truth}", ["figure", "value"], rows)
        warn_of_unjudged(screen, figures)
    return 1 if figures["violations"] else 0


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
