"""DuckDB holds what the files hold, whatever they hold, and never stands in their way."""

import subprocess
import sys
from pathlib import Path

import pytest

from reid_assets.reid.core import tables
from reid_assets.storage.database import Database, DatabaseBusyError
from reid_assets.storage.table_parts import WHOLE, Part

ODD = (
    'frame,time_s,track_id,class_id,class_name,x1,y1,x2,y2,Conf,extra "q",video,global_id\r\n'
    '0,,1,0,"per,son",1.5,nan,3,4,x,"line\r\nbreak",v,3\r\n'
    "1,0.5,-1,0,person,1,2,3,4,y,z,v,\r\n"
)


@pytest.fixture
def odd(tmp_path: Path) -> Part:
    path = tmp_path / "a b,c…ü'.csv"
    path.write_bytes(ODD.encode())
    return Part(tables.TRACKS_GLOBAL, "v", path)


def test_a_database_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Database(tmp_path / "x.duckdb").parts() == {}


def test_odd_cells_and_unknown_columns_come_through(tmp_path: Path, odd: Part) -> None:
    database = Database(tmp_path / "x.duckdb")
    assert database.load(odd, "d") == 2
    with database.connect(read_only=True) as connection:
        rows = connection.execute(
            'SELECT class_name, global_id, "extra ""q""" FROM tracks_global ORDER BY frame'
        ).fetchall()
    assert rows == [("per,son", 3, "line\r\nbreak"), ("person", None, "z")]
    assert database.differences([odd]) == []


def test_loading_again_replaces_and_leaves_other_videos_alone(tmp_path: Path, odd: Part) -> None:
    database = Database(tmp_path / "x.duckdb")
    other = Part(odd.table, "w", tmp_path / "w.csv")
    other.path.write_text(ODD.replace(",v,", ",w,"))
    for part in (odd, other, odd):
        database.load(part, "d")
    with database.connect(read_only=True) as connection:
        rows = connection.execute(
            "SELECT video, count(*) FROM tracks_global GROUP BY 1 ORDER BY 1"
        ).fetchall()
    assert rows == [("v", 2), ("w", 2)]


def test_a_changed_value_and_a_lost_row_are_noticed(tmp_path: Path, odd: Part) -> None:
    database = Database(tmp_path / "x.duckdb")
    database.load(odd, "d")
    with database.connect() as connection:
        connection.execute("UPDATE tracks_global SET global_id = 4 WHERE frame = 0")
    assert database.differences([odd])
    database.load(odd, "d")
    with database.connect() as connection:
        connection.execute("DELETE FROM tracks_global WHERE frame = 0")
    assert "2 rows in the file, 1 in the database" in database.differences([odd])[0]


def test_parts_that_are_gone_lose_their_rows(tmp_path: Path, odd: Part) -> None:
    database = Database(tmp_path / "x.duckdb")
    database.load(odd, "d")
    database.drop([])
    assert database.parts()
    database.drop([("tracks_global", "v")])
    assert database.parts() == {}


def test_a_json_object_becomes_rows_of_keys(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a": 1, "ü": {"b": [1, null]}}', encoding="utf-8")
    database, part = Database(tmp_path / "x.duckdb"), Part(tables.SUMMARY_GLOBAL, "it's", path)
    assert database.load(part, "d") == 2
    assert database.differences([part]) == []
    assert database.load(Part(tables.MERGED_ANALYTICS, WHOLE, path), "d") == 2


def test_a_database_that_somebody_holds_is_said_with_its_holder(tmp_path: Path, odd: Part) -> None:
    path = tmp_path / "x.duckdb"
    code = (
        f"import duckdb, time; c = duckdb.connect({str(path)!r}); print('open', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout and holder.stdout.readline() == "open\n"
        with pytest.raises(DatabaseBusyError, match=str(holder.pid)):
            Database(path, waits=(0.01,)).load(odd, "d")
    finally:
        holder.kill()
        holder.wait()
    assert Database(path).load(odd, "d") == 2


def test_a_database_of_an_earlier_version_gets_the_columns_it_lacks(tmp_path: Path, odd: Part) -> None:
    database = Database(tmp_path / "x.duckdb")
    with database.connect() as connection:
        connection.execute("CREATE TABLE tracks_global (video VARCHAR, frame BIGINT)")
    assert database.load(odd, "d") == 2
    assert database.differences([odd]) == []
