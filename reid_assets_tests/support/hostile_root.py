"""One root of videos that nobody would make on purpose, each spoiled in one way, beside healthy ones.

A video is named after what is wrong with it. Those of `FAILS` cannot be made; of those of `WARNS` only an
optional file is unusable, so that they are complete.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reid_assets_tests.support.tiny_root import BLUE, RED, make_root, make_video

HEALTHY = ("a", "b")
Spoil = Callable[[Path], None]


def summary(**values: Any) -> Spoil:
    """A summary.json that says this too."""
    return lambda folder: _write_summary(folder, json.dumps({"frames": 14, "fps": 10.0} | values))


def summary_text(text: str) -> Spoil:
    """A summary.json of this text."""
    return lambda folder: _write_summary(folder, text)


def _write_summary(folder: Path, text: str) -> None:
    (folder / "summary.json").write_text(text, encoding="utf-8")


def cell(column: str, text: str, line: int = 4) -> Spoil:
    """A tracks.csv with this in a cell."""

    def spoil(folder: Path) -> None:
        lines = [one.split(",") for one in (folder / "tracks.csv").read_text().splitlines()]
        lines[line - 1][lines[0].index(column)] = text
        (folder / "tracks.csv").write_text("".join(",".join(cells) + "\n" for cells in lines))

    return spoil


def _extra_columns(*names: str) -> Spoil:
    def spoil(folder: Path) -> None:
        header, *rows = (folder / "tracks.csv").read_text().splitlines()
        lines = [",".join((header, *names)), *(row + ",1" * len(names) for row in rows)]
        (folder / "tracks.csv").write_text("\n".join(lines) + "\n")

    return spoil


def mixed_line_ends(folder: Path) -> None:
    """LF, CR and CRLF by turns."""
    lines = (folder / "tracks.csv").read_text().splitlines()
    ends = ("\n", "\r", "\r\n")
    text = "".join(line + ends[number % 3] for number, line in enumerate(lines))
    (folder / "tracks.csv").write_bytes(text.encode())


def _in_place_of(name: str, make: Callable[[Path], None]) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return spoil


def loop(path: Path) -> None:
    """A symbolic link to itself."""
    path.symlink_to(path.name)


def _zero_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _huge(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(200 << 20)


def _in_utf_16(folder: Path) -> None:
    (folder / "summary.json").write_bytes('{"fps": 10}'.encode("utf-16"))


# Video -> how it is spoiled, and what its one line must say.
FAILS: dict[str, tuple[Spoil, str]] = {
    "x frame 2^63": (cell("frame", str(2**63)), "tracks.csv: line 4: frame is '9223372036854775808'"),
    "x frame 10^12": (cell("frame", str(10**12)), "tracks.csv: line 4: frame is '1000000000000'"),
    "x id 2^63": (cell("track_id", str(2**63)), "tracks.csv: line 4: track_id is '9223372036854775808'"),
    "x id 1e30": (cell("track_id", "1e30"), "tracks.csv: line 4: track_id is '1e30'"),
    "x id in hex": (cell("track_id", "0x10"), "tracks.csv: line 4: track_id is '0x10'"),
    "x video is a loop": (_in_place_of("analysis.mp4", loop), "analysis.mp4"),
    "x video is a FIFO": (_in_place_of("analysis.mp4", os.mkfifo), "analysis.mp4"),
    "x video is a folder": (_in_place_of("analysis.mp4", Path.mkdir), "analysis.mp4"),
    "x video is a device": (_in_place_of("analysis.mp4", _zero_device), "analysis.mp4"),
}
WARNS: dict[str, tuple[Spoil, str]] = {
    "y deep summary": (summary_text("[" * 1000 + "]" * 1000), "nested more than"),
    "y very deep": (summary_text('{"a":' * 200_000), "nested more than"),
    "y half a letter": (summary_text('{"camera": "\\ud800", "fps": 10}'), "surrogate"),
    "y fps 1e999": (summary_text('{"frames": 14, "fps": 1e999}'), "fps"),
    "y fps 1e-300": (summary(fps=1e-300), "fps"),
    "y fps 1e-12": (summary(fps=1e-12), "fps"),
    "y before time": (summary(start_time="0001-01-01T00:00:00+14:00"), "start_time"),
    "y after time": (summary(start_time="9999-12-31T23:59:59-14:00"), "start_time"),
    "y summary is a FIFO": (_in_place_of("summary.json", os.mkfifo), "summary.json"),
    "y summary is a device": (_in_place_of("summary.json", _zero_device), "summary.json"),
    "y summary is a loop": (_in_place_of("summary.json", loop), "summary.json"),
    "y summary is a folder": (_in_place_of("summary.json", Path.mkdir), "summary.json"),
    "y summary of 200 MB": (_in_place_of("summary.json", _huge), "summary.json"),
    "y summary in UTF-16": (_in_utf_16, "UTF-8"),
    "y source of 5,000 letters": (summary(source="s" * 5000), "source"),
}
# Odd, and used as they are without a word.
FINE: dict[str, Spoil] = {
    "z mixed line ends": mixed_line_ends,
    "z nameless beside unnamed_14": _extra_columns("", "unnamed_14"),
    "z long cell": cell("conf", "1" * 140_000),
    "z long name": cell("class_name", "n" * 140_000),
    "z long header": _extra_columns("h" * 140_000),
    "z " + "n" * 100: lambda folder: None,
    "z frame 3.0": cell("frame", "2.0"),
    "z integer of 3,000 digits": summary_text('{"fps": 10, "n": ' + "1" * 3000 + "}"),
}


def make_hostile_root(root: Path, names: tuple[str, ...] | None = None) -> Path:
    """The healthy videos and all of the above, or only those that are named."""
    make_root(root)
    spoils = {name: spoil for name, (spoil, _) in (FAILS | WARNS).items()} | FINE
    for name in spoils if names is None else names:
        seed = sum(name.encode())
        folder = make_video(root, name, {0: (RED, (0, 13)), 1: (BLUE, (2, 12))}, frames=14, seed=seed)
        spoils[name](folder)
    return root
