"""`reid-assets evaluate`: the identity map against a truth."""

import json
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
    return 1 if figures["violations"] else 0
