"""Reading a video's name: globs that remember what their wildcards met, and times written into names.

Knows nothing of cameras; what is read is put together in `clocks.py`.
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


def check_pattern(pattern: str) -> str:
    """The strptime format as it is, if it can say a moment.

    Raises:
        ValueError: an unknown directive, or no full date and hour in it.
    """
    found = re.findall(r"%(.?)", pattern)
    unknown = sorted({letter for letter in found if letter not in _DIGITS})
    if unknown:
        raise ValueError(f"%{unknown[0]} is not known here; known: {', '.join('%' + k for k in _DIGITS)}")
    year, day = {"Y", "y"} & {*found}, {"m", "d"} <= {*found} or {"b", "d"} <= {*found} or "j" in found
    hour = "H" in found or {"I", "p"} <= {*found}
    if not (year and day and hour):
        raise ValueError("a moment needs a full date and an hour, such as %Y%m%d_%H%M%S")
    twice = sorted({letter for letter in found if letter != "%" and found.count(letter) > 1})
    if twice:
        raise ValueError(f"%{twice[0]} stands in it twice")
    return pattern


def moment_in(name: str, pattern: str) -> datetime | None:
    """The moment that a name holds; without a zone where the pattern has none. None: it holds none.

    Args:
        name: any text; the moment may stand anywhere in it, but not inside a longer number.
        pattern: a strptime format (see `check_pattern`), every directive of its full width.

    >>> moment_in("gate_20260314_093000_x", "%Y%m%d_%H%M%S")
    datetime.datetime(2026, 3, 14, 9, 30)
    """
    for match in _expression(pattern).finditer(name):
        try:
            return datetime.strptime(match[0], pattern)
        except ValueError:
            # Digits of the right number that are no date.
            continue
    return None


@lru_cache(maxsize=64)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"%(.)", pattern)
    written = [_DIGITS[part] if place % 2 else re.escape(part) for place, part in enumerate(parts)]
    return re.compile(rf"(?<!\d){''.join(written)}(?!\d)")


def wildcards_of(name: str, glob: str) -> tuple[str, ...] | None:
    """What each wildcard of a glob (`*`, `?`, `[...]`) met in the whole name; None: it does not match.

    >>> wildcards_of("cam3_20260314", "cam*_*")
    ('3', '20260314')
    """
    match = _glob(glob).fullmatch(name)
    return match.groups() if match else None


@lru_cache(maxsize=4096)
def _glob(glob: str) -> re.Pattern[str]:
    parts = re.split(r"(\*|\?|\[!?[^\]]+\])", glob)
    written = []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            written.append(re.escape(part))
        elif part in "*?":
            written.append("(.*?)" if part == "*" else "(.)")
        else:
            inside = part[1:-1].replace("\\", r"\\").replace("[", r"\[")
            written.append(f"([^{inside[1:]}])" if inside.startswith("!") else f"([{inside}])")
    return re.compile("".join(written), re.DOTALL)
