"""Whole numbers as they are written: ids and frames never pass through a float, which ends at 2^53."""

import re
from decimal import Decimal

MAX_INT64 = 2**63 - 1
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
