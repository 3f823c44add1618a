"""The events that tell Dagster of versions, so that its own staleness says what ours says.

Dagster compares the version of each input, as an event recorded it, with the input's latest one. External
assets (`tracks`, `cameras_and_clocks`, the sections of the configuration) get an event whenever their version
changes. Where an input changed in a way that does not concern an artifact (another video's identities, say),
the artifact is still up to date, and an event with the same version and the new inputs says so. Events are
made here; runs, sensors and commands record them.
"""

import os
from collections.abc import Iterable, Iterator

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.provenance import (
    VERSION,
    Newest,
    asset_key,
    latest_tags,
    latest_version,
    newest_of_parents,
    partition_versions,
    provenance_tags,
    same_inputs,
    version_tags,
)
from reid_assets.state.planner import EMBEDDINGS, stale_parts, why_attach
from reid_assets.state.project import Project

# The external asset that stands for cameras.yaml, and for camera and start in summary.json.
CAMERAS_AND_CLOCKS = "cameras_and_clocks"
# The one that stands for corrections.csv.
CORRECTIONS = "corrections"
# The one that stands for the tombstones of forgotten tracks.
FORGOTTEN = "forgotten"


def external_events(project: Project, instance: dg.DagsterInstance) -> list[dg.AssetMaterialization]:
    """Events of the configuration, the cameras and the corrections, as far as their versions changed."""
    versions = project.staleness.input_versions
    now = {name: versions.section(name.partition("/")[2]) for name in configuration_assets()}
    now |= {CAMERAS_AND_CLOCKS: versions.clocks(), CORRECTIONS: versions.corrections()}
    now[FORGOTTEN] = versions.forgotten_version()
    files = {CAMERAS_AND_CLOCKS: project.cameras_file, CORRECTIONS: project.corrections_file}
    files[FORGOTTEN] = project.layout.forgotten
    events = []
    for name, version in now.items():
        newest = latest_version(instance, asset_key(name))
        if newest and newest[0] == version:
            continue
        path = files.get(name, project.config)
        shown = {"path": dg.MetadataValue.path(str(path))} if path else {}
        events.append(dg.AssetMaterialization(asset_key(name), metadata=shown, tags=version_tags(version)))
    return events


def configuration_assets() -> tuple[str, ...]:
    """Names of the external assets that stand for sections of the configuration."""
    parents = (parent for spec in ARTIFACTS for parent in ARTIFACTS.parents(spec.name))
    return tuple(dict.fromkeys(parent for parent in parents if parent.startswith("configuration/")))


Event = dg.AssetMaterialization | dg.AssetObservation


def input_events(project: Project, instance: dg.DagsterInstance, videos: Iterable[str]) -> Iterator[Event]:
    """Events of `tracks` for those of the videos whose input is new or changed.

    Two for each: Dagster compares partitions of an external asset by observations, and shows them as there by
    materializations. The observation comes first, since a run remembers the materialization it has seen.
    """
    seen = partition_versions(instance, dg.AssetKey("tracks"))
    for video in videos:
        version = project.staleness.input_versions.tracks(video)
        if seen.get(video) != version:
            tags = version_tags(version)
            path = {"path": dg.MetadataValue.path(str(project.layout.tracks(video)))}
            yield dg.AssetObservation("tracks", partition=video, metadata=path, tags=tags)
            yield dg.AssetMaterialization("tracks", partition=video, metadata=path, tags=tags)


def found_events(
    project: Project, instance: dg.DagsterInstance, without: set[str]
) -> Iterator[dg.AssetMaterialization]:
    """Events for what is on disk and the history does not know.

    It was made elsewhere, or by a run that was killed before it could tell. `without`: videos whose vectors
    will be made anyway.
    """
    versions = project.staleness.input_versions
    for name in ARTIFACTS.per_video:
        recorded = set(instance.get_materialized_partitions(dg.AssetKey(name)))
        unknown = sorted(set(project.layout.embedded_names()) - recorded - without)
        found = [video for video in unknown if os.path.exists(project.layout.path(name, video))]  # noqa: PTH110
        if name not in ARTIFACTS.step(EMBEDDINGS):
            found = [video for video in found if why_attach(project, name, video) is None]
        provenance = provenance_tags(instance, name) if found else {}
        for video in found:
            where = dg.MetadataValue.path(str(project.layout.path(name, video)))
            yield dg.AssetMaterialization(
                name,
                partition=video,
                metadata={"path": where, "note": "found on disk"},
                tags=version_tags(versions.data_version(name, video)) | provenance,
            )


def unaffected_events(project: Project, instance: dg.DagsterInstance) -> Iterator[dg.AssetMaterialization]:
    """Events for what is up to date although a version of its inputs changed, upstream first.

    The caller records each one before it asks for the next: what follows compares with it. Of artifacts with
    a hundred partitions and more nothing is told, as Dagster compares no more than that.
    """
    known: Newest = {}
    for spec in ARTIFACTS:
        latest = latest_tags(instance, dg.AssetKey(spec.name), spec.per_video)
        if not latest:
            continue
        provenance = provenance_tags(instance, spec.name, known)
        newest = newest_of_parents(instance, spec.name)
        differing = [
            (partition, tags)
            for partition, tags in latest.items()
            if not same_inputs(tags, provenance, newest, partition)
        ]
        stale = stale_parts(project, spec.name) if differing else {}
        for partition, tags in differing:
            if (partition or "") in stale or not os.path.exists(  # noqa: PTH110
                project.layout.path(spec.name, partition)
            ):
                continue
            version = tags.get(VERSION) or project.staleness.input_versions.data_version(spec.name, partition)
            yield dg.AssetMaterialization(
                spec.name,
                partition=partition,
                metadata={"note": "up to date: its inputs changed in nothing that concerns it"},
                tags=version_tags(version) | provenance,
            )
        known.pop(dg.AssetKey(spec.name), None)
