"""Frame-level ground truth: MOTChallenge files, one a video, with identities that hold across the videos.

The format is that of https://motchallenge.net/instructions. Classes are numbered as in MOT16 to MOT20, or by
the lines of `labels.txt` beside the file, as CVAT writes it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reid_assets.reid.core.errors import ConfigError, InputError
from reid_assets.reid.core.outside_files import MAX_TABLE, MAX_YAML, is_file, read_text
from reid_assets.reid.core.tables import MAX_FRAME
from reid_assets.reid.core.whole_numbers import parse_whole
from reid_assets.reid.tracks.mot_file import MOT_CLASSES

# Of the benchmark: a box on one of these is neither right nor wrong.
DISTRACTORS = frozenset({"person on vehicle", "static person", "distractor", "reflection"})
_NOT_TARGETS = frozenset(MOT_CLASSES[number] for number in (2, *range(7, 14)))
_FEWEST_CELLS, _FLAG, _CLASS = 6, 6, 7


@dataclass(frozen=True)
class GroundTruth:
    """True boxes of one video.

    Attributes:
        path: the file.
        frame: int64 (n,), from 0, ascending.
        identity: int64 (n,), the same in every video.
        boxes: float64 (n, 4), x1, y1, x2, y2 in pixels.
        target: bool (n,), boxes to be found; the others are ignored.
        distractor: bool (n,), ignored boxes that excuse a box on them.
        classes: names of the classes of the targets; empty where the file has no classes.
    """

    path: Path
    frame: np.ndarray
    identity: np.ndarray
    boxes: np.ndarray
    target: np.ndarray
    distractor: np.ndarray
    classes: frozenset[str]


def find_ground_truth(folder: Path, videos: Collection[str]) -> tuple[dict[str, Path], list[str]]:
    """The file of each video, and the names of files or folders that are of none of them.

    Looked for are `<video>/gt/gt.txt`, `<video>/gt.txt` and `<video>.txt`.

    Raises:
        ConfigError: there is no such folder, or nothing in it is of a video.
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder. Name the one that holds <video>/gt/gt.txt.")
    found: dict[str, Path] = {}
    for video in sorted(videos):
        places = (folder / video / "gt" / "gt.txt", folder / video / "gt.txt", folder / f"{video}.txt")
        if path := next((path for path in places if is_file(path)), None):
            found[video] = path
    names = {path.name.removesuffix(".txt") for path in folder.iterdir() if path.suffix == ".txt"}
    names |= {path.name for path in folder.iterdir() if path.is_dir()}
    others = sorted(name for name in names - set(found) if name[0] not in "._" and name != "seqmaps")
    if not found:
        listed = ", ".join(others[:5]) or "nothing"
        raise ConfigError(
            f"{folder}: no ground truth of a video of this root (found: {listed}). Name the folders as the "
            "videos: <video>/gt/gt.txt."
        )
    return found, others


def read_ground_truth(path: Path, classes: Collection[str] = ()) -> GroundTruth:
    """Read one file.

    Args:
        path: comma or blank separated: frame (from 1), identity, left, top, width, height; then, optional, a
            flag (0: ignored), the class and the visibility.
        classes: names of the classes to be found; empty: without a labels.txt pedestrians, with one all.

    Raises:
        InputError: with the number of the first line that cannot be used.
    """
    labels = path.with_name("labels.txt")
    has_labels = is_file(labels)
    lines = read_text(labels, MAX_YAML).splitlines() if has_labels else []
    names = dict(enumerate((line.strip() for line in lines), 1)) if has_labels else MOT_CLASSES
    rows = sorted(_rows(path), key=lambda row: row[:2])
    _refuse_doubles(path, rows)
    columns = [np.array([row[place] for row in rows]) for place in (0, 1)]
    boxes = np.array([row[2] for row in rows], dtype=float).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    kind = [None if row[4] is None else names.get(row[4], f"class {row[4]}") for row in rows]
    wanted = frozenset(classes) or (None if has_labels else frozenset({"person"}))
    target = np.array(
        [row[3] and _is_target(name, wanted) for row, name in zip(rows, kind, strict=True)], bool
    )
    return GroundTruth(
        path,
        columns[0].astype(np.int64),
        columns[1].astype(np.int64),
        boxes,
        target,
        np.array([name in DISTRACTORS for name in kind], bool) & ~target,
        frozenset(name for name, hit in zip(kind, target, strict=True) if hit and name is not None),
    )


def _is_target(name: str | None, wanted: frozenset[str] | None) -> bool:
    if name is None:
        return True
    return name not in _NOT_TARGETS if wanted is None else name in wanted


Row = tuple[int, int, Sequence[float], bool, int | None]


def _rows(path: Path) -> Iterator[Row]:
    """`frame` from 0, identity, box as left, top, width, height, whether it counts, class number."""
    for number, line in enumerate(read_text(path, MAX_TABLE).splitlines(), 1):
        cells = [cell.strip() for cell in line.split(",")] if "," in line else line.split()
        if not cells:
            continue
        try:
            yield _row(cells)
        except (ValueError, IndexError):
            raise InputError(
                f"{path}: line {number} is not one of a MOT file: frame (a whole number from 1), id, left, "
                f"top, width, height and more numbers. It says {line[:60]!r}. Fix or delete it."
            ) from None


def _row(cells: Sequence[str]) -> Row:
    frame, identity = parse_whole(cells[0]), parse_whole(cells[1])
    box = [float(cell) for cell in cells[2:_FEWEST_CELLS]]
    kind = parse_whole(cells[_CLASS]) if len(cells) > _CLASS else None
    bad = len(cells) > _CLASS and kind is None
    if frame is None or identity is None or bad or not 1 <= frame <= MAX_FRAME or len(box) != 4:
        raise ValueError
    if not np.isfinite(box).all():
        raise ValueError
    counts = len(cells) <= _FLAG or float(cells[_FLAG]) != 0
    return frame - 1, identity, box, counts, kind if kind is not None and kind > 0 else None


def _refuse_doubles(path: Path, rows: Sequence[Row]) -> None:
    for one, other in zip(rows, rows[1:], strict=False):
        if one[:2] == other[:2]:
            raise InputError(
                f"{path}: identity {one[1]} is twice in frame {one[0] + 1}. Keep one line for each."
            )


def classes_of(truths: Mapping[str, GroundTruth]) -> frozenset[str]:
    """Names of all classes that are to be found."""
    return frozenset(name for truth in truths.values() for name in truth.classes)
