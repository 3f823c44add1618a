"""`reid-assets init`: the files of a new project, copied from those that ship with the package.

Without them everything runs on the same defaults; they are there to be edited. Which files ship, and where
they are read from, is `reid_assets.config`.
"""

from pathlib import Path

from reid_assets.automation.instance import prepare_home
from reid_assets.commands.console import Screen
from reid_assets.layout import Layout
from reid_assets.locations import PACKAGED_FILES, project_folder, shipped_file
from reid_assets.storage.atomic import write_bytes

_FILES = (
    "configs/cv/reid.yaml",
    "configs/cv/persons.yaml",
    "configs/cv/cameras.example.yaml",
    "configs/dagster/dagster.yaml",
    "workspace.yaml",
    ".env",
)
# May hold what other programs need.
_NEVER_OVERWRITTEN = ".env"


def init_command(folder: str, force: bool) -> int:
    """Write what is missing, keep what is there unless `force`, say the next step; returns the exit code."""
    screen, target = Screen(), Path(folder).absolute()
    for name in _FILES:
        path = target / name
        if path.exists() and (not force or name == _NEVER_OVERWRITTEN):
            screen.say(f"kept   {path}")
            continue
        write_bytes(path, [_source(name).read_bytes()])
        screen.say(f"wrote  {path}")
    prepare_home(Layout(target / "outputs" / "cv"))
    screen.say(_next_step(target))
    return 0


def _source(name: str) -> Path:
    # A checkout's own workspace.yaml works in the checkout alone.
    return PACKAGED_FILES / name if name == "workspace.yaml" else shipped_file(name)


def _next_step(target: Path) -> str:
    root = target / "outputs" / "cv"
    if project_folder(target) != target:
        # Inside a checkout, the checkout is the project.
        options = f" --root {root} --config {target / 'configs' / 'cv' / 'reid.yaml'}"
    else:
        options = "" if target == Path.cwd() else f" (in {target})"
    return f"Next: one folder a video into {root}, then: reid-assets run --dry-run{options}"
