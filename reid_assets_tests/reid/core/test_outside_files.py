"""A file from outside is read only if it is one, is of its kind, and ends somewhere."""

import os
from pathlib import Path

import pytest

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import file_problem, is_file, may_be_file, read_json, read_text
from reid_assets.reid.core.outside_yaml import parse_yaml


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "x"


def test_a_file_of_its_kind_is_read_without_its_byte_order_mark(at: Path) -> None:
    at.write_bytes(b'\xef\xbb\xbf{"a": [1, 2.5, NaN, -Infinity, 1e999]}')
    assert read_json(at) == {"a": [1, 2.5, None, None, "1e999"]}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "there is no such file"),
        (Path.mkdir, "a folder"),
        (os.mkfifo, "a FIFO"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
        (lambda path: path.symlink_to(path.name), "leads to itself"),
        (lambda path: path.write_bytes(b"x" * 2001), "larger than"),
    ],
)
def test_what_is_no_file_is_never_opened(at: Path, make, said: str) -> None:  # type: ignore[no-untyped-def]
    make(at)
    assert said in str(file_problem(at, 2000))
    with pytest.raises(InputError, match=said):
        read_text(at, 2000)


def test_a_name_that_no_file_can_have_is_no_such_file(tmp_path: Path) -> None:
    for name in ("n" * 5000, "a\0b"):
        assert "there is no such file" in str(file_problem(tmp_path / name))
        assert not is_file(tmp_path / name) and not may_be_file(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 65 + "]" * 65, "64 levels deep"),
        ('{"a":' * 200_000, "64 levels deep"),
        ('{"camera": "\\ud800"}', "'camera' holds half a letter"),
        ('{"\\udfff": 1}', "a key holds half a letter"),
        ('{"a": ' + "1" * 5000 + "}", "not JSON"),
        ("{", "not JSON"),
        ("", "not JSON"),
    ],
)
def test_json_that_hurts_is_refused_by_name(at: Path, text: str, said: str) -> None:
    at.write_text(text)
    with pytest.raises(InputError, match=said):
        read_json(at)


def test_brackets_in_texts_are_no_levels_and_whole_letters_are_whole(at: Path) -> None:
    at.write_text('{"a": "' + "[{" * 100 + '\\"", "b": "\\ud83d\\ude00"}')
    assert read_json(at)["b"] == "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: " + "[" * 5000 + "]" * 5000, "levels deep"),
        ("a: &a [x]\nb: [" + ", ".join(["*a"] * 101) + "]", "aliases"),
        ('a: "\\ud800"', "half a letter"),
        ("a: 2026-99-99", "month"),
        ("a: [", "expected"),
    ],
)
def test_yaml_that_hurts_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_yaml(text)
