"""Which configuration a root is made with: its path, remembered under the root itself.

The path is kept from the root as well, so that a project that is moved or copied as a whole finds its own.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from reid_assets.layout import Layout
from reid_assets.locations import default_config, named_config, shipped_file
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.core.outside_files import is_file
from reid_assets.storage.atomic import write_json
from reid_assets.storage.records import read_record


@dataclass(frozen=True)
class RootConfig:
    """A configuration file and why it is this one.

    Attributes:
        path: absolute.
        source: how it was chosen, in words.
    """

    path: Path
    source: str


def choose_config(layout: Layout, named: str | Path | None = None) -> RootConfig:
    """The file that was named, else the one that the root remembers, else that of the project.

    Raises:
        ConfigError: the root remembers a file that is not there any more, and none was named.
    """
    if (path := named_config(named)) is not None:
        return RootConfig(path, "--config" if named else "REID_CONFIG")
    if (path := remembered_config(layout)) is None:
        return RootConfig(default_config(), "the default")
    if not path.is_file():
        raise ConfigError(
            f"{layout.root} was made with {path}, which is not there any more. Put it back, or name another "
            "with --config."
        )
    return RootConfig(path, "remembered by this root")


def remembered_config(layout: Layout) -> Path | None:
    """What the root was made with last, there or not; None where it was never said."""
    noted = read_record(layout.root_config)
    try:
        if noted["config"] is None:
            return shipped_file("configs/cv/reid.yaml")
        near = Path(os.path.normpath(layout.outputs / noted["from_root"]))
        return near if is_file(near) else Path(noted["config"])
    except (KeyError, TypeError):
        return None


def remember_config(layout: Layout, config: Path) -> bool:
    """Note what the root is made with; whether that is something new."""
    before = remembered_config(layout)
    if before is not None and same_file(before, config):
        return False
    # What ships with the package lies elsewhere after the next update.
    shipped = same_file(config, shipped_file("configs/cv/reid.yaml"))
    noted = {"config": None if shipped else str(config), "from_root": os.path.relpath(config, layout.outputs)}
    if layout.outputs != layout.root:
        noted["videos"] = os.path.relpath(layout.root, layout.outputs)
    write_json(layout.root_config, noted)
    return True


def require_own_outputs(layout: Layout) -> None:
    """Refuse a folder that holds the outputs of other videos.

    Raises:
        ConfigError: with the root whose outputs these are.
    """
    noted = read_record(layout.root_config)
    if not noted:
        return
    videos = Path(os.path.normpath(layout.outputs / str(noted.get("videos", "."))))
    if not same_file(videos, layout.root):
        raise ConfigError(
            f"{layout.outputs} holds the outputs of {videos}. Name another folder for those of "
            f"{layout.root}, with --out or outputs.root."
        )


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, there or not."""
    return one.resolve() == other.resolve()
