"""Rows of one video as they are read, each value checked; and the class of each.

Errors name the file and the place in it. What a format's cells are called is the format's own module.
"""

from array import array
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
        # Columns of plain numbers: a tuple a row would take ten times the memory.
        self._whole = [array("q") for _ in range(2)]
        self._numbers = [array("d") for _ in range(5)]
        self._class = array("q")
        self._places: dict[tuple[int | None, str | None], tuple[int, str]] = {}

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
        if is_empty(class_id) and whole(class_name) is not None:
            class_id, class_name = class_name, None  # the number of a class is no name of it
        known = (self._class_id(place, class_id), self._class_name(place, class_name))
        pair = (self._frame(place, frame), self._track(place, track))
        numbers = (*self._box(place, box, kind), self._number(place, "confidence", conf))
        for whole_column, one in zip(self._whole, pair, strict=True):
            whole_column.append(one)
        for column, number in zip(self._numbers, numbers, strict=True):
            column.append(number)
        self._class.append(self._places.setdefault(known, (len(self._places), place))[0])

    def table(self, options: ImportOptions) -> tuple[pd.DataFrame, str]:
        """All rows with columns `COLUMNS`, and where their classes are from, in words.

        Raises:
            InputError: the class of a row is not known; or all boxes are fractions of a frame.
        """
        said = {known: place for known, (_, place) in self._places.items()}
        settled, origin = settle_classes(self.path, said, options)
        kinds = [settled[known] for known in self._places]
        of_row = np.array(self._class, dtype=np.int64)
        ids = np.array([number for number, _ in kinds], dtype=np.int64)[of_row]
        names = np.array([name for _, name in kinds], dtype=object)[of_row]
        whole_numbers = [np.array(column, dtype=np.int64) for column in self._whole]
        numbers = [np.array(column, dtype=np.float64) for column in self._numbers]
        box = np.array(numbers[:4])
        if box.size and np.nanmax(box, initial=-np.inf) <= 1 and np.isfinite(box).any():
            raise InputError(
                f"{self.path}: every box lies between 0 and 1, so these are fractions of the frame, "
                "not pixels. Export them again in pixels (normalize=False)."
            )
        cells = [*whole_numbers, ids, names, *numbers]
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
