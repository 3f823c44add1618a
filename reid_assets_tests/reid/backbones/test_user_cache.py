"""The user's cache: bounded, never believed when a file has changed, and never needed."""

import json
import os
from pathlib import Path

import pytest

from reid_assets.reid.backbones import user_cache, weights_file
from reid_assets.reid.backbones.user_cache import keep_within, remember_digest, remembered_digest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REID_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    folder = tmp_path / "networks"
    folder.mkdir()
    for age, name in enumerate("dcba"):
        (folder / name).write_bytes(bytes(100))
        os.utime(folder / name, ns=(10**18 + age, 10**18 + age))
    keep_within(folder, 250)
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b"]


def test_a_digest_is_remembered_until_the_file_changes_in_anything(tmp_path: Path, cache: Path) -> None:
    file = tmp_path / "weights.onnx"
    file.write_bytes(b"one")
    first = weights_file.file_sha256(file)
    assert remembered_digest(file) == first
    stat = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert remembered_digest(file) is None, "its size and time are those of before, but it was written to"
    weights_file._digest.cache_clear()
    assert weights_file.file_sha256(file) != first
    assert (cache / "digests.json").is_file()


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', "\ud800", json.dumps({"x": {"stat": 1}})])
def test_a_spoilt_file_counts_as_none_and_is_written_anew(tmp_path: Path, cache: Path, content: str) -> None:
    file = tmp_path / "weights.onnx"
    file.write_bytes(b"one")
    cache.mkdir()
    (cache / "digests.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    assert remembered_digest(file) is None
    remember_digest(file, "0" * 64)
    assert remembered_digest(file) == "0" * 64


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_cache, "_MOST_DIGESTS", 3)
    files = [tmp_path / str(number) for number in range(5)]
    for file in files:
        file.touch()
        remember_digest(file, "0" * 64)
    assert [remembered_digest(file) is not None for file in files] == [False, False, True, True, True]


def test_without_a_place_nothing_is_remembered_and_all_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("REID_CACHE", str(tmp_path / "a file"))
    remember_digest(tmp_path / "a file", "0" * 64)
    assert remembered_digest(tmp_path / "a file") is None
