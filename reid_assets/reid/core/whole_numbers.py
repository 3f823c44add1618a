"""Whole numbers as they are written: ids and frames never pass through a float, which ends at 2^53."""

import re
from decimal import Decimal

import pandas as pd

MAX_INT64 = 2**63 - 1
# Beyond 2^53 a float stands for several whole numbers.
_EXACT_IN_FLOAT = 2**53 - 1
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
# More digits than that are beyond int64, whatever the exponent says.
_MAX_LETTERS = 400


def parse_whole(text: str) -> int | None:
    """The whole number that a text says exactly (`3`, `3.0`, `3e2`); None if it says none of 64 bits.

    >>> parse_whole("9007199254740993.0")
    9007199254740993
    """
    text = text.strip()
    if len(text) > _MAX_LETTERS or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    if number.is_zero():
        return 0
    if number.adjusted() > 19 or number != number.to_integral_value():
        return None
    value = int(number)
    return value if -MAX_INT64 - 1 <= value <= MAX_INT64 else None


def exactly_whole(values: pd.Series) -> pd.Series:
    """The same whole numbers in a dtype that holds each of them exactly; missing ones stay missing.

    Raises:
        ValueError: one is no whole number of 64 bits, or may have lost digits on its way.
    """
    if values.dtype.kind == "u" and (values > MAX_INT64).any():
        raise ValueError(f"{values.name} holds {values.max()}, which has more than 64 bits")
    if values.dtype.kind in "iub":
        return values
    present = values.dropna()
    if values.dtype.kind == "f":
        whole = (present == present.round()) & (present.abs() <= _EXACT_IN_FLOAT)
    else:
        present = present.map(lambda value: parse_whole(str(value)))
        whole = present.notna()
    if not whole.all():
        raise ValueError(f"{values.name} holds {values[whole.index[~whole]].iloc[0]!r}, no whole number")
    return values if values.dtype.kind == "f" else present.astype("Int64").reindex(values.index)
