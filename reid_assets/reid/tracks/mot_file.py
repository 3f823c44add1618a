"""MOTChallenge files as tracks.csv (https://motchallenge.net/instructions).

A line is: frame (from 1), id, left, top, width, height in pixels, confidence; then class and visibility
(ground truth, nine columns) or three world coordinates (results, ten columns).
"""

from pathlib import Path

import pandas as pd

from reid_assets.reid.core.errors import InputError

# Of MOT16 to MOT20, as in the data description of the benchmark.
MOT_CLASSES = {
    1: "person",
    2: "person on vehicle",
    3: "car",
    4: "bicycle",
    5: "motorbike",
    6: "non motorized vehicle",
    7: "static person",
    8: "distractor",
    9: "occluder",
    10: "occluder on the ground",
    11: "occluder full",
    12: "reflection",
    13: "crowd",
}
_GROUND_TRUTH_CELLS = 9
COLUMNS = ["frame", "track_id", "class_id", "class_name", "x1", "y1", "x2", "y2", "conf"]


def read_mot(path: Path, class_name: str = "person") -> pd.DataFrame:
    """The rows of a MOT file.

    Args:
        path: comma or blank separated text.
        class_name: of files that do not say their class.

    Returns:
        Columns `COLUMNS`, in file order: `frame` from 0, boxes in pixels, `conf` NaN where there is none.

    Raises:
        InputError: with the number of the first line that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable text file ({error}).") from error
    rows = [_row(path, number, line, class_name) for number, line in enumerate(lines, 1) if line.strip()]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(path: Path, number: int, line: str, class_name: str) -> tuple:
    cells = line.replace(",", " ").split()
    try:
        frame, track, left, top, width, height, *more = (float(cell) for cell in cells)
        if frame < 1 or frame != int(frame) or track != int(track):
            raise ValueError
    except (ValueError, OverflowError):
        raise InputError(
            f"{path}: line {number} is not one of a MOT file: frame (a whole number from 1), id, left, top, "
            f"width, height and more numbers. It says {line[:60]!r}. Fix or delete it."
        ) from None
    kind = int(more[1]) if len(cells) == _GROUND_TRUTH_CELLS else 0
    name = MOT_CLASSES.get(kind, class_name)
    class_id = max(kind - 1, 0)
    conf = more[0] if more else float("nan")
    return int(frame) - 1, int(track), class_id, name, left, top, left + width, top + height, conf
