"""What an artifact is: one frozen declaration, and the ordered set of all of them.

Everything else about an artifact derives from its `ArtifactSpec`: Dagster's assets and dependencies, paths,
DuckDB tables, staleness, agreement checks, `--only`, status and removal. The declarations themselves are
`reid_assets.artifacts`; how files are written is `reid_assets.storage`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from reid_assets.reid.core.tables import Table

Group = Literal["embedding", "identity", "movement", "presentation"]
VIDEO = "{video}"


@dataclass(frozen=True)
class ExternalInput:
    """Something that people or other tools provide.

    Attributes:
        name: as it is told to people, for example `tracks.csv`.
        asset: the external asset that stands for it in the lineage.
        per_video: whether each video has its own.
    """

    name: str
    asset: str
    per_video: bool


@dataclass(frozen=True)
class TableFile:
    """A table for SQL, and the file whose rows it mirrors (a pattern as in `ArtifactSpec.files`)."""

    table: Table
    file: str


@dataclass(frozen=True)
class ArtifactSpec:
    """One artifact.

    Attributes:
        name: of the artifact and of its asset.
        group: of the lineage graph: what it is for.
        description: what it is, and in which files.
        files: files and folders that hold it, below the root; `{video}` is the video's name. The first one is
            its path wherever one is shown.
        inputs: artifacts that it is made from.
        external: names of `ExternalInput`s that it is made from.
        settings: sections of the configuration that it depends on.
        tables: mirrored into DuckDB; the first is the artifact's own, others go with it. They may mirror
            files that are not among `files`, whose loss does not make the artifact stale.
        content: the files whose digest is the data version; empty: all of `files`.
        storage: key of `storage.formats.FORMATS`: how it is written and read.
        made_with: the artifact whose step makes this one too, from the same inputs.
        optional: that it is not there is no reason to make it: what is made from it does without.
        on_demand: made only when it is asked for by name; that it is out of date is told, and nothing more.
        asked_by: of one on demand, the setting (`section.key`) that asks for it in every run.
        kinds: badges in the lineage graph.
        code_version: raised when the code changes what is written for the same input.
        column_sources: column -> columns that it comes from, as `asset.column`.
    """

    name: str
    group: Group
    description: str
    files: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    tables: tuple[TableFile, ...] = ()
    content: tuple[str, ...] = ()
    storage: str = "files"
    made_with: str | None = None
    optional: bool = False
    on_demand: bool = False
    asked_by: str | None = None
    kinds: frozenset[str] = frozenset({"csv", "duckdb"})
    code_version: str = "1"
    column_sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def per_video(self) -> bool:
        """Whether each video has its own: a partition of the asset."""
        return VIDEO in self.files[0]

    @property
    def content_files(self) -> tuple[str, ...]:
        """Patterns of the files whose digest is the data version."""
        return self.content or self.files

    @property
    def table(self) -> Table | None:
        """Its own table."""
        return self.tables[0].table if self.tables else None


class Registry:
    """All artifacts, each after those that it is made from."""

    def __init__(self, external: Iterable[ExternalInput], specs: Iterable[ArtifactSpec]) -> None:
        self.external = {one.name: one for one in external}
        self._specs: dict[str, ArtifactSpec] = {}
        for spec in specs:
            self.add(spec)

    def add(self, spec: ArtifactSpec) -> None:
        """Declare one more.

        Raises:
            ValueError: its name is taken, or it is made from something that is not declared.
        """
        if spec.name in self._specs:
            raise ValueError(f"artifact {spec.name} is declared twice")
        lead = (spec.made_with,) if spec.made_with else ()
        unknown = [name for name in (*spec.inputs, *lead) if name not in self._specs]
        unknown += [name for name in spec.external if name not in self.external]
        if unknown:
            raise ValueError(f"artifact {spec.name} is made from {unknown}, which nobody declares")
        self._specs[spec.name] = spec

    def remove(self, name: str) -> None:
        """Take back a declaration."""
        del self._specs[name]

    def __getitem__(self, name: str) -> ArtifactSpec:
        return self._specs[name]

    def __contains__(self, name: object) -> bool:
        return name in self._specs

    def __iter__(self) -> Iterator[ArtifactSpec]:
        return iter(list(self._specs.values()))

    @property
    def names(self) -> tuple[str, ...]:
        """All names, upstream first."""
        return tuple(self._specs)

    @property
    def per_video(self) -> tuple[str, ...]:
        """Artifacts that each video has."""
        return tuple(spec.name for spec in self if spec.per_video)

    @property
    def whole(self) -> tuple[str, ...]:
        """Artifacts of all videos together."""
        return tuple(spec.name for spec in self if not spec.per_video)

    def lead(self, name: str) -> ArtifactSpec:
        """The artifact whose step makes this one: itself, unless it is made with another."""
        spec = self[name]
        return self[spec.made_with] if spec.made_with else spec

    def step(self, name: str) -> tuple[str, ...]:
        """All artifacts that one step makes, its lead first."""
        lead = self.lead(name).name
        return (lead, *(spec.name for spec in self if spec.made_with == lead))

    def parents(self, name: str) -> tuple[str, ...]:
        """Assets that an artifact depends on: artifacts, external ones, sections of the configuration."""
        lead = self.lead(name)
        external = dict.fromkeys(self.external[one].asset for one in lead.external)
        return (*lead.inputs, *external, *(f"configuration/{section}" for section in lead.settings))

    def downstream(self, name: str) -> tuple[str, ...]:
        """Everything that is made from an artifact, directly or not, upstream first."""
        reached = set(self.step(name))
        for spec in self:
            if reached & set(self.lead(spec.name).inputs):
                reached.update(self.step(spec.name))
        return tuple(spec.name for spec in self if spec.name in reached - set(self.step(name)))
