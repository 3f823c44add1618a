"""A file that is kept open is quick for its own process, and others get their turn."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from reid_assets.storage import kept_open as kept
from reid_assets.storage.database import Database

READ = """
import sys
from pathlib import Path
from reid_assets.storage.database import Database
with Database(Path(sys.argv[1])).connect(read_only=True) as connection:
    print(connection.execute("SELECT max(n) FROM t").fetchone()[0])
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (0)")
    return path


def is_free(path: Path) -> bool:
    code = f"import duckdb; duckdb.connect({str(path)!r}).close()"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_it_is_open_between_uses_and_closed_at_the_end(path: Path) -> None:
    database = Database(path)
    with database.kept_open():
        with database.connect() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
        assert not is_free(path)
        with database.kept_open(), database.connect(read_only=True) as connection:
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (2,)
        assert not is_free(path), "an inner block ends nothing"
    assert is_free(path)


def test_it_is_closed_while_nobody_uses_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_OPEN_S", 0.2)
    with Database(path).kept_open():
        Database(path).open(read_only=False).close()
        deadline = time.monotonic() + 20
        while not is_free(path) and time.monotonic() < deadline:
            pass
        assert is_free(path)


def test_a_reader_gets_in_while_it_is_written_all_the_time(path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(kept, "_OPEN_S", 0.5)
    ended = threading.Event()

    def write() -> None:
        number = 0
        with Database(path).kept_open():
            while not ended.is_set():
                number += 1
                with Database(path).connect() as connection:
                    connection.execute("INSERT INTO t VALUES (?)", [number])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        command = [sys.executable, "-c", READ, str(path)]
        read = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    finally:
        ended.set()
        writer.join()
    assert read.returncode == 0, read.stderr
    assert int(read.stdout) > 0


def test_beside_a_reader_it_can_still_be_read(path: Path) -> None:
    code = f"import duckdb, sys; c = duckdb.connect({str(path)!r}, read_only=True); print(1, flush=True)"
    code += "; sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout and reader.stdout.readline() == "1\n"
        database = Database(path, waits=())
        with database.kept_open(), database.connect(read_only=True) as connection:
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
