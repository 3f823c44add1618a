"""The tags by which Dagster tells versions: what an event was made from, and whether that is still so.

Read and written here alone; which events there are to record is `data_versions.py`.
"""

import dagster as dg

from reid_assets.artifacts import ARTIFACTS

# The tags of Dagster's data versioning, and its values for "never recorded".
VERSION, _IS_OURS = "dagster/data_version", "dagster/data_version_is_user_provided"
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
    return {VERSION: version, _IS_OURS: "true"}


Newest = dict[dg.AssetKey, tuple[str, int] | None]


def provenance_tags(
    instance: dg.DagsterInstance, artifact: str, known: Newest | None = None
) -> dict[str, str]:
    """Tags that tell which versions of its inputs an artifact is made from, as the history knows them now.

    Args:
        known: latest versions that were looked up already; new ones are added. None: look all up.
    """
    tags, known = {_CODE: ARTIFACTS[artifact].code_version}, {} if known is None else known
    for parent in ARTIFACTS.parents(artifact):
        key = asset_key(parent)
        if key not in known:
            known[key] = latest_version(instance, key)
        name, newest = key.to_user_string(), known[key]
        tags[_INPUT + name] = newest[0] if newest else _NEVER
        tags[_POINTER + name] = str(newest[1]) if newest else _NOWHERE
    return tags


def partition_versions(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str, str]:
    """The latest data version of each partition."""
    latest = latest_tags(instance, key, partitioned=True, limit=None)
    return {partition: tags.get(VERSION, "") for partition, tags in latest.items() if partition}


def latest_version(instance: dg.DagsterInstance, key: dg.AssetKey) -> tuple[str, int] | None:
    """Data version and storage id of an asset's latest materialization."""
    for record in instance.fetch_materializations(key, limit=1).records:
        event = record.asset_materialization
        return ((event.tags or {}).get(VERSION, _NEVER) if event else _NEVER, record.storage_id)
    return None


def latest_tags(
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


def newest_of_parents(instance: dg.DagsterInstance, artifact: str) -> dict[str, dict[str, int]]:
    """Partitioned parent -> storage id of the latest event of each of its partitions."""
    partitioned = {"tracks", *ARTIFACTS.per_video}
    parents = [parent for parent in ARTIFACTS.parents(artifact) if parent in partitioned]
    return {parent: latest_event_ids(instance, dg.AssetKey(parent)) for parent in parents}


def same_inputs(
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
