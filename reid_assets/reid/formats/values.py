"""Numbers exactly as a file writes them, whatever it is: text of a CSV, values of JSON or Parquet.

Stricter than `int` and `float`, which take `1_000` and digits of other scripts: what is no number of any of
these formats is an error of its line, never another number.
"""

import math
import re
from decimal import Decimal
from typing import Any

from reid_assets.reid.core.whole_numbers import MAX_INT64, parse_whole

# Beyond 2^53 a float stands for several whole numbers.
_EXACT_IN_FLOAT = 2**53 - 1
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_EMPTY = ("", "nan", "null", "none")
_LONGEST = 400
NAN = Decimal("NaN")
_SHOWN = 60


def is_empty(value: Any) -> bool:
    """Whether a cell says nothing: None, NaN, or the texts that stand for them."""
    if value is None:
        return True
    if isinstance(value, float):
        return math.isnan(value)
    return isinstance(value, str) and value.strip().lower() in _EMPTY


def whole(value: Any) -> int | None:
    """The whole number of 64 bits that a value says exactly; None if it says none.

    >>> whole("9007199254740993"), whole(3.0), whole("3.5"), whole(True)
    (9007199254740993, 3, None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if -MAX_INT64 - 1 <= value <= MAX_INT64 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= _EXACT_IN_FLOAT else None
    return parse_whole(value) if isinstance(value, str) else None


def decimal(value: Any) -> Decimal | None:
    """A number as it is written; NaN where the cell is empty; None if it is no finite number.

    >>> decimal("0.1") + decimal("0.2"), decimal("1_000"), decimal("1e999")
    (Decimal('0.3'), None, None)
    """
    if is_empty(value):
        return NAN
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = repr(value) if isinstance(value, float) else value if isinstance(value, str) else None
    if text is None:
        text = str(value) if abs(int(value)) <= MAX_INT64 else ""
    text = text.strip()
    if len(text) > _LONGEST or not _DECIMAL.fullmatch(text):
        return None
    number = Decimal(text)
    return number if math.isfinite(float(number)) else None


def shown(value: Any) -> str:
    """A value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
