"""Parsing video names: globs that capture their wildcards, and start times written into names.

Independent of cameras; `clocks.py` combines the results.
"""

import re
from datetime import datetime
from functools import lru_cache

_DIGITS = {
    "Y": r"\d{4}",
    "m": r"\d{2}",
    "d": r"\d{2}",
    "H": r"\d{2}",
    "M": r"\d{2}",
    "S": r"\d{2}",
    "y": r"\d{2}",
    "j": r"\d{3}",
    "I": r"\d{2}",
    "p": r"[AaPp][Mm]",
    "f": r"\d{1,6}",
    "b": r"[A-Za-z]{3}",
    "z": r"(?:Z|[+-]\d{2}:?\d{2})",
    "%": "%",
}


def check_time_pattern(pattern: str) -> str:
    """Validate a strptime format for `parse_time`; returns it unchanged.

    Raises:
        ValueError: an unknown or repeated directive, or no full date with an hour.
    """
    letters = re.findall(r"%(.?)", pattern)
    unknown = sorted({letter for letter in letters if letter not in _DIGITS})
    if unknown:
        raise ValueError(f"%{unknown[0]} is not supported; supported: {', '.join('%' + k for k in _DIGITS)}")
    year, day = (
        {"Y", "y"} & {*letters},
        {"m", "d"} <= {*letters} or {"b", "d"} <= {*letters} or "j" in letters,
    )
    hour = "H" in letters or {"I", "p"} <= {*letters}
    if not (year and day and hour):
        raise ValueError("a start time needs a full date and an hour, such as %Y%m%d_%H%M%S")
    twice = sorted({letter for letter in letters if letter != "%" and letters.count(letter) > 1})
    if twice:
        raise ValueError(f"%{twice[0]} appears twice")
    return pattern


def parse_time(name: str, pattern: str) -> datetime | None:
    """The time written in a name, naive if the pattern has no zone; None if the name holds none.

    Args:
        name: any text; the time may be anywhere in it, but not inside a longer number.
        pattern: a strptime format (see `check_time_pattern`); every directive must have its full width.

    >>> parse_time("gate_20260314_093000_x", "%Y%m%d_%H%M%S")
    datetime.datetime(2026, 3, 14, 9, 30)
    """
    for match in _expression(pattern).finditer(name):
        try:
            return datetime.strptime(match[0], pattern)
        except ValueError:
            # The right number of digits, but not a date.
            continue
    return None


@lru_cache(maxsize=64)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"%(.)", pattern)
    regex = [_DIGITS[part] if number % 2 else re.escape(part) for number, part in enumerate(parts)]
    return re.compile(rf"(?<!\d){''.join(regex)}(?!\d)")


def match_wildcards(name: str, glob: str) -> tuple[str, ...] | None:
    """The text matched by each wildcard of a glob (`*`, `?`, `[...]`); None if the whole name does not match.

    >>> match_wildcards("cam3_20260314", "cam*_*")
    ('3', '20260314')
    """
    match = _glob(glob).fullmatch(name)
    return match.groups() if match else None


@lru_cache(maxsize=4096)
def _glob(glob: str) -> re.Pattern[str]:
    parts = re.split(r"(\*|\?|\[!?[^\]]+\])", glob)
    regex = []
    for number, part in enumerate(parts):
        if number % 2 == 0:
            regex.append(re.escape(part))
        elif part in "*?":
            regex.append("(.*?)" if part == "*" else "(.)")
        else:
            inside = part[1:-1].replace("\\", r"\\").replace("[", r"\[")
            regex.append(f"([^{inside[1:]}])" if inside.startswith("!") else f"([{inside}])")
    return re.compile("".join(regex), re.DOTALL)
