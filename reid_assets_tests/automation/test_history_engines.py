"""Dagster's SQLite files have one engine each, and the history works as before."""

from pathlib import Path

import dagster as dg
import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log

from reid_assets.automation.instance import open_instance
from reid_assets.layout import Layout


def test_a_file_has_one_engine(tmp_path: Path) -> None:
    made: list[str] = []
    sqlalchemy.event.listen(
        sqlalchemy.pool.Pool, "connect", lambda connection, record: made.append(str(connection))
    )
    with open_instance(Layout(tmp_path)) as instance:
        url = f"sqlite:///{tmp_path}/.dagster_home/history/runs/index.db"
        options = {"poolclass": sqlalchemy.pool.NullPool, "connect_args": {"timeout": 60}}
        one, other = (sqlite_event_log.create_engine(url, **options) for _ in range(2))
        assert one is other
        assert sqlite_event_log.create_engine("sqlite://") is not sqlite_event_log.create_engine("sqlite://")
        for number in range(3):
            instance.report_runless_asset_event(dg.AssetMaterialization("a", metadata={"n": number}))
        event = instance.get_latest_materialization_event(dg.AssetKey("a"))
        assert event and event.asset_materialization
        assert event.asset_materialization.metadata["n"].value == 2
    assert made, "connections are still made for each use"
