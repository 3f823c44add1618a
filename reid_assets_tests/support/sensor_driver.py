"""The sensors and the schedule without their daemon: ticks when a test says so, runs in this process."""

from collections.abc import Sequence

import dagster as dg
import pytest

from reid_assets.automation.instance import open_instance
from reid_assets.definitions import defs
from reid_assets.defs.schedules import nightly
from reid_assets.defs.sensors import new_videos, out_of_date, reassociate
from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.tiny_root import write_config

WORKERS = ("new_videos", "reassociate")
SENSORS = {"new_videos": new_videos, "reassociate": reassociate, "out_of_date": out_of_date}


class Ticking:
    """One root with its history; cursors are kept from tick to tick."""

    def __init__(self, cli: Cli, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("REID_ROOT", str(cli.root))
        patch.setenv("REID_CONFIG", str(cli.config))
        self.cli, self.at = cli, Layout(cli.root)
        self.configure()
        self.instance = open_instance(self.at)
        self.cursors: dict[str, str | None] = {}

    def configure(self, **sections: dict) -> None:
        """Write the configuration; nothing needs to settle unless the test says so."""
        arrival = {"settle_seconds": 0.0} | sections.pop("arrival", {})
        write_config(self.cli.config.parent, arrival=arrival, **sections)

    def tick(self, sensor: str) -> dg.SensorResult:
        """One tick of a sensor."""
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursors.get(sensor),
            repository_def=defs.get_repository_def(),
            sensor_name=sensor,
        )
        result = SENSORS[sensor](context)
        assert isinstance(result, dg.SensorResult)
        self.cursors[sensor] = result.cursor
        self._record(result)
        return result

    def _record(self, result: dg.SensorResult) -> None:
        """What the daemon does with a result besides starting its runs."""
        for request in result.dynamic_partitions_requests or []:
            assert isinstance(request, dg.AddDynamicPartitionsRequest)
            self.instance.add_dynamic_partitions(request.partitions_def_name, list(request.partition_keys))
        for event in result.asset_events:
            self.instance.report_runless_asset_event(event)

    def settled(self, sensor: str) -> dg.SensorResult:
        """The first tick that asks for a run, or has nothing to record any more."""
        return self._until_settled(sensor)[-1]

    def _until_settled(self, sensor: str) -> list[dg.SensorResult]:
        ticks: list[dg.SensorResult] = []
        for _ in range(10):
            ticks.append(self.tick(sensor))
            recorded = ticks[-1].asset_events or ticks[-1].dynamic_partitions_requests
            if ticks[-1].run_requests or not recorded:
                return ticks
        raise AssertionError(f"{sensor} does not come to rest")

    def said(self, sensor: str) -> str:
        """The words of the ticks until there is nothing to record; they ask for nothing."""
        ticks = self._until_settled(sensor)
        assert not ticks[-1].run_requests
        return "; ".join(str(tick.skip_reason.skip_message) for tick in ticks if tick.skip_reason)

    def night(self) -> Sequence[dg.RunRequest]:
        """What the schedule asks for."""
        repository = defs.get_repository_def()
        context = dg.build_schedule_context(instance=self.instance, repository_def=repository)
        asked = nightly(context)
        return asked if isinstance(asked, list) else []

    def run(self, requests: Sequence[dg.RunRequest] | None) -> list[dg.ExecuteInProcessResult]:
        """Run what was asked for, in order."""
        return [
            defs.resolve_job_def(str(request.job_name)).execute_in_process(
                instance=self.instance,
                tags=dict(request.tags),
                asset_selection=list(request.asset_selection) if request.asset_selection else None,
                raise_on_error=False,
            )
            for request in requests or []
        ]

    def until_rest(self) -> list[dg.ExecuteInProcessResult]:
        """Tick both sensors and run what they ask for until they ask for nothing."""
        done: list[dg.ExecuteInProcessResult] = []
        for _ in range(10):
            asked = [request for name in WORKERS for request in self.settled(name).run_requests or []]
            if not asked:
                return done
            done += self.run(asked)
        raise AssertionError("the sensors do not come to rest")


def made(results: Sequence[dg.ExecuteInProcessResult]) -> list[tuple[str, str | None]]:
    """Asset and partition of each materialization, those of logged events too."""
    events = [event for result in results for event in result.all_events]
    materialized = [event for event in events if event.is_step_materialization]
    return [(event.asset_key.to_user_string(), event.partition) for event in materialized if event.asset_key]


@pytest.fixture
def ticking(finished: Cli, monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """The sensors on a root on which everything was made."""
    return Ticking(finished, monkeypatch)
