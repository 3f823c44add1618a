"""`reid-assets demo`: a small world of videos with known truth, and everything made of it."""

from pathlib import Path

from reid_assets.commands.console import Screen
from reid_assets.commands.evaluate import evaluate_command
from reid_assets.commands.project_options import open_project
from reid_assets.commands.run_stages import RunStages
from reid_assets.demo.world import make_demo
from reid_assets.locations import project_folder, shipped_file
from reid_assets.state.planner import RunOptions


def demo_command(root: str | None) -> int:
    """Make the world where it is not yet, run everything, evaluate, say where to look."""
    screen = Screen()
    place = Path(root) if root else project_folder() / "outputs" / "demo"
    config = str(shipped_file("configs/cv/demo.yaml"))
    if not (place / "truth.csv").is_file():
        with screen.stage("Demo world"):
            make_demo(place)
    project = open_project(str(place), config)
    outcome = RunStages(project, RunOptions(), screen).run()
    evaluated = evaluate_command(str(place), config, str(place / "truth.csv"), as_json=False)
    here = f"--root {place} --config {config}"
    screen.say(f"Galleries: {project.layout.galleries}")
    screen.say(f"The same in the Dagster UI: reid-assets ui {here}")
    return max(outcome.exit_code, evaluated)
