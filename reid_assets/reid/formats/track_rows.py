"""Rows of one video as they are read, each value checked; and the class of each.

Errors name the file and the place in it. What a format's cells are called is the format's own module.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.tables import MAX_FRAME
from reid_assets.reid.formats.class_names import settle_classes
from reid_assets.reid.formats.imported_video import COLUMNS, ImportOptions
from reid_assets.reid.formats.values import decimal, is_empty, shown, whole

Box = Literal["xyxy", "xywh"]
UNTRACKED = -1


class TrackRows:
    """Collects rows. `add` checks each, `table` settles the classes.

    Attributes:
        path: the file that messages name.
        first_frame: number of the first frame in the source.
    """

    def __init__(self, path: Path, first_frame: int) -> None:
        self.path, self.first_frame = path, first_frame
        self._rows: list[tuple[int, int, float, float, float, float, float]] = []
        self._classes: list[tuple[int | None, str | None]] = []
        self._places: dict[tuple[int | None, str | None], str] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(
        self,
        place: str,
        frame: Any,
        track: Any,
        box: Sequence[Any],
        kind: Box = "xyxy",
        class_id: Any = None,
        class_name: Any = None,
        conf: Any = None,
    ) -> None:
        """One box.

        Args:
            place: where it stands in the file, such as `line 12`.
            frame: number as the source counts.
            track: empty: untracked.
            box: four numbers in pixels: corners, or left, top, width, height (`kind`).
            class_id, class_name, conf: empty where the source states none.

        Raises:
            InputError: a value is not what it should be.
        """
        if is_empty(class_id) and isinstance(class_name, str) and whole(class_name) is not None:
            class_id, class_name = class_name, None  # the number of a class is no name of it
        known = (self._class_id(place, class_id), self._class_name(place, class_name))
        self._places.setdefault(known, place)
        row = (self._frame(place, frame), self._track(place, track), *self._box(place, box, kind))
        self._rows.append((*row, self._number(place, "confidence", conf)))
        self._classes.append(known)

    def table(self, options: ImportOptions) -> tuple[pd.DataFrame, str]:
        """All rows with columns `COLUMNS`, and where their classes are from, in words.

        Raises:
            InputError: the class of a row is not known; or all boxes are fractions of a frame.
        """
        ids, names, origin = settle_classes(self.path, self._classes, self._places, options)
        columns = list(zip(*self._rows, strict=True)) or [()] * 7
        whole_numbers = [np.array(cells, dtype=np.int64) for cells in columns[:2]]
        numbers = [np.array(cells, dtype=np.float64) for cells in columns[2:]]
        box = np.array(numbers[:4])
        if box.size and np.nanmax(box, initial=-np.inf) <= 1 and np.isfinite(box).any():
            raise InputError(
                f"{self.path}: every box lies between 0 and 1, so these are fractions of the frame, "
                "not pixels. Export them again in pixels (normalize=False)."
            )
        cells: list[Any] = [*whole_numbers, np.array(ids, dtype=np.int64), names, *numbers]
        table = pd.DataFrame(dict(zip(COLUMNS, cells, strict=True)))
        return table.astype({"class_name": "str"}), origin

    def _error(self, place: str, what: str) -> InputError:
        return InputError(f"{self.path}: {place}: {what}. Fix or delete it.")

    def _frame(self, place: str, value: Any) -> int:
        number = whole(value)
        frame = None if number is None else number - self.first_frame
        if frame is not None and 0 <= frame <= MAX_FRAME:
            return frame
        if number == 0 and self.first_frame == 1:
            raise InputError(
                f"{self.path}: {place}: frame is 0, and frames are counted from 1 here. If this file "
                "counts from 0, say --first-frame 0."
            )
        span = f"{self.first_frame} to {MAX_FRAME}"
        raise self._error(place, f"frame is {shown(value)}, not a whole number from {span}")

    def _track(self, place: str, value: Any) -> int:
        if is_empty(value):
            return UNTRACKED
        if (number := whole(value)) is None:
            raise self._error(place, f"track id is {shown(value)}, not a whole number of 64 bits")
        return number

    def _class_id(self, place: str, value: Any) -> int | None:
        if is_empty(value):
            return None
        if (number := whole(value)) is None:
            raise self._error(place, f"class id is {shown(value)}, not a whole number of 64 bits")
        return number

    def _class_name(self, place: str, value: Any) -> str | None:
        if value is None or value == "":
            return None
        if not isinstance(value, str) or any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
            raise self._error(place, f"class name is {shown(value)}, not a plain text")
        return value

    def _box(self, place: str, box: Sequence[Any], kind: Box) -> tuple[float, float, float, float]:
        if len(box) != 4:
            raise self._error(place, f"its box has {len(box)} numbers instead of 4")
        numbers: list[Decimal] = []
        for value in box:
            if (number := decimal(value)) is None:
                raise self._error(place, f"its box holds {shown(value)}, which is not a finite number")
            numbers.append(number)
        # Summed as they are written: 0.1 + 0.2 is 0.3.
        ends = (
            [a + b for a, b in zip(numbers[:2], numbers[2:], strict=True)] if kind == "xywh" else numbers[2:]
        )
        x1, y1, x2, y2 = (float(number) for number in (*numbers[:2], *ends))
        return x1, y1, x2, y2

    def _number(self, place: str, what: str, value: Any) -> float:
        if (number := decimal(value)) is None:
            raise self._error(place, f"{what} is {shown(value)}, not a finite number")
        return float(number)
