"""Where every artifact is stored and loaded: files, then their rows in DuckDB, then the record of its inputs.

The files are the truth and come first; a database that is open elsewhere delays only itself. The record comes
last, so that what a kill leaves behind counts as unfinished.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reid_assets.artifacts import ARTIFACTS
from reid_assets.layout import Layout
from reid_assets.state.input_versions import fingerprint
from reid_assets.state.staleness import Staleness, Versioned
from reid_assets.storage.artifact_files import Log
from reid_assets.storage.database import DatabaseBusyError
from reid_assets.storage.formats import FORMATS
from reid_assets.storage.mirror import Mirror


@dataclass(frozen=True)
class Stored:
    """What was stored.

    Attributes:
        path: the artifact's first file or folder.
        size: bytes of all its files.
        rows: of its own table in the database; None where it has none, or where that was busy.
        data_version: digest of its content.
        fingerprint: digest of the versions of its inputs.
        database_busy: who has the database open; None where it was loaded.
    """

    path: Path
    size: int
    rows: int | None
    data_version: str
    fingerprint: str
    database_busy: str | None = None


class ArtifactStore:
    """The artifacts of one root."""

    def __init__(self, layout: Layout, staleness: Staleness, mirror: Mirror) -> None:
        self._layout, self._staleness, self._mirror = layout, staleness, mirror

    def write(self, artifact: str, video: str | None, made: Versioned) -> Stored:
        """Store an artifact, or one video's part of it."""
        spec = ARTIFACTS[artifact]
        self._staleness.begin(artifact, video)
        size = FORMATS[spec.storage].store(self._layout, spec, video, made.value)
        rows, busy = None, None
        try:
            rows = self._mirror.load(artifact, video)
        except DatabaseBusyError as error:
            busy = str(error)
        self._staleness.record(artifact, video, made.input_versions)
        return Stored(
            path=self._layout.path(artifact, video),
            size=size,
            rows=rows,
            data_version=self._staleness.input_versions.data_version(artifact, video),
            fingerprint=fingerprint(made.input_versions),
            database_busy=busy,
        )

    def load(self, artifact: str, log: Log) -> Any:
        """Everything of an artifact that is under the root, whatever partitions are known.

        Args:
            artifact: its name.
            log: told what had to be left out.

        Raises:
            ReidError: it is not there, or cannot be read.
        """
        spec = ARTIFACTS[artifact]
        return FORMATS[spec.storage].load(self._layout, spec, log)
