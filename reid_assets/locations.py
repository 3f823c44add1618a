"""Which root, files and project are meant: as named, else from the environment, else by default."""

import importlib.resources
import os
from pathlib import Path

# What a wheel carries beside its modules; in a checkout only the workspace of an installed package.
PACKAGED_FILES = Path(str(importlib.resources.files("reid_assets"))) / "project_files"
CONFIG = "configs/cv/reid.yaml"


def project_folder(current: Path | None = None) -> Path:
    """The project that commands in a folder (the current one) work on: that folder, installed or editable.

    Anywhere inside the checkout that this package lies in, it is the checkout. REID_PROJECT beats both: what
    a command starts in another folder works on the same project.
    """
    if current is None and (named := os.environ.get("REID_PROJECT")):
        return Path(named).absolute()
    current, checkout = (current or Path.cwd()).absolute(), _checkout()
    inside = checkout is not None and current.resolve().is_relative_to(checkout)
    return checkout if checkout is not None and inside else current


def _checkout() -> Path | None:
    folder = Path(__file__).resolve().parents[1]
    return folder if (folder / "workspace.yaml").is_file() else None


def shipped_file(name: str) -> Path:
    """A file of a new project as it ships, for example `configs/cv/reid.yaml`.

    In a checkout that is the file at its top; a wheel carries a copy, which `setup.py` puts there.
    """
    return (_checkout() or PACKAGED_FILES) / name


def find_root(named: str | Path | None = None) -> Path:
    """The root that was named, else REID_ROOT, else `outputs/cv` of the project. Absolute."""
    return Path(named or os.environ.get("REID_ROOT") or project_folder() / "outputs" / "cv").absolute()


def named_outputs(out: str | Path | None = None) -> Path | None:
    """Where everything is written: as named, else as REID_OUT (or --out) says; None where nobody says."""
    named = out or os.environ.get("REID_OUT")
    return Path(os.path.normpath(Path.cwd() / named)) if named else None


def named_config(named: str | Path | None = None) -> Path | None:
    """The file that was named, else REID_CONFIG; None where nobody names one."""
    path = named or os.environ.get("REID_CONFIG")
    return Path(path).absolute() if path else None


def default_config() -> Path:
    """`configs/cv/reid.yaml` of the project, else the shipped one."""
    own = project_folder() / CONFIG
    return own if own.is_file() else shipped_file(CONFIG)


def find_cameras(config: Path) -> Path | None:
    """REID_CAMERAS, else `cameras.yaml` beside the configuration; None where there is none."""
    path = cameras_path(config)
    return path if os.environ.get("REID_CAMERAS") or path.is_file() else None


def cameras_path(config: Path) -> Path:
    """Where cameras.yaml is looked for, whether or not it is there."""
    return _beside(config, "REID_CAMERAS", "cameras.yaml")


def corrections_path(config: Path) -> Path:
    """Where corrections of the map are: REID_CORRECTIONS, else `corrections.csv` beside the configuration."""
    return _beside(config, "REID_CORRECTIONS", "corrections.csv")


def _beside(config: Path, variable: str, name: str) -> Path:
    """A file that a variable names, else one beside the configuration.

    A project without a reid.yaml of its own uses the shipped one, and still has files of its own beside it.
    """
    if named := os.environ.get(variable):
        return Path(named).absolute()
    own = project_folder() / CONFIG if config == shipped_file(CONFIG) else config
    return own.with_name(name)
