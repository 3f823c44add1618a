"""One root with everything that goes wrong in other people's data, beside two healthy videos.

Each video is named after what is odd about it, so that a test that fails names it too.
"""

import json
import shutil
from pathlib import Path

from reid_assets_tests.support.tiny_root import BLUE, FPS, GREEN, HEADER, RED, make_root, make_video, row

BOX = (40.0, 20.0, 72.0, 116.0)
ODD_NAMES = ["a b,c…ü'\"", "cam [1]*?", "key=value", "-dash", "100% {x}", "n" * 150]


def make_messy_root(root: Path) -> Path:
    """All of the below. The configuration is to filter by class 0, person.

    Names of videos that fail begin alike: they lie together, and the others take fewer runs.
    """
    make_root(root)
    for number, name in enumerate(ODD_NAMES):
        make_video(root, name, {3: (RED, (0, 12))}, frames=14, seed=10 + number)
    _videos_that_fail(root)
    _odd_rows(root)
    _odd_videos(root)
    _odd_summaries(root)
    _without_tracks(root)
    _originals(root)
    return root


def _video(root: Path, name: str) -> Path:
    """A healthy video of two tracks, to be spoiled."""
    seed = sum(name.encode())
    return make_video(root, name, {0: (RED, (0, 13)), 1: (BLUE, (2, 12))}, frames=14, seed=seed)


def lines_of(folder: Path) -> list[str]:
    """Lines of a tracks.csv."""
    return (folder / "tracks.csv").read_text(encoding="utf-8").splitlines()


