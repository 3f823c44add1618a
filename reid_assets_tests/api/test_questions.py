"""SQL from Python: typed answers, under the bounds of the command."""

import os
import resource
import threading

import pandas as pd
import polars as pl
import pytest

import reid_assets
from reid_assets.layout import Layout


@pytest.fixture(scope="module")
def root(demo: Layout) -> "reid_assets.Root[pd.DataFrame]":
    return reid_assets.open(demo.root)


def test_answers_have_types_and_whole_numbers_stay_whole(root: "reid_assets.Root[pd.DataFrame]") -> None:
    answer = root.sql(
        "SELECT i, CASE WHEN i > 0 THEN 9007199254740993 END AS id, sum(i) OVER () AS total, i / 2 AS half, "
        "'é' || i AS name, TIMESTAMPTZ '2026-03-14 09:30:00Z' AS at FROM range(3) t(i) ORDER BY i"
    )
    assert list(answer.columns) == ["i", "id", "total", "half", "name", "at"]
    assert answer["id"].dtype == "Int64" and answer["id"].iloc[1] == 9007199254740993
    assert answer["total"].dtype == "int64" and list(answer["total"]) == [3, 3, 3]
    assert answer["half"].dtype == "float64" and list(answer["name"]) == ["é0", "é1", "é2"]
    assert answer["at"].iloc[0] == pd.Timestamp("2026-03-14 09:30", tz="UTC")


def test_the_tables_are_those_of_the_files(demo: Layout, root: "reid_assets.Root[pd.DataFrame]") -> None:
    columns = ["video", "track_id", "global_id"]
    answer = root.sql(f"SELECT {', '.join(columns)} FROM global_id_map ORDER BY video, track_id")
    written = pd.read_csv(demo.global_id_map)[columns].sort_values(columns, ignore_index=True)
    pd.testing.assert_frame_equal(answer, written, check_dtype=False)
    table = reid_assets.open(demo.root, frames="polars").sql("SELECT global_id FROM global_id_map")
    assert table["global_id"].dtype == pl.Int64 and len(table) == len(written)


def test_equal_names_get_numbers_and_no_rows_keep_their_columns(
    root: "reid_assets.Root[pd.DataFrame]",
) -> None:
    assert list(root.sql("SELECT 1 AS n, 2 AS n -- a comment").columns) == ["n", "n_1"]
    empty = root.sql("SELECT 1 AS n, 'a' AS t WHERE false;")
    assert list(empty.columns) == ["n", "t"] and len(empty) == 0
    assert len(root.sql("SHOW TABLES")) > 10 and len(root.sql("EXPLAIN SELECT 1")) >= 1


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("DROP TABLE visits", "read-only"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("", "0 statements"),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM nowhere", "tables: "),
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled"),
        ("COPY (SELECT 1) TO '/tmp/x.csv'", "read-only"),
        ("SET memory_limit = '1TB'", "read-only"),
        ("ATTACH '/tmp/x.duckdb'", "read-only"),
    ],
)
def test_what_is_no_question_is_refused(
    root: "reid_assets.Root[pd.DataFrame]", question: str, told: str
) -> None:
    with pytest.raises(reid_assets.SqlError, match=told):
        root.sql(question)


def test_time_and_rows_are_bounded(root: "reid_assets.Root[pd.DataFrame]") -> None:
    with pytest.raises(reid_assets.SqlError, match="no answer within 0.5 s"):
        root.sql("SELECT count(*) FROM range(100000000000) a, range(1000) b", timeout=0.5)
    with pytest.raises(reid_assets.SqlError, match="more than 10 rows"):
        root.sql("SELECT * FROM range(11)", limit=10)
    assert len(root.sql("SELECT * FROM range(10)", limit=10)) == 10


def test_questions_at_once_leave_the_process_as_it_was(root: "reid_assets.Root[pd.DataFrame]") -> None:
    before = resource.getrlimit(resource.RLIMIT_AS), dict(os.environ)
    told: list[int] = []
    ask = [
        threading.Thread(target=lambda n=n: told.append(int(root.sql(f"SELECT {n}").iloc[0, 0])))
        for n in range(3)
    ]
    for one in ask:
        one.start()
    for one in ask:
        one.join()
    assert sorted(told) == [0, 1, 2]
    assert (resource.getrlimit(resource.RLIMIT_AS), dict(os.environ)) == before
