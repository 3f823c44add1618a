"""What nobody foresaw is one line too: whose fault it is, where the traceback lies, what to do.

Bugs are put in place of one function: those that we know of are mended.
"""

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy

from reid_assets.cli import main
from reid_assets.commands import run_stages
from reid_assets.layout import Layout
from reid_assets.reid.embedding import crop_reading
from reid_assets.reid.tracks import tracks_csv
from reid_assets.storage import video_sources
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.tiny_root import RED, make_root, make_video, write_config


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    make_video(make_root(tmp_path / "root"), "bad", {0: (RED, (0, 9))}, frames=10)
    return Cli(tmp_path / "root", write_config(tmp_path))


def test_a_bug_in_a_command_is_one_line_and_a_file(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_stages.RunStages, "arrive", lambda self, instance: None + 1)
    called = cli.run()
    line = called.lines("failed: ")[0]
    assert called.code == 1 and "Traceback" not in called.said
    assert line.startswith("failed: this is a bug of reid-assets: TypeError: ") and "please report it" in line
    file = Path(line.partition("The traceback is in ")[2].partition(";")[0])
    assert file.is_relative_to(cli.root / "reid")
    assert "in <lambda>" in file.read_text() and file.stat().st_mode & 0o777 == 0o600


@pytest.mark.long
@pytest.mark.parametrize("place", ["planning", "reading", "pictures"])
def test_a_bug_in_one_video_is_its_own_failure(cli: Cli, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def stumbling(real: Any) -> Any:
        def call(*arguments: Any) -> Any:
            if "bad" in str(arguments):
                raise TypeError("a number is a text")
            return real(*arguments)

        return call

    module, name = {
        "planning": (video_sources, "read_summary"),
        "reading": (tracks_csv, "read_cells"),
        "pictures": (crop_reading, "open_source"),
    }[place]
    monkeypatch.setattr(module, name, stumbling(getattr(module, name)))
    called = cli.run()
    lines = called.lines("failed: bad: ")
    assert called.code == 1 and len(lines) == 1, called.said
    assert "this is a bug of reid-assets: TypeError: a number is a text" in lines[0]
    assert "Traceback" not in called.said
    at = Layout(cli.root)
    for video in ("a", "b"):
        assert at.path("summary_global", video).is_file() and at.path("tracks_global", video).is_file()
    logged = [path for path in at.dagster_home.rglob("*.db") if b"a number is a text" in path.read_bytes()]
    assert logged, "the history keeps the traceback"


def test_a_video_that_takes_too_much_memory_fails_alone(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    real = crop_reading.open_source

    def greedy(*arguments: Any) -> Any:
        if "bad" in str(arguments):
            np.empty((1 << 20, 1 << 24), dtype=np.float64)
        return real(*arguments)

    monkeypatch.setattr(crop_reading, "open_source", greedy)
    called = cli.run()
    lines = called.lines("failed: bad: ")
    assert called.code == 1 and len(lines) == 1, called.said
    assert "there is not enough memory for it (Unable to allocate 128. TiB" in lines[0]
    assert "bug" not in lines[0] and "Traceback" not in called.said
    assert all(Layout(cli.root).path("tracks_global", video).is_file() for video in ("a", "b"))


def test_a_full_disk_is_said_as_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    def fill(*arguments: object) -> None:
        engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'x.db'}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 2")
            connection.exec_driver_sql("CREATE TABLE t (a)")
            connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(1000000))")

    monkeypatch.setattr("reid_assets.commands.status.status_command", fill)
    monkeypatch.setattr("sys.argv", ["reid-assets", "status"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 1 and said.startswith("failed: the disk is full") and said.count("\n") == 1
    assert sqlite3.OperationalError.__name__ not in said
