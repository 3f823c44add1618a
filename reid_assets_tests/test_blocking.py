"""From a map that breaks an identity rule nothing is made: not by the command line, a sensor, or the UI."""

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from reid_assets.definitions import defs
from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import files_under
from reid_assets_tests.support.sensor_driver import Ticking, made


@pytest.fixture
def everybody_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """An association with a fault: it gives all tracks one id, whatever the rules say."""
    from reid_assets.state import map_passes as module

    right = module.associate

    def wrong(*args: object, **kwargs: object) -> object:
        found = right(*args, **kwargs)  # type: ignore[arg-type]
        object.__setattr__(found, "id_map", found.id_map.assign(global_id=np.int64(0)))
        return found

    monkeypatch.setattr(module, "associate", wrong)


def results_of(layout: Layout) -> dict[str, tuple[int, int]]:
    """Everything that is made from the map, with size and time."""
    of_the_map = ("global_id_map", "identity_evidence", "association", "identity_state", "former_ids")
    return {
        name: stamp
        for name, stamp in files_under(layout.root).items()
        if not any(word in name for word in (*of_the_map, "duckdb", ".made", ".lock", "embeddings"))
    }


@pytest.mark.long
@pytest.mark.usefixtures("everybody_is_one")
def test_the_command_line_says_so_and_publishes_nothing(finished: Cli) -> None:
    layout = Layout(finished.root)
    before = results_of(layout)
    called = finished.run("--only", "global_id_map", "--force")
    assert called.code == 1
    called = finished.run("--force", "--only", "galleries", "--only", "tracks_global")
    assert called.code == 1
    (line,) = [line for line in called.lines("breaks an identity rule") if line.startswith("failed: ")]
    assert "no_identity_twice_at_one_moment" in line and "Remove reid/global_id_map.csv" in line
    assert set(pd.read_csv(layout.global_id_map)["global_id"]) == {0}, "it is kept for inspection"
    assert results_of(layout) == before
    assert finished("status").lines("breaks an identity rule")


def test_the_next_lawful_map_is_published_again(finished: Cli, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("everybody_is_one")
    assert finished.run("--only", "global_id_map", "--force").code == 1
    request.getfixturevalue("monkeypatch").undo()
    Layout(finished.root).global_id_map.unlink()
    called = finished.run()
    assert called.code == 0, called.said
    assert not finished("status").lines("breaks an identity rule")


@pytest.mark.usefixtures("everybody_is_one")
def test_neither_the_sensors_nor_a_run_from_the_ui_make_anything_of_it(ticking: Ticking) -> None:
    before = results_of(ticking.at)
    ticking.configure(associate={"min_sim": 0.61})
    assets = made(ticking.until_rest())
    assert [asset for asset, _ in assets].count("global_id_map") == 1
    assert not {asset for asset, _ in assets} & {"galleries", "tracks_global", "flows", "report"}
    assert results_of(ticking.at) == before
    by_hand = defs.resolve_job_def("everything").execute_in_process(
        instance=ticking.instance,
        asset_selection=[dg.AssetKey("galleries"), dg.AssetKey("visits")],
        raise_on_error=False,
    )
    assert not by_hand.success and results_of(ticking.at) == before
    whole = defs.resolve_job_def("everything").execute_in_process(
        instance=ticking.instance,
        asset_selection=[
            dg.AssetKey(name)
            for name in ("global_id_map", "identity_evidence", "association_report", "visits", "galleries")
        ],
        raise_on_error=False,
    )
    assert not whole.success and results_of(ticking.at) == before
