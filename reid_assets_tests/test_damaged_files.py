"""What somebody has damaged under a finished root is told in one line, with the file and the next step."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.long_tests import long_after


def _arrays(**changes: Callable[[np.ndarray], np.ndarray]) -> Callable[[Layout], None]:
    def spoil(at: Layout) -> None:
        path = at.track_embeds("a")
        with np.load(path) as stored:
            arrays = dict(stored)
        np.savez(path, **arrays | {name: change(arrays[name]) for name, change in changes.items()})

    return spoil


def _meta(old: bytes, new: bytes) -> Callable[[Layout], None]:
    return lambda at: _write(at.track_meta("a"), at.track_meta("a").read_bytes().replace(old, new, 1))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, tuple[Callable[[Layout], object], str]] = {
    "a map that is empty": (lambda at: _write(at.global_id_map, b""), "global_id_map.csv: not a usable map"),
    "a map in UTF-16": (
        lambda at: _write(at.global_id_map, "video\n".encode("utf-16")),
        "global_id_map.csv: not a usable map",
    ),
    "a map that is a folder": (
        lambda at: _folder(at.global_id_map),
        "global_id_map.csv: not a usable map (it is a folder",
    ),
    "an empty track meta": (
        lambda at: _write(at.track_meta("a"), b""),
        "a_track_meta.csv: not a usable table",
    ),
    "an id of 1e30": (_meta(b"a,0,", b"a,1e30,"), "track_id holds '1e30', no whole number"),
    "a frame of 10^12": (_meta(b",0,23\n", b",0,1000000000000\n"), "are not in order from 0 to 1000000000"),
    "samples of NaN": (
        _arrays(samples=lambda a: a * np.float16("nan")),
        "samples hold values that are not finite",
    ),
    "owners beside": (
        _arrays(sample_track=lambda a: a.astype(np.int64) + 2**32),
        "sample_track points outside emb",
    ),
    "owners in halves": (_arrays(sample_track=lambda a: a + 0.5), "not a row of whole numbers"),
    "vectors of text": (_arrays(emb=lambda a: a.astype(str)), "emb is of the kind"),
    "an npz that is a folder": (lambda at: _folder(at.track_embeds("a")), "Remove it"),
}


@pytest.mark.parametrize("damage", long_after(4, DAMAGES))
def test_a_damaged_file_is_one_line_and_no_traceback(finished: Cli, damage: str) -> None:
    spoil, said = DAMAGES[damage]
    spoil(Layout(finished.root))
    called = finished.run()
    lines = called.lines("failed: ")
    assert called.code == 1 and "Traceback" not in called.said and "a bug" not in called.said, called.said
    assert any(said in line for line in lines), called.said
    assert finished("status").code == 0


@pytest.mark.long
def test_records_of_garbage_count_as_none_and_everything_is_made_again(finished: Cli) -> None:
    at = Layout(finished.root)
    garbage = (b"[1, 2", b"[]", b'{"of": 1, "files": []}', b"\xff\xfe", b"[" * 5000)
    for number, path in enumerate(sorted(at.made.rglob("*.json"))):
        path.write_bytes(garbage[number % len(garbage)])
    called = finished.run()
    assert called.code == 0 and "Traceback" not in called.said, called.said


def test_a_fifo_as_batch_summary_holds_nobody_up(finished: Cli) -> None:
    os.mkfifo(Layout(finished.root).batch_summary)
    assert finished.run().code == 0


@pytest.mark.parametrize("name", ["resnet50@/etc/passwd", "onnx:/etc/passwd", "resnet50@/dev/zero"])
def test_weights_that_are_none_are_a_configuration_error(finished: Cli, name: str) -> None:
    finished.config.write_text(finished.config.read_text().replace('"builtin"', f'"{name}"'))
    called = finished.run("--yes")
    assert called.code == 2 and len(called.lines("configuration: ")) == 1, called.said


def test_a_glob_that_cannot_be_names_its_key(finished: Cli) -> None:
    finished.config.with_name("cameras.yaml").write_text("videos: [{match: 'cam[z-a]', camera: x}]")
    called = finished.run()
    assert called.code == 2 and called.lines("videos.0.match"), called.said
