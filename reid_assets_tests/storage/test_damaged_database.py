"""Files are the truth: a database that cannot be read is set aside and made again from them."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli

Damage = Callable[[Path], object]


def flipped(path: Path, first: int, count: int) -> None:
    content = bytearray(path.read_bytes())
    for at in range(first, first + count):
        content[at] ^= 0xFF
    path.write_bytes(content)


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Damage] = {
    "no bytes": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 300),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "its head": lambda path: flipped(path, 0, 4096),
    "a folder": as_folder,
}


def content(path: Path) -> dict[str, object]:
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        summed = "SELECT count(*), sum(hash(t) % 1000003) FROM {} t"
        return {name: connection.execute(summed.format(f'"{name}"')).fetchone() for name in sorted(names)}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_a_damaged_database_is_set_aside_and_made_again(finished: Cli, damage: str) -> None:
    path = Layout(finished.root).database
    before = content(path)
    DAMAGES[damage](path)
    for command in ("status", "doctor"):
        called = finished(command)
        assert "Traceback" not in called.said, called.said
    assert "cannot be read" in " ".join(finished("doctor").said.split())
    asked = finished("sql", "SELECT 1")
    assert "Traceback" not in asked.said
    called = finished.run()
    assert called.code == 0, called.said
    assert len(called.lines("kept as reid.duckdb.damaged-1, and made again")) == 1
    assert content(path) == before
    assert path.with_name("reid.duckdb.damaged-1").exists()


STATES = ("", "{", "[]", '{"next_id": "many"}', '{"next_id": 1e999}', '{"next_id": null}', '{"next_id": -5}')


@pytest.mark.parametrize("text", STATES)
def test_a_damaged_identity_state_loses_no_id(finished: Cli, text: str) -> None:
    at = Layout(finished.root)
    before = at.global_id_map.read_bytes()
    at.identity_state.write_text(text)
    called = finished.run()
    assert called.code == 0, called.said
    assert at.global_id_map.read_bytes() == before
    assert '"next_id": 3' in at.identity_state.read_text()
    assert finished.run().out == "Everything is up to date: nothing to do.\n"
