"""A question is answered as a table, CSV or JSON, changes nothing, and a mistake in it says what there is."""

import json

import duckdb
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.finished_root import files_under

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
