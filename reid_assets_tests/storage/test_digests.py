"""A digest follows the content, and is computed once per change."""

import os
from pathlib import Path

from reid_assets.storage.digests import ABSENT, Digests


def test_what_is_not_there_is_absent(tmp_path: Path) -> None:
    assert Digests(tmp_path / "d.json").of(tmp_path / "none") == ABSENT


def test_it_follows_content_not_time(tmp_path: Path) -> None:
    digests, path = Digests(tmp_path / "d.json"), tmp_path / "x"
    path.write_text("a")
    first = digests.of(path)
    os.utime(path, ns=(1, 1))
    assert digests.of(path) == first
    path.write_text("b")
    assert digests.of(path) != first


def test_what_is_kept_is_not_read_again(tmp_path: Path) -> None:
    path, store = tmp_path / "x", tmp_path / "d.json"
    path.write_text("a")
    digests = Digests(store)
    first = digests.of(path)
    digests.save()
    stamp = path.stat().st_mtime_ns
    path.write_text("b")
    os.utime(path, ns=(stamp, stamp))
    assert Digests(store).of(path) == first


def test_a_store_that_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text("{")
    assert Digests(tmp_path / "d.json").of(tmp_path) != ABSENT


def test_a_folder_is_its_listing(tmp_path: Path) -> None:
    digests, folder = Digests(tmp_path / "d.json"), tmp_path / "f"
    folder.mkdir()
    empty = digests.of(folder)
    (folder / "x").write_text("a")
    assert digests.of(folder) != empty
