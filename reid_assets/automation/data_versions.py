"""What Dagster is told of versions, so that its own staleness says what ours says.

Dagster compares the version of each input, as an event recorded it, with the input's latest one. External
assets (`tracks`, `cameras`, the sections of the configuration) get an event whenever their version changes.
Where an input changed in a way that does not concern an artifact (another video's identities, say), the
artifact is still up to date, and an event with the same version and the new inputs says so. Events are made
here; runs, sensors and commands record them.
"""

from collections.abc import Iterable, Iterator

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.state.planner import EMBEDDINGS, stale_parts
from reid_assets.state.project import Project

# The tags of Dagster's data versioning, and its values for "never recorded".
_VERSION, _IS_OURS = "dagster/data_version", "dagster/data_version_is_user_provided"
_CODE, _INPUT, _POINTER = (
    "dagster/code_version",
    "dagster/input_data_version/",
    "dagster/input_event_pointer/",
)
_NEVER, _NOWHERE = "INITIAL", "NULL"
# From here on Dagster does not compare partitions any more.
_MOST_PARTITIONS = 100


def asset_key(name: str) -> dg.AssetKey:
    """The key of an artifact or an external asset."""
    return dg.AssetKey(name.split("/"))


def version_tags(version: str) -> dict[str, str]:
    """Tags of an event of an external asset."""
    return {_VERSION: version, _IS_OURS: "true"}


def provenance_tags(instance: dg.DagsterInstance, artifact: str) -> dict[str, str]:
    """Tags that tell which versions of its inputs an artifact is made from, as the history knows them now."""
    tags = {_CODE: ARTIFACTS[artifact].code_version}
    for parent in ARTIFACTS.parents(artifact):
        name, latest = asset_key(parent).to_user_string(), _latest(instance, asset_key(parent))
        tags[_INPUT + name] = latest[0] if latest else _NEVER
        tags[_POINTER + name] = str(latest[1]) if latest else _NOWHERE
    return tags


def external_events(project: Project, instance: dg.DagsterInstance) -> list[dg.AssetMaterialization]:
    """Events of the configuration and the cameras, as far as their versions changed."""
    versions = project.staleness.input_versions
    now = {
        name: versions.section(name.partition("/")[2]) for name in configuration_assets() if "/" in name
    } | {"cameras": versions.clocks()}
    files = {"cameras": project.cameras_file}
    events = []
    for name, version in now.items():
        latest = _latest(instance, asset_key(name))
        if latest and latest[0] == version:
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
        found = [video for video in unknown if project.layout.path(name, video).exists()]
        if name not in ARTIFACTS.step(EMBEDDINGS):
            found = [video for video in found if project.staleness.stale_reason(name, video) is None]
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
    for spec in ARTIFACTS:
        latest = _latest_tags(instance, dg.AssetKey(spec.name), spec.per_video)
        if not latest:
            continue
        provenance, newest = provenance_tags(instance, spec.name), _newest_of_parents(instance, spec.name)
        differing = [
            (partition, tags)
            for partition, tags in latest.items()
            if not _same_inputs(tags, provenance, newest, partition)
        ]
        stale = stale_parts(project, spec.name) if differing else {}
        for partition, tags in differing:
            if (partition or "") in stale or not project.layout.path(spec.name, partition).exists():
                continue
            version = tags.get(_VERSION) or project.staleness.input_versions.data_version(
                spec.name, partition
            )
            yield dg.AssetMaterialization(
                spec.name,
                partition=partition,
                metadata={"note": "up to date: its inputs changed in nothing that concerns it"},
                tags=version_tags(version) | provenance,
            )


def _newest_of_parents(instance: dg.DagsterInstance, artifact: str) -> dict[str, dict[str, int]]:
    """Partitioned parent -> storage id of the latest event of each of its partitions."""
    partitioned = {"tracks", *ARTIFACTS.per_video}
    parents = [parent for parent in ARTIFACTS.parents(artifact) if parent in partitioned]
    return {parent: latest_event_ids(instance, dg.AssetKey(parent)) for parent in parents}


def _same_inputs(
    tags: dict[str, str], now: dict[str, str], newest: dict[str, dict[str, int]], partition: str | None
) -> bool:
    """Whether an event tells the present versions, as Dagster compares them.

    Inputs without partitions by their version, partitions by whether one has an event after the noted one.
    """
    whole = [name for name in now if name.startswith(_INPUT) and name.removeprefix(_INPUT) not in newest]
    if any(tags.get(name) != now[name] for name in (_CODE, *whole)):
        return False
    for parent, ids in newest.items():
        noted = tags.get(_POINTER + parent, _NOWHERE)
        seen = int(noted) if noted.isdigit() else 0
        if any(number > seen for key, number in ids.items() if partition in (None, key)):
            return False
    return True


def partition_versions(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str, str]:
    """The latest data version of each partition."""
    latest = _latest_tags(instance, key, partitioned=True, limit=None)
    return {partition: tags.get(_VERSION, "") for partition, tags in latest.items() if partition}


def _latest(instance: dg.DagsterInstance, key: dg.AssetKey) -> tuple[str, int] | None:
    """Data version and storage id of an asset's latest materialization."""
    for record in instance.fetch_materializations(key, limit=1).records:
        event = record.asset_materialization
        return ((event.tags or {}).get(_VERSION, _NEVER) if event else _NEVER, record.storage_id)
    return None


def _latest_tags(
    instance: dg.DagsterInstance,
    key: dg.AssetKey,
    partitioned: bool,
    limit: int | None = _MOST_PARTITIONS,
) -> dict[str | None, dict[str, str]]:
    """Tags of the latest materialization of each partition, or of the asset (None) where it has none."""
    if not partitioned:
        records = instance.fetch_materializations(key, limit=1).records
        events = [record.asset_materialization for record in records]
        return {None: dict(events[0].tags or {})} if events and events[0] else {}
    partitions = instance.get_materialized_partitions(key)
    if limit is not None and len(partitions) >= limit:
        return {}
    found: dict[str | None, dict[str, str]] = {}
    ids = sorted(latest_event_ids(instance, key).values())
    for start in range(0, len(ids), 500):
        chunk = dg.AssetRecordsFilter(asset_key=key, storage_ids=ids[start : start + 500])
        for record in instance.fetch_materializations(chunk, limit=500).records:
            event = record.asset_materialization
            if event and event.partition:
                found[event.partition] = dict(event.tags or {})
    return found


def latest_event_ids(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str, int]:
    """Storage id of the latest materialization of each partition.

    Dagster's public API has no such question: one would read all events ever recorded.
    """
    return dict(
        instance.event_log_storage.get_latest_storage_id_by_partition(
            key, dg.DagsterEventType.ASSET_MATERIALIZATION
        )
    )
