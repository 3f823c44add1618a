"""A file or folder is there whole, or as it was before."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reid_assets.storage.atomic import (
    partial_of,
    replacing_folder,
    sweep_partials,
    write_bytes,
    write_json,
)


def test_a_write_that_fails_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    write_bytes(path, [b"old"])

    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_bytes(path, chunks())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    for name in ("one", "two"):
        with replacing_folder(folder) as partial:
            (partial / name).touch()
    assert [path.name for path in folder.iterdir()] == ["two"]
    with pytest.raises(OSError, match="full"), replacing_folder(folder) as partial:
        (partial / "three").touch()
        raise OSError("full")
    assert [path.name for path in tmp_path.rglob("*")] == ["f", "two"]


def test_what_a_killed_run_left_is_swept_at_every_depth(tmp_path: Path) -> None:
    for path in (".a.1.partial", "reid/.b.1.partial", "reid/crops/.c.1.partial"):
        (tmp_path / path).mkdir(parents=True)
    keep = tmp_path / "reid" / "kept.partial"
    keep.touch()
    sweep_partials(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.name.endswith(".partial")] == [keep]


def test_what_a_kill_left_of_a_record_is_swept(tmp_path: Path) -> None:
    """Records lie one level deeper than results: `reid/.made/tracks_global/a.json`."""
    for folder in ("reid/.made/tracks_global", ".dagster_home/storage/reid-pictures"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / ".a.json.1.partial").touch()
    sweep_partials(tmp_path)
    assert not list(tmp_path.rglob("*.partial"))


def test_a_name_as_long_as_allowed_can_be_written(tmp_path: Path) -> None:
    assert write_json(tmp_path / ("é" * 100 + "_track_meta.csv"), {}) == 3


def test_json_that_no_reader_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", {"a": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_two_long_names_never_share_a_partial_and_a_target_is_never_its_own(tmp_path: Path) -> None:
    long = "n" * 80
    names = [long, f"{long}-old", f"{long}_track_meta.csv", "é" * 100, "\N{GRINNING FACE}" * 50]
    partials = [partial_of(tmp_path / name) for name in names]
    assert len({*partials}) == len(names) and not {p.name for p in partials} & {*names}
    for partial in partials:
        partial.touch()
    sweep_partials(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_a_long_name_is_replaced_again_and_again(tmp_path: Path) -> None:
    folder = tmp_path / ("n" * 150)
    for name in ("one", "two", "three"):
        with replacing_folder(folder) as partial:
            (partial / name).touch()
    assert [path.name for path in tmp_path.rglob("*")] == [folder.name, "three"]


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(IsADirectoryError, match=r"Remove it: '.*x.csv'"):
        write_bytes(tmp_path / "x.csv", [b"x"])


def test_a_folder_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    elsewhere, top = tmp_path / "large disk" / "galleries", tmp_path / "root" / "reid"
    elsewhere.mkdir(parents=True)
    (elsewhere / "old").touch()
    top.mkdir(parents=True)
    link = top / "galleries"
    link.symlink_to(elsewhere)
    with replacing_folder(link) as partial:
        (partial / "new").touch()
    assert link.is_symlink() and [path.name for path in elsewhere.iterdir()] == ["new"]
    partial_of(elsewhere).mkdir()
    sweep_partials(tmp_path / "root")
    assert [path.name for path in elsewhere.parent.iterdir()] == ["galleries"]
