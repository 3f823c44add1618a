"""Parsing video names: globs that capture their wildcards, and start times written into names.

Independent of cameras; `clocks.py` combines the results.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

_BRACKETS = r"\[!?[^\]]+\]"
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


def check_glob(glob: str) -> str:
    """Validate a glob for `match_wildcards`; returns it unchanged.

    Raises:
        ValueError: a range in brackets runs backwards.
    """
    for part in re.findall(_BRACKETS, glob):
        for low, high in re.findall(r"(.)-(.)", part[1:-1], re.DOTALL):
            if low > high:
                raise ValueError(f"the range {low}-{high} holds nothing: write [{high}-{low}]")
    return glob


def match_wildcards(name: str, glob: str) -> tuple[str, ...] | None:
    """The text matched by each wildcard of a glob (`*`, `?`, `[...]`); None if the whole name does not match.

    Each `*` takes as little as it can. Nothing is tried twice, so that no glob takes long.

    >>> match_wildcards("cam3_20260314", "cam*_*")
    ('3', '20260314')
    """
    first, *others = _segments(glob)
    if not _fits(name, 0, first) or (not others and len(first) < len(name)):
        return None
    texts, position = _wild(name, 0, first), len(first)
    for number, segment in enumerate(others, start=1):
        end = len(name) - len(segment)
        # What follows the last star ends the name; everything else is taken where it comes first.
        start = end if number == len(others) else position
        places = (place for place in range(max(start, position), end + 1) if _fits(name, place, segment))
        if (place := next(places, None)) is None:
            return None
        texts += (name[position:place], *_wild(name, place, segment))
        position = place + len(segment)
    return texts


@dataclass(frozen=True)
class _Letter:
    """One letter of a name: `wildcard` where a glob does not say which; then `allowed` says, None: any."""

    wildcard: bool
    allowed: Callable[[str], bool] | None


_Segment = tuple[_Letter, ...]


def _fits(name: str, place: int, segment: _Segment) -> bool:
    if place + len(segment) > len(name):
        return False
    return all(one.allowed is None or one.allowed(name[place + at]) for at, one in enumerate(segment))


def _wild(name: str, place: int, segment: _Segment) -> tuple[str, ...]:
    """What the wildcards of a segment match at a place where it fits."""
    return tuple(name[place + at] for at, one in enumerate(segment) if one.wildcard)


@lru_cache(maxsize=4096)
def _segments(glob: str) -> tuple[_Segment, ...]:
    """What stands between the stars of a glob."""
    segments: list[list[_Letter]] = [[]]
    for part in re.findall(rf"\*|\?|{_BRACKETS}|.", glob, re.DOTALL):
        if part == "*":
            segments.append([])
        elif part == "?":
            segments[-1].append(_Letter(True, None))
        elif len(part) > 1:
            segments[-1].append(_Letter(True, _in_brackets(part[1:-1])))
        else:
            segments[-1].append(_Letter(False, part.__eq__))
    return tuple(tuple(segment) for segment in segments)


def _in_brackets(inside: str) -> Callable[[str], bool]:
    negated = inside[0] in "!^" and len(inside) > 1
    pairs = [(one[0], one[-1]) for one in re.findall(r".-.|.", inside[1:] if negated else inside, re.DOTALL)]
    return lambda letter: any(low <= letter <= high for low, high in pairs) != negated
