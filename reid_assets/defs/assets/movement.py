"""Who was where when: the visits, and the tables that come from them in one pass."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.artifacts import ARTIFACTS
from reid_assets.defs.artifact_assets import artifact_asset
from reid_assets.io_managers.project_resource import ProjectResource
from reid_assets.reid.movement.engine import MovementEngine, movement

Table = dg.MaterializeResult[Callable[[Path], None]]


@artifact_asset
def visits(global_id_map: pd.DataFrame, project: ProjectResource) -> Iterator[Table]:
    """Place all tracks in time, and join them into stays."""
    opened = project.open()
    clocks = opened.clocks()
    with movement(global_id_map, clocks, opened.settings.flows) as moved:
        yield _table("visits", moved, clocks.counts())


@artifact_asset
def identities(
    visits: pd.DataFrame, global_id_map: pd.DataFrame, project: ProjectResource
) -> Iterator[Mapping[str, Table]]:
    """Ask the visits one question a table."""
    opened = project.open()
    clocks = opened.clocks()
    with movement(global_id_map, clocks, opened.settings.flows, visits) as moved:
        yield {name: _table(name, moved, clocks.counts()) for name in ARTIFACTS.step("identities")}


def _table(name: str, moved: MovementEngine, clocks: Mapping[str, int]) -> Table:
    """A table that is written straight from the engine when it is stored: it may be larger than memory."""
    note = moved.direction().note() or "by clocks: every move is known to have gone that way"
    metadata: dict[str, Any] = {"order": note, "clocks": dict(clocks)}
    return dg.MaterializeResult(value=partial(moved.write, name), metadata=metadata)
