"""A question is answered as a table, CSV or JSON, changes nothing, and a mistake in it says what there is."""

import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import files_under

WAYS_OUT = [
    "COPY (SELECT 1) TO '{here}/out.csv'",
    "EXPORT DATABASE '{here}/all'",
    "IMPORT DATABASE '{here}/all'",
    "ATTACH '{here}/new.duckdb'",
    "ATTACH ':memory:' AS beside",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CREATE SECRET (TYPE s3)",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA memory_limit = '1TB'",
    "PRAGMA enable_profiling",
    "SELECT 1; SELECT 2",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM '{secret}'",
    "FROM query('SELECT * FROM read_text(''{secret}'')')",
    "SELECT * FROM glob('{here}/*')",
    "SELECT * FROM read_parquet('https://example.org/a.parquet')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = '{here}/log')",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{here}/out.csv'",
    "EXPLAIN ANALYZE DELETE FROM flows",
    "WITH gone AS (DELETE FROM flows RETURNING *) SELECT * FROM gone",
    "SELECT * FROM project",
]
ODD = """SELECT 1 AS a, 2 AS a, 'AB'::BLOB AS blob, 'nan'::DOUBLE AS nothing, [1, NULL] AS list,
MAP {1: 2} AS map, INTERVAL 3 MONTH AS span, DATE 'infinity' AS ever, {'x': 1} AS both,
TIMESTAMPTZ '2026-07-14 10:00:00.25Z' AS at,
10::HUGEINT ** 30 AS large, NULL AS none, uuid() IS NULL AS no, 'ü "quoted"' AS said -- and a comment"""
QUERY = "SELECT video, count(*) AS tracks FROM global_id_map GROUP BY video ORDER BY video"


def test_the_answer_is_a_table_csv_or_json(finished: Cli) -> None:
    assert "tracks" in finished("sql", QUERY).out
    csv = finished("sql", "--csv", QUERY).out
    assert csv.splitlines()[:3] == ["video,tracks", "a,2", "b,3"]
    assert json.loads(finished("sql", "--json", QUERY).out)[0] == {"video": "a", "tracks": 2}


def test_a_mistake_is_one_line_that_names_the_tables(finished: Cli) -> None:
    called = finished("sql", "SELECT * FROM vists")
    assert called.code == 1
    assert len(called.lines("failed: ")) == 1 and "visits" in called.said and "Traceback" not in called.said


@pytest.mark.parametrize("query", ["DROP TABLE flows", "DELETE FROM visits", "CREATE TABLE x (a INT)"])
def test_nothing_can_be_changed(finished: Cli, query: str) -> None:
    before = files_under(finished.root)
    called = finished("sql", query)
    assert called.code == 1 and "read-only" in called.said
    assert files_under(finished.root) == before


def test_a_long_answer_is_cut_with_a_word_about_it_and_csv_is_whole(finished: Cli) -> None:
    assert "Only the first 200 rows" in finished("sql", "SELECT * FROM range(300)").out
    assert len(finished("sql", "--csv", "SELECT * FROM range(300)").out.splitlines()) == 301


def test_moments_are_shown_in_the_zone_of_cameras_yaml(finished: Cli) -> None:
    query = "SELECT strftime(TIMESTAMPTZ '2026-07-14 10:00:00Z', '%H:%M') AS at"
    assert "10:00" in finished("sql", "--csv", query).out
    (finished.config.parent / "cameras.yaml").write_text("time_zone: Europe/Berlin\n")
    assert "12:00" in finished("sql", "--csv", query).out


def test_a_root_without_results_says_what_to_run(finished: Cli) -> None:
    Layout(finished.root).database.unlink()
    called = finished("sql", QUERY)
    assert called.code == 1 and "Run `reid-assets run`" in called.said


def test_several_readers_may_ask_at_once(finished: Cli) -> None:
    with duckdb.connect(str(Layout(finished.root).database), read_only=True):
        assert finished("sql", QUERY).code == 0


@pytest.mark.parametrize("query", WAYS_OUT)
def test_there_is_no_way_to_files_the_network_or_the_settings(finished: Cli, query: str) -> None:
    secret = finished.root.parent / "secret.txt"
    secret.write_text("top-secret\n")
    before = files_under(finished.root.parent)
    called = finished("sql", query.format(here=finished.root.parent, secret=secret))
    assert called.code == 1 and len(called.lines("failed: ")) == 1, called.said
    assert "top-secret" not in called.said and "Traceback" not in called.said
    assert files_under(finished.root.parent) == before


def test_equal_names_and_every_type_have_a_form(finished: Cli) -> None:
    (row,) = json.loads(finished("sql", "--json", ODD).out)
    assert (row["a"], row["a_1"], row["blob"], row["nothing"]) == (1, 2, "AB", None)
    assert (row["list"], row["map"], row["both"]) == ([1, None], {"1": 2}, {"x": 1})
    assert (row["span"], row["ever"], row["none"], row["no"]) == ("3 months", "infinity", None, False)
    assert (row["at"], row["said"]) == ("2026-07-14T10:00:00.25+00:00", 'ü "quoted"')
    header, values = finished("sql", "--csv", ODD).out.splitlines()
    assert header.startswith("a,a_1,blob,") and values.startswith(
        '1,2,AB,nan,"[1, NULL]",{1=2},3 months,infinity'
    )
    assert finished("sql", ODD).code == 0
    assert json.loads(finished("sql", "--json", "SELECT 1 WHERE false").out) == []
    assert "flows" in finished("sql", "--csv", "EXPLAIN SELECT * FROM flows").out


def test_a_question_without_end_ends_and_lets_others_write(finished: Cli) -> None:
    start = time.monotonic()
    endless = "SELECT count(*) FROM range(1000000000000) a, range(1000000) b"
    called = finished("sql", "--timeout", "1", endless)
    assert called.code == 1 and "no answer within 1 s" in called.said and "--timeout" in called.said
    assert time.monotonic() - start < 20
    duckdb.connect(str(Layout(finished.root).database)).close()


def test_what_cannot_be_interrupted_ends_with_the_process(finished: Cli) -> None:
    stubborn = "SELECT length(repeat('x', 3000000000)), list_aggregate(range(200000000), 'string_agg')"
    places = ["--root", str(finished.root), "--config", str(finished.config)]
    command = [sys.executable, "-m", "reid_assets", "sql", *places, "--timeout", "1", stubborn]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=40)
    assert ended.returncode == 1 and "failed: " in ended.stderr and "Traceback" not in ended.stderr


def test_a_value_as_large_as_memory_is_refused(finished: Cli) -> None:
    called = finished("sql", "SELECT range(4000000000)")
    assert called.code == 1 and "Out of Memory" in called.said


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_more_rows_than_the_limit_are_said_to_be_missing(finished: Cli, form: str) -> None:
    called = finished("sql", form, "--limit", "3", "SELECT * FROM range(5)")
    assert called.code == 1 and "more than 3 rows" in called.said and "--limit" in called.said
    assert finished("sql", form, "--limit", "5", "SELECT * FROM range(5)").code == 0


@pytest.mark.parametrize("content", [b"", b"garbage" * 5000, None], ids=["empty", "garbage", "truncated"])
def test_a_damaged_database_is_one_line_with_the_next_step(finished: Cli, content: bytes | None) -> None:
    database: Path = Layout(finished.root).database
    database.write_bytes(database.read_bytes()[:5000] if content is None else content)
    called = finished("sql", QUERY)
    assert called.code == 1 and len(called.lines("failed: ")) == 1 and "reid-assets run" in called.said
    assert "Traceback" not in called.said
