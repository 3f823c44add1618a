"""How an opened root is reached: opened anew for every call, so that what changed meanwhile shows."""

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

from reid_assets.reid.core.errors import ConfigError
from reid_assets.state.project import Project
from reid_assets.state.searching import RootSearch
from reid_assets.storage.text_embedding_files import TEXT_EMBEDDINGS

_LOG = logging.getLogger("reid_assets")


@dataclass
class RootAccess:
    """A root, and how it was named.

    Attributes:
        root: absolute.
        config, out: as they were named; None: not named.
        folder: in which it was opened; default places depend on it.
    """

    root: Path
    config: Path | None
    out: Path | None
    folder: Path
    _config: Path = field(default_factory=Path)
    _search: tuple[tuple, RootSearch] | None = None

    @classmethod
    def open(cls, root: Path | None, config: Path | None, out: Path | None) -> "RootAccess":
        """Open a root.

        Raises:
            ConfigError: there is no such folder, or the configuration cannot be used.
        """
        project = Project.open(root, config, out)
        path = project.layout.root
        if not path.is_dir():
            raise ConfigError(
                f"{path}: there is no such folder. Give the folder of your analysed videos: "
                '`reid_assets.open("outputs/cv")`.'
            )
        return cls(path, config, out, Path.cwd(), project.config)

    def project(self) -> Project:
        """The root and its configuration as they are now.

        Raises:
            ConfigError: the configuration cannot be used any more.
        """
        return Project.open(self.root, self._config, self.out)

    def search(self, project: Project) -> RootSearch:
        """Searches of the root; the vectors are read again only after they have changed."""
        layout = project.layout
        files = [layout.global_id_map, layout.path("visits"), layout.path("cameras"), layout.forgotten]
        files += [
            layout.embeddings,
            layout.path(TEXT_EMBEDDINGS, "x").parent,
            project.config,
            project.corrections_file,
        ]
        files += [project.cameras_file] if project.cameras_file else []
        now = (project.layout, *map(_state, files))
        if self._search is None or self._search[0] != now:
            self._search = now, RootSearch(project, _LOG.warning)
        return self._search[1]


def _state(path: Path) -> tuple[str, int, int]:
    """A value that changes when a file is written again, or a folder gets another file."""
    try:
        status = os.stat(path)  # noqa: PTH116  # one call, also where it is not there
    except OSError:
        return str(path), -1, -1
    return str(path), status.st_mtime_ns, status.st_size