def set_lines(folder: Path, lines: list[str]) -> None:
    """Write a tracks.csv."""
    (folder / "tracks.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _with_column(folder: Path, name: str, cell: str) -> None:
    header, *rows = lines_of(folder)
    set_lines(folder, [f"{header},{name}", *(f"{line},{cell}" for line in rows)])


def _videos_that_fail(root: Path) -> None:
    folder = _video(root, "bad: column missing")
    set_lines(folder, [",".join(line.split(",")[:7] + line.split(",")[9:]) for line in lines_of(folder)])
    for name, place, text in (
        ("bad: text for a number", 5, "left"),
        ("bad: half a frame", 0, "4.5"),
        ("bad: frame below 0", 0, "-3"),
    ):
        lines = lines_of(_video(root, name))
        cells = lines[4].split(",")
        cells[place] = text
        lines[4] = ",".join(cells)
        set_lines(root / name, lines)
    folder = _video(root, "bad: short line")
    set_lines(folder, [*lines_of(folder), "20,2.0,1"])
    for name, encoding in (("bad: latin-1 class", "class_name"), ("bad: latin-1 extra", "extra")):
        folder = _video(root, name)
        if encoding == "extra":
            _with_column(folder, "note", "café")
        text = (folder / "tracks.csv").read_text(encoding="utf-8")
        if encoding == "class_name":
            text = text.replace("person", "persönlich")
        (folder / "tracks.csv").write_bytes(text.encode("latin-1"))
    _with_column(_video(root, "bad: other video column"), "video", "somewhere else")
    _with_column(_video(root, "bad: has Global_ID"), "Global_ID", "7")
    _with_column(_video(root, "bad: column twice"), "frame", "7")


def _odd_rows(root: Path) -> None:
    folder = _video(root, "nan boxes")
    nan = [row(frame, 5, (float("nan"),) * 4) for frame in range(6)]
    set_lines(folder, [*lines_of(folder), *nan, *(row(13, 0, (float("nan"), 1, 2, 3)) for _ in range(1))])
    folder = _video(root, "boxes reversed and outside")
    turned = [row(frame, 6, (72, 116, 40, 20)) for frame in range(6)]
    outside = [row(frame, 7, (1000, 20, 1040, 120)) for frame in range(6)]
    set_lines(folder, [*lines_of(folder), *turned, *outside])
    folder = _video(root, "rows twice")
    header, *rows = lines_of(folder)
    set_lines(folder, [header, *(line for line in rows for _ in range(2))])
    set_lines(_video(root, "only untracked"), [HEADER, *(row(frame, -1, BOX) for frame in range(5))])
    set_lines(_video(root, "all too small"), [HEADER, *(row(f, 0, (10, 10, 18, 18)) for f in range(5))])
    set_lines(_video(root, "all filtered"), [HEADER, *(row(f, 0, BOX, "chair") for f in range(5))])
    folder = _video(root, "quoting")
    header, *rows = lines_of(folder)
    quoted = [
        f'"{line.split(",")[0]}",{line.partition(",")[2]},"say ""hi"", twice\r\nand go"' for line in rows
    ]
    text = "\ufeff" + "\r\n".join([f'{header},"a note"', *quoted]) + "\r\n"
    (folder / "tracks.csv").write_text(text, encoding="utf-8", newline="")
    _with_column(_video(root, "same video column"), "video", "same video column")
    folder = _video(root, "index column")
    header, *rows = lines_of(folder)
    set_lines(folder, [f",{header}", *(f"{number},{line}" for number, line in enumerate(rows))])


def _odd_videos(root: Path) -> None:
    whole = (_video(root, "bad: video cut off") / "analysis.mp4").read_bytes()
    (root / "bad: video cut off" / "analysis.mp4").write_bytes(whole[: len(whole) // 2])
    (_video(root, "bad: video of no bytes") / "analysis.mp4").write_bytes(b"")
    (_video(root, "bad: video missing") / "analysis.mp4").unlink()
    (_video(root, "bad: video is text") / "analysis.mp4").write_text("not found\n" * 50)
    folder = _video(root, "tracks beyond the end")
    late = [row(frame, 8, BOX) for frame in range(50, 60)]
    set_lines(folder, [*lines_of(folder), *late])
    set_lines(_video(root, "bad: all beyond the end"), [HEADER, *late])


def _odd_summaries(root: Path) -> None:
    (_video(root, "summary missing") / "summary.json").unlink()
    (_video(root, "summary broken") / "summary.json").write_text('{"fps": 10')
    (_video(root, "summary a list") / "summary.json").write_text("[1, 2]")
    (_video(root, "summary with NaN") / "summary.json").write_text('{"fps": NaN, "camera": "é"}')


def _without_tracks(root: Path) -> None:
    (_video(root, "tracks empty") / "tracks.csv").write_bytes(b"")
    set_lines(_video(root, "tracks header only"), [HEADER])
    (_video(root, "no tracks") / "tracks.csv").unlink()


def _originals(root: Path) -> None:
    """`from original` was analysed at every second frame of a longer file that lies elsewhere."""
    originals = root.parent / "originals"
    folder = make_video(originals, "x", {0: (GREEN, (0, 27))}, frames=28, seed=3)
    shutil.move(folder / "analysis.mp4", originals / "film.mp4")
    lines = lines_of(folder)
    for name, original in (
        ("from original", originals / "film.mp4"),
        ("original missing", root / "gone.mp4"),
    ):
        _video(root, name)
        kept = [line for line in lines[1:] if int(line.split(",")[0]) % 2 == 0]
        halved = [f"{int(line.split(',')[0]) // 2},{line.partition(',')[2]}" for line in kept]
        if original.is_file():
            set_lines(root / name, [HEADER, *halved])
        summary = {"frames": 14, "fps": FPS / 2, "frame_stride": 2}
        (root / name / "summary.json").write_text(json.dumps(summary))
    entries = [
        {
            "video": str(originals / "film.mp4"),
            "outputs": {"tracks_csv": str(root / "from original" / "tracks.csv")},
        },
        {
            "video": str(root / "gone.mp4"),
            "outputs": {"tracks_csv": str(root / "original missing" / "tracks.csv")},
        },
        "not an object",
    ]
    (root / "_batch_summary.json").write_text(json.dumps(entries))
