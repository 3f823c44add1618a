"""From a declared artifact and one function to a Dagster asset.

Key, group, dependencies, partitions, code version, columns and IO manager come from the declaration
(`reid_assets.artifacts`); the function computes. Its parameters are upstream artifacts by name, `tracks`,
`project` and `config`, as far as it wants them.
"""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from reid_assets.artifacts import ARTIFACTS
from reid_assets.automation.provenance import asset_key
from reid_assets.defs.partitioned import StoredPart, each_video, keys_to_make, materialize_each
from reid_assets.defs.partitions import videos
from reid_assets.defs.table_metadata import artifact_metadata
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.io_managers.retries import retried_if_transient
from reid_assets.state.artifact_store import Stored
from reid_assets.state.planner import stage_of
from reid_assets.state.project import Project
from reid_assets.state.staleness import Versioned

OWNER = "team:reid"
IO_MANAGER = "artifact_io"
# Tag by which jobs select their assets.
STAGE = "reid/stage"
_NOT_INPUTS = ("context", "project", "config")

Compute = Callable[..., Any]


def artifact_spec(artifact: str) -> dg.AssetSpec:
    """The asset of an artifact, without what makes it."""
    spec = ARTIFACTS[artifact]
    return dg.AssetSpec(
        artifact,
        description=spec.description,
        deps=[asset_key(parent) for parent in ARTIFACTS.parents(artifact)],
        group_name=spec.group,
        code_version=spec.code_version,
        kinds=set(spec.kinds),
        owners=[OWNER],
        tags={STAGE: stage_of(artifact)},
        metadata=artifact_metadata(artifact),
        partitions_def=videos if spec.per_video else None,
        skippable=spec.per_video,
    ).with_io_manager_key(IO_MANAGER)


def artifact_asset(compute: Compute) -> dg.AssetsDefinition:
    """The asset of a whole artifact, named like its function, and of those that are made with it.

    The function returns the value to store, or a `MaterializeResult` with value and metadata; where a step
    makes several artifacts, a mapping from each of their names to one of these. It yields that instead of
    returning it where something has to stay open until all is stored.
    """
    step = ARTIFACTS.step(compute.__name__)

    def body(context: dg.AssetExecutionContext, **arguments: Any) -> Iterator[dg.MaterializeResult]:
        versions = arguments["project"].open().staleness.input_versions
        # What the inputs are now: whatever changes while this is computed makes it stale.
        made_from = {artifact: versions(artifact) for artifact in step}
        with _opened(compute)(**_wanted(compute, context, arguments)) as result:
            results = result if len(step) > 1 else {step[0]: result}
            for artifact in step:
                yield _versioned(artifact, results[artifact], made_from[artifact])

    return _define(compute, body, step)


def per_video_asset(compute: Compute) -> dg.AssetsDefinition:
    """The asset of a per-video artifact, named like its function.

    The function prepares a run and returns what makes the value of one video, by the video's name.
    """
    artifact = compute.__name__

    def body(context: dg.AssetExecutionContext, **arguments: Any) -> Iterator[dg.MaterializeResult]:
        project = arguments["project"].open()
        make = compute(**_wanted(compute, context, arguments))

        def store(video: str) -> StoredPart:
            made_from = project.staleness.input_versions(artifact, video)
            return StoredPart(write_part(context, project, artifact, video, make(video), made_from), {})

        keys = keys_to_make(context, project, artifact)
        yield from materialize_each(context, project, artifact, each_video(keys, artifact, store))

    return _define(compute, body, (artifact,))


def write_part(
    context: dg.AssetExecutionContext,
    project: Project,
    artifact: str,
    video: str,
    value: Any,
    made_from: dict[str, str],
) -> Stored:
    """Store one video's part at once, so that a kill loses one video and memory holds one."""
    stored = project.store.write(artifact, video, Versioned(value, made_from))
    if stored.database_busy:
        context.log.warning(stored.database_busy)
    return stored


def _define(compute: Compute, body: Compute, step: tuple[str, ...]) -> dg.AssetsDefinition:
    parameters = dict(inspect.signature(compute).parameters)
    for name, kind in (("project", ProjectResource), ("context", dg.AssetExecutionContext)):
        parameters[name] = inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=kind)
    # Dagster reads the parameters of the function that it is given, and wants the context first.
    ordered = [parameters.pop("context"), *parameters.values()]
    functools.update_wrapper(body, compute)
    body.__signature__ = inspect.Signature(ordered)  # type: ignore[attr-defined]
    body.__annotations__ = {p.name: p.annotation for p in ordered}
    inputs = [name for name in parameters if name not in _NOT_INPUTS]
    known = {*ARTIFACTS.parents(step[0])}
    if foreign := [name for name in inputs if name not in known]:
        raise ValueError(f"{step[0]} takes {foreign}, which its declaration does not name as inputs")
    where = code_of(compute.__code__.co_filename, compute.__code__.co_firstlineno)
    return dg.multi_asset(
        name=compute.__name__,
        specs=[artifact_spec(artifact).merge_attributes(metadata=where) for artifact in step],
        ins={name: dg.AssetIn(asset_key(name)) for name in inputs},
        backfill_policy=dg.BackfillPolicy.single_run() if ARTIFACTS[step[0]].per_video else None,
    )(body)


def code_of(file: str, line: int) -> dict[str, Any]:
    """Where an asset's code is: Dagster itself would point to this module."""
    reference = dg.LocalFileCodeReference(file_path=file, line_number=line, label=Path(file).name)
    return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}


def _wanted(compute: Compute, context: dg.AssetExecutionContext, arguments: dict[str, Any]) -> dict[str, Any]:
    given = {"context": context} | arguments
    return {name: given[name] for name in inspect.signature(compute).parameters}


def _opened(compute: Compute) -> Compute:
    """The function as a context manager around its result."""
    if inspect.isgeneratorfunction(compute):
        return contextlib.contextmanager(compute)

    @contextlib.contextmanager
    def returned(**arguments: Any) -> Iterator[Any]:
        with retried_if_transient():
            result = compute(**arguments)
        yield result

    return returned


def _versioned(artifact: str, result: Any, made_from: dict[str, str]) -> dg.MaterializeResult:
    value, metadata = result, None
    if isinstance(result, dg.MaterializeResult):
        value, metadata = result.value, result.metadata
    return dg.MaterializeResult(asset_key=artifact, value=Versioned(value, made_from), metadata=metadata)
