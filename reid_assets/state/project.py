"""One root with its configuration: what the command line, the assets and the sensors share.

Puts layout, settings, staleness, storage and the choice of the backbone together; each of them is its own
module. No dagster here.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from reid_assets.config import load_cameras, load_settings
from reid_assets.layout import Layout
from reid_assets.locations import corrections_path, find_cameras, find_root, named_outputs
from reid_assets.reid.backbones.backbone import backbone_label, choose_auto, load_backbone
from reid_assets.reid.backbones.class_networks import ClassNetworks, entries_wanted, one_network_for_all
from reid_assets.reid.backbones.user_cache import converted_networks
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.corrections import Corrections
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.forgotten import Forgotten
from reid_assets.reid.core.network_labels import OTHERS, PERSON, entry_for, in_words
from reid_assets.reid.core.settings import BackboneSettings, Settings
from reid_assets.state.artifact_store import ArtifactStore
from reid_assets.state.failures import Failures
from reid_assets.state.input_versions import InputVersions
from reid_assets.state.quarantine import Quarantine
from reid_assets.state.staleness import Staleness
from reid_assets.storage.atomic import write_json
from reid_assets.storage.clock_sources import read_clocks
from reid_assets.storage.corrections_file import read_corrections
from reid_assets.storage.database import Database
from reid_assets.storage.expiry import expired_videos
from reid_assets.storage.mirror import Mirror
from reid_assets.storage.records import read_record
from reid_assets.storage.root_config import choose_config, require_own_outputs


@dataclass(frozen=True)
class Project:
    """A root and the configuration that was read for it."""

    layout: Layout
    settings: Settings
    config: Path
    cameras: CameraSettings = CameraSettings()
    cameras_file: Path | None = None
    config_source: str = ""
    corrections: Corrections = Corrections()

    @staticmethod
    def open(
        root: str | Path | None = None, config: str | Path | None = None, out: str | Path | None = None
    ) -> "Project":
        """Read the configuration and point at the root.

        Without a name, that is the configuration that the root was made with. REID_SET may hold a JSON list
        of `section.key=value` that take the place of what the file says; `out`, else REID_OUT, is the folder
        of the outputs.

        Raises:
            ConfigError: the configuration, cameras.yaml or corrections.csv cannot be used.
        """
        layout = Layout(find_root(root), named_outputs(out))
        chosen = choose_config(layout, config)
        settings = load_settings(chosen.path, json.loads(os.environ.get("REID_SET") or "[]"))
        if layout.out is None and settings.outputs.root is not None:
            layout = Layout(layout.root, Path(settings.outputs.root))
        require_own_outputs(layout)
        cameras_file = find_cameras(chosen.path)
        cameras, said = load_cameras(cameras_file), read_corrections(corrections_path(chosen.path))
        layout = replace(layout, expired=expired_videos(layout, cameras, settings.privacy.keep_days))
        return Project(layout, settings, chosen.path, cameras, cameras_file, chosen.source, said)

    @property
    def corrections_file(self) -> Path:
        """Where corrections are, or would be."""
        return corrections_path(self.config)

    @property
    def forgotten(self) -> Forgotten:
        """Tracks that were forgotten."""
        return self.staleness.input_versions.forgotten

    def reopened(self) -> "Project":
        """The same project, with nothing remembered of its files."""
        return replace(self)

    @cached_property
    def staleness(self) -> Staleness:
        """What is out of date on this root under this configuration."""
        labels = self.network_labels()
        versions = InputVersions(self.layout, self.settings, labels, self.cameras, self.corrections)
        return Staleness(self.layout, versions)

    @cached_property
    def store(self) -> ArtifactStore:
        """Where every artifact is stored and loaded."""
        return ArtifactStore(self.layout, self.staleness, self.mirror)

    @cached_property
    def quarantine(self) -> Quarantine:
        """Whether the present map breaks an identity rule."""
        versions = self.staleness.input_versions
        return Quarantine(self.layout.quarantine, lambda: versions.data_version("global_id_map"))

    def clocks(self) -> Clocks:
        """Camera and clock of every video, guessed clocks included."""
        videos = sorted({*self.layout.video_names(), *self.layout.embedded_names()})
        return read_clocks(self.layout, self.cameras, videos)

    def explicit_clocks(self, videos: Iterable[str]) -> Clocks:
        """Camera and clock of some videos as far as people say them: no video file is looked into."""
        return read_clocks(self.layout, self.cameras, videos, guess=False)

    @cached_property
    def failures(self) -> Failures:
        """What could not be made on this root, and why."""
        return Failures(self.staleness)

    @cached_property
    def mirror(self) -> Mirror:
        """The database beside the files."""
        return Mirror(self.layout, Database(self.layout.database), self.staleness.digests)

    def choice(self) -> dict | None:
        """What `auto` took on this root: `name` and `why_not`; None while undecided."""
        choice = read_record(self.layout.backbone_choice)
        return choice if isinstance(choice.get("name"), str) else None

    def network_names(self) -> dict[str, str]:
        """Class entry (see `network_labels.py`) -> name of its backbone, as far as `auto` has decided."""
        return self.names_of(self.choice())

    def names_of(self, choice: Mapping | None) -> dict[str, str]:
        """The same, were this the choice."""
        settings = self.settings.backbone
        names = {OTHERS: settings.name} if settings.name != "auto" else {}
        if settings.name == "auto" and choice:
            names = choice.get("by_class") or {OTHERS: choice["name"]}
        return {**names, **settings.by_class}

    def network_labels(self) -> dict[str, str]:
        """Class entry -> what its new vectors would be labelled with, as far as `auto` has decided.

        Raises:
            BackboneError: a name or the file it leads to cannot be.
        """
        return {entry: backbone_label(self.settings_of(name)) for entry, name in self.network_names().items()}

    def load_networks(
        self, classes: Iterable[str], crops: int | None = None, decide_again: bool = False
    ) -> ClassNetworks:
        """The networks, loaded once per process; what `auto` decides here is binding from then on.

        Args:
            classes: class names of what will be embedded.
            crops: about how many will be embedded; None: many.
            decide_again: forget what `auto` took before.

        Raises:
            BackboneError: a named backbone cannot be loaded.
        """
        if decide_again and self.settings.backbone.name == "auto":
            self.layout.backbone_choice.unlink(missing_ok=True)
        classes = set(classes)
        choice = self.decide(classes, crops)
        if choice != self.choice():
            write_json(self.layout.backbone_choice, choice)
        names = self.network_names()
        self._require_comparable(names)
        used = {entry_for(name, names) for name in classes} & set(names) or set(names)
        networks = ClassNetworks(
            {
                entry: load_backbone(
                    self.settings_of(names[entry]), converted_networks(), expected_crops=crops
                )
                for entry in sorted(used)
            }
        )
        self.staleness.input_versions.networks = {**self.network_labels(), **networks.labels}
        return networks

    def _require_comparable(self, names: Mapping[str, str]) -> None:
        """Refuse different networks for classes that are compared, before anything is embedded."""
        associate = self.settings.associate
        groups = associate.class_groups if associate.same_class_only else [list(names)]
        for group in groups:
            of = {name: names.get(entry_for(name, names)) for name in group}
            if len(set(of.values())) > 1:
                listed = "; ".join(f"{in_words(name)}: {network}" for name, network in of.items())
                raise BackboneError(
                    f"classes that are compared have different networks ({listed}). Give them one in "
                    "backbone.by_class, or compare each class with itself alone (associate.same_class_only, "
                    "class_groups)."
                )

    def decide(self, classes: Iterable[str], crops: int | None = None) -> dict:
        """What `choice` should be: `auto` chooses for classes that have no network yet. Nothing is written.

        Raises:
            BackboneError: device, runtime and number type do not go together.
        """
        before, settings = self.choice() or {}, self.settings.backbone
        if settings.name != "auto":
            return before if before.get("name") == settings.name else {"name": settings.name, "why_not": {}}
        if before and "by_class" not in before:
            return before  # one network serves all classes
        names, why_not = dict(before.get("by_class") or {}), dict(before.get("why_not") or {})
        for entry, persons in entries_wanted(classes, settings.by_class, self.settings.associate).items():
            if entry not in names:
                taken = choose_auto(settings, converted_networks(), expected_crops=crops, persons=persons)
                names[entry], why_not = taken.name, why_not | taken.why_not
        if not names:
            return before
        by_class = {} if one_network_for_all(self.settings.associate) else {"by_class": names}
        return {"name": names.get(PERSON) or names[OTHERS], "why_not": why_not} | by_class

    def settings_of(self, name: str) -> BackboneSettings:
        """The settings of one of the networks, by the name of its backbone."""
        return self.settings.backbone.model_copy(update={"name": name, "by_class": {}})
