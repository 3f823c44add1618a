"""`reid-assets cameras`: which camera each video is of, and why; on request as a cameras.yaml to edit.

Told from what lies under the root now, embedded or not. What the map was made with is `reid/cameras.csv`.
"""

import json
from collections.abc import Callable

import pandas as pd

from reid_assets.artifacts import ARTIFACTS
from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.locations import cameras_path
from reid_assets.reid.cameras.cameras import assign_cameras, describe
from reid_assets.reid.cameras.cameras_yaml import cameras_yaml
from reid_assets.reid.core.errors import ConfigError
from reid_assets.state.project import Project
from reid_assets.storage.atomic import write_bytes
from reid_assets.storage.formats import FORMATS


def cameras_command(root: str | None, config: str | None, as_json: bool, write: bool, force: bool) -> int:
    """Print the table, or write it as cameras.yaml; 0.

    Raises:
        ConfigError: the configuration cannot be used; or there is a cameras.yaml, and `force` is not set.
    """
    project, screen = open_project(root, config), Screen()
    table = current_cameras(project, screen.warn)
    if write:
        _write(project, table, screen, force)
    elif as_json:
        screen.say(json.dumps(table.to_dict("records"), indent=2, ensure_ascii=False))
    else:
        rows = [
            [row.video, row.camera, row.source, f"{row.confidence:.2f}", row.reason]
            for row in table.itertuples()
        ]
        screen.table(str(project.layout.root), list(table.columns), rows)
        screen.say(f"Cameras: {describe(table)}")
    return 0


def current_cameras(project: Project, warn: Callable[[str], None]) -> pd.DataFrame:
    """Rows of `CAMERAS` for every video of the root; `warn` is told of backgrounds that cannot be read."""
    layout, spec = project.layout, ARTIFACTS["background"]
    videos = sorted({*layout.video_names(), *layout.embedded_names()})
    backgrounds = FORMATS[spec.storage].load(layout, spec, warn)
    return assign_cameras(project.explicit_clocks(videos).videos, backgrounds, project.settings.cameras.guess)


def _write(project: Project, table: pd.DataFrame, screen: Screen, force: bool) -> None:
    path = cameras_path(project.config)
    if path.exists() and not force:
        raise ConfigError(
            f"{path}: is there already. With --force it is written anew: its settings are kept, its comments "
            "are lost."
        )
    write_bytes(path, [cameras_yaml(table, project.cameras).encode("utf-8")])
    screen.say(f"wrote  {path}")
    screen.say("Next: correct it, then: reid-assets run. What it says is believed.")
