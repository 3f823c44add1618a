"""The DuckDB mirror: which file feeds which table, and keeping both in step.

`database.py` knows how one part is loaded; which parts there are follows from the declared artifacts.
"""

from collections.abc import Collection, Iterator

from reid_assets.artifacts import ARTIFACTS
from reid_assets.layout import Layout
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import is_file
from reid_assets.reid.core.tables import IDENTITY_STATE
from reid_assets.storage.database import Database
from reid_assets.storage.digests import ABSENT, Digests
from reid_assets.storage.table_parts import WHOLE, Part


class Mirror:
    """All tables of one root."""

    def __init__(self, layout: Layout, database: Database, digests: Digests) -> None:
        self.layout = layout
        self.database = database
        self.digests = digests

    def parts(self, artifact: str, video: str | None = None) -> list[Part]:
        """The parts that an artifact feeds, its own table first; only those whose file is there."""
        tables = ARTIFACTS[artifact].tables
        parts = [Part(one.table, video or WHOLE, self.layout.file(one.file, video)) for one in tables]
        return [part for part in parts if is_file(part.path)]

    def all_parts(self) -> Iterator[Part]:
        """Every part whose file is there."""
        videos = sorted({*self.layout.video_names(), *self.layout.embedded_names()})
        for spec in ARTIFACTS:
            for video in videos if spec.per_video else [None]:
                yield from self.parts(spec.name, video)

    def load(self, artifact: str, video: str | None = None) -> int | None:
        """Load an artifact's files into its tables; the rows of its own table, None where it has none.

        Raises:
            DatabaseBusyError: the database stays open elsewhere.
        """
        rows = [self.database.load(part, self.digests.of(part.path)) for part in self.parts(artifact, video)]
        return rows[0] if rows else None

    def behind(self, keep: Collection[str] = ()) -> tuple[list[Part], list[tuple[str, str]]]:
        """Parts to load since their files changed, and (table, part) to drop since their files are gone.

        Args:
            keep: videos whose rows stay although their files are gone.

        Raises:
            DatabaseBusyError: the database stays open elsewhere.
        """
        loaded = self.database.parts()
        # The state stays in the database even if its file is lost: no id is ever given twice.
        there: set[tuple[str, str]] = {(IDENTITY_STATE.name, WHOLE)}
        changed = []
        for part in self.all_parts():
            key = (part.table.name, part.part)
            there.add(key)
            if loaded.get(key) != self.digests.of(part.path):
                changed.append(part)
        return changed, sorted(key for key in set(loaded) - there if key[1] not in keep)

    def sync(self, keep: Collection[str] = ()) -> list[str]:
        """Load what is behind, drop what is gone (but for videos to `keep`); say what was done.

        Raises:
            DatabaseBusyError: the database stays open elsewhere.
        """
        changed, gone = self.behind(keep)
        done = []
        for part in changed:
            try:
                self.database.load(part, self.digests.of(part.path))
            except InputError as error:
                done.append(f"{error} It is left out.")
            else:
                done.append(f"loaded {part.table.name} {part.part}".rstrip())
        self.database.drop(gone)
        return done + [f"dropped {name} {part}".rstrip() for name, part in gone]

    def differences(self, artifact: str) -> list[str]:
        """How the files of an artifact and their rows differ, in words."""
        spec = ARTIFACTS[artifact]
        if spec.table is None:
            return []
        name, loaded = spec.table.name, self.database.parts()
        found, alike = [], []
        for part in [part for part in self.all_parts() if part.table.name == name]:
            digest = loaded.pop((name, part.part), ABSENT)
            if digest != self.digests.of(part.path):
                found.append(f"{part.path.name}: the database holds another state of the file")
            else:
                alike.append(part)
        found += self.database.differences(alike) if alike else []
        return found + [f"{part}: rows without a file" for table, part in loaded if table == name]
