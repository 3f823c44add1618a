"""One running UI for all attacks on it."""

from collections.abc import Iterator

import dagster as dg
import pytest

from reid_assets_tests.support.live_ui import LiveUi, running_ui
from reid_assets_tests.support.tiny_root import make_root, write_config


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveUi]:
    """A UI on two videos, whose sensors are left alone."""
    folder = tmp_path_factory.mktemp("guarded")
    make_root(folder / "cv")
    allowed = ("--allow-host", "reid.example.org")
    with running_ui(folder / "cv", write_config(folder), *allowed) as ui:
        yield ui


def intruders(ui: LiveUi) -> int:
    """How many events attackers have left in the history."""
    with ui.history() as history:
        records = history.fetch_materializations(dg.AssetKey("flows"), limit=1000).records
    return sum(r.asset_materialization.description == "intruder" for r in records if r.asset_materialization)
