"""What the names of videos say of their cameras: the part that stays while a time or a number varies.

A name is split into fields. Times and numbers of a sequence (`0815`, `2026-05-01_10-00`, `s3`, `part2`) are
taken out; what is left names a camera if it says something (`cam02`, `c1`, `entrance`; `video` and `MVI` say
nothing) and if several names share it. Everything doubtful stays in: two names too many are two cameras.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

# Words whose number is the camera's, and words whose number counts files; a word of the second kind says
# nothing by itself either. A single letter counts only where the number follows at once (`c1s3`), `s` only
# behind a camera: before it, it may as well be a site.
_CAMERA_WORD = re.compile("c|cam|camera|kamera|kanal|cctv|ch|chan|channel|ipc|ipcam|view")
_COUNTING_WORD = re.compile(
    "seq|sequence|part|pt|clip|take|session|seg|segment|chunk|file|episode|ep|scene|run|v|video|vid|mvi|mov|"
    "movie|img|image|dsc|dscn|gopr|gp|gh|gx|dji|pxl|yi|rec|recording|record|capture|output|out|export|analysis|"
    "analysed|analyzed|tracks|tracked|result|footage|stream|track|test|demo|sample|example|new|copy|tmp|data|"
    "untitled|no|nr|screen|download"
)
_TIME_WORD = re.compile(
    "(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|wed|sat|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|"
    "may|june?|july?|aug(?:ust)?|(?:sep|octo?|nov|dec)(?:t?ember|ber|ember)?|morning|noon|afternoon|evening|"
    "night|day|dawn|dusk|am|pm|today|yesterday|utc|at"
)
_DATE = r"(?P<Y>(?:19|20)\d\d)([-_.]?)(?P<m>\d\d)\2(?P<d>\d\d)"
_CLOCK = r"(?:[01]\d|2[0-3])[-_.:h]?[0-5]\d(?:[-_.:m]?[0-5]\d(?:\.?\d{3})?)?"
_MOMENT = re.compile(rf"(?<!\d){_DATE}(?P<time>[T_ .-]?(?:{_CLOCK}))?Z?(?!\d)", re.IGNORECASE)
_EPOCH = re.compile(r"(?<!\d)1\d{9}(?:\d{3})?(?!\d)")
_FIELD = re.compile(r"\x00|\d+|[^\W\d_]+|[\W_]+")
_BARE_TIME = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?")
_MIN_APART = 5  # of bare times, as numbers: 0001, 0002, 0003 are no times
_LETTERS = 2  # that a word needs to name a place


@dataclass(frozen=True)
class NamedCamera:
    """The camera that a video's name tells.

    Attributes:
        camera: the part of the name that stays.
        labelled: whether the name itself says that it is a camera (`cam02`, `c1`), not only a word that
            returns (`entrance`).
        videos: how many names share it.
    """

    camera: str
    labelled: bool
    videos: int


@dataclass(frozen=True)
class _Split:
    """One name: what stays, whether it says "camera", and a bare time (`0815`) that has to be confirmed.

    `key` is the same for `cam2` and `cam02`; `shown` is as it was written.
    """

    key: str
    shown: str
    labelled: bool
    varies: bool
    bare_time: str | None


def cameras_by_name(videos: Iterable[str]) -> Mapping[str, NamedCamera]:
    """Video -> the camera its name tells, for those videos whose name tells one and shares it with others.

    >>> sorted(cameras_by_name(["entrance-0815", "entrance-0930", "lobby"]))
    ['entrance-0815', 'entrance-0930']
    """
    groups: dict[tuple[str, bool], dict[str, _Split]] = {}
    for video in sorted(set(videos)):
        split = _split(video)
        if split is not None and split.varies:
            groups.setdefault((split.key, split.labelled), {})[video] = split
    found: dict[str, NamedCamera] = {}
    for (_, labelled), members in groups.items():
        if len(members) > 1 and _are_times([one.bare_time for one in members.values()]):
            camera = min(one.shown for one in members.values())
            found |= dict.fromkeys(members, NamedCamera(camera, labelled, len(members)))
    return found


def camera_label(video: str) -> str | None:
    """The camera that a name states in so many words (`cam02`), shared or not; None where it states none."""
    split = _split(video)
    return split.key if split is not None and split.labelled else None


def _split(name: str) -> _Split | None:
    """The fields of a name; None where nothing that says something is left."""
    # NUL cannot be in a name: it marks where a moment was.
    text = _EPOCH.sub("\x00", _MOMENT.sub(_marked, name.replace("\x00", "")))
    fields = _FIELD.findall(text)
    kept: list[str] = []
    labelled, varies, says_something, bare = False, "\x00" in text, False, None
    position = 0
    while position < len(fields):
        field, glued = fields[position], position > 0 and fields[position - 1][-1].isalpha()
        word = field.casefold()
        number, after = _number_of(fields, position)
        position += 1
        if field == "\x00" or _TIME_WORD.fullmatch(word):
            varies = True
        elif _CAMERA_WORD.fullmatch(word) and number is not None:
            kept += [*fields[position - 1 : after - 1], number]
            labelled, says_something, position = True, True, after
        elif _COUNTING_WORD.fullmatch(word) or (word == "s" and labelled and number is not None):
            varies |= number is not None
            position = after
        elif field.isdigit() and not glued and (labelled or (bare is None and _BARE_TIME.fullmatch(field))):
            # Behind a stated camera, any other number is that of a file.
            bare, varies = bare if labelled else field, True
        else:
            if field[0].isalpha():
                says_something |= not _CAMERA_WORD.fullmatch(word) and (
                    len(word) >= _LETTERS or number is not None
                )
            kept.append(field)
    shown = _trimmed("".join(kept))
    key = re.sub(r"\d+", lambda digits: str(int(digits[0])), shown.casefold())
    return _Split(key, shown, labelled, varies, bare) if says_something else None


def _number_of(fields: list[str], position: int) -> tuple[str | None, int]:
    """The number that belongs to a word, and the position after it: at once, or after one separator."""
    word, rest = fields[position], fields[position + 1 : position + 3]
    if rest and rest[0].isdigit():
        return rest[0], position + 2
    apart = len(rest) == 2 and rest[0] in ("-", "_", " ", ".") and rest[1].isdigit()
    if apart and len(word) >= _LETTERS:
        return rest[1], position + 3
    return None, position + 1


def _marked(match: re.Match[str]) -> str:
    try:
        date(int(match["Y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return match[0]
    return "\x00"


def _are_times(bare: list[str | None]) -> bool:
    """Whether numbers that look like times of day are times, and not a counter that happens to be small."""
    numbers = sorted(int(one) for one in bare if one is not None)
    return all(b - a >= _MIN_APART for a, b in zip(numbers, numbers[1:], strict=False) if a != b)


def _trimmed(text: str) -> str:
    """A text without separators at its ends or twice in a row."""
    return re.sub(r"([\W_])[\W_]+", r"\1", text).strip("-_. ")
