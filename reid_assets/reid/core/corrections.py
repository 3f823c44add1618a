"""What a person says of the map: two tracks are one being or not, a track is nobody, an identity has a name.

The content of `configs/cv/corrections.csv`, line by line. The file is read and written by
`reid_assets.storage.corrections_file`; what it means for the clustering is
`association/constraints/corrected_links.py`.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, cast

from reid_assets.reid.core.tables import Column, Table
from reid_assets.reid.core.whole_numbers import parse_whole

Action = Literal["same", "different", "not_a_target", "name"]
ACTIONS: tuple[Action, ...] = ("same", "different", "not_a_target", "name")
OF_TWO = ("same", "different")
LONGEST_NAME = 80

CORRECTIONS = Table(
    "corrections",
    (
        Column("action", "text", "same, different, not_a_target or name."),
        Column("video_a", "text", "Video of the track."),
        Column("track_a", "int", "Track number within it."),
        Column("video_b", "text", "Video of the other track; of same and different.", optional=True),
        Column("track_b", "int", "Track number of the other track.", optional=True),
        Column("value", "text", "The name; of action name.", optional=True),
        Column("by", "text", "Who says so.", optional=True),
        Column("at", "text", "When: ISO 8601.", optional=True),
        Column("note", "text", "Anything.", optional=True),
    ),
)
_REQUIRED = ("action", "video_a", "track_a")


@dataclass(frozen=True, order=True)
class TrackRef:
    """One track, written `video:track_id`."""

    video: str
    track_id: int

    def __str__(self) -> str:
        return f"{self.video}:{self.track_id}"

    @classmethod
    def parse(cls, text: str) -> "TrackRef":
        """Read `video:track_id`.

        Raises:
            ValueError: it is something else.
        """
        video, colon, number = text.rpartition(":")
        track_id = parse_whole(number)
        if not (colon and video and track_id is not None):
            raise ValueError(f"{text!r} is no track. Write VIDEO:TRACK, such as cam1:7.")
        return cls(video, track_id)


@dataclass(frozen=True)
class Correction:
    """One line of corrections.csv.

    Attributes:
        action: what is said.
        a: the track it is said of.
        b: the other track, of `same` and `different`.
        value: the name, of `name`.
        by, at, note: who, when, and why; not interpreted.
        line: number in the file, from 2; 0: not in a file.
    """

    action: Action
    a: TrackRef
    b: TrackRef | None = None
    value: str = ""
    by: str = ""
    at: str = ""
    note: str = ""
    line: int = field(default=0, compare=False)

    def tracks(self) -> tuple[TrackRef, ...]:
        """The one or two tracks that it is about."""
        return (self.a,) if self.b is None else (self.a, self.b)

    def key(self) -> tuple[str, ...]:
        """Equal for lines that say the same, whoever says it and in whichever order."""
        return (self.action, *sorted(map(str, self.tracks())), self.value)

    def __str__(self) -> str:
        said = " ".join([self.action, *map(str, self.tracks())])
        return f"{said} {self.value!r}" if self.value else said

    def cells(self) -> dict[str, str]:
        """The cells of its line, by column."""
        b = (self.b.video, str(self.b.track_id)) if self.b else ("", "")
        texts = (self.action, self.a.video, str(self.a.track_id), *b, self.value, self.by, self.at, self.note)
        return dict(zip(CORRECTIONS.header, texts, strict=True))


@dataclass(frozen=True)
class Problem:
    """A line (or several) that cannot be followed, with the reason and the next step.

    Attributes:
        lines: numbers in the file.
        why: the reason, a sentence without its full stop.
        next_step: what to do, a sentence.
    """

    lines: tuple[int, ...]
    why: str
    next_step: str

    def __str__(self) -> str:
        numbers = [str(line) for line in self.lines if line]
        what = "line" if len(numbers) == 1 else "lines"
        listed = " and ".join([", ".join(numbers[:-1]), numbers[-1]] if len(numbers) > 1 else numbers)
        return f"{what} {listed}: {self.why}. {self.next_step}" if listed else f"{self.why}. {self.next_step}"


@dataclass(frozen=True)
class Corrections:
    """All that was said, and what could not be read."""

    said: tuple[Correction, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of(self, *actions: str) -> tuple[Correction, ...]:
        """Those of some actions, in the order of the file; of lines that say the same, the first."""
        chosen = (one for one in self.said if one.action in actions)
        return tuple({one.key(): one for one in reversed(tuple(chosen))}.values())[::-1]

    def not_targets(self) -> frozenset[TrackRef]:
        """Tracks that are nobody."""
        return frozenset(one.a for one in self.of("not_a_target"))

    def names(self) -> list[tuple[str, ...]]:
        """The names that were given, in the order of the file: the last one of an identity is its name."""
        return [(*one.key(), one.at) for one in self.said if one.action == "name"]

    def structural(self) -> list[tuple[str, ...]]:
        """What can change the map, in one order: equal where the same is said."""
        return sorted({one.key() for one in self.of("same", "different", "not_a_target")})


def parse_corrections(text: str) -> Corrections:
    """Read the text of a corrections.csv; a line that cannot be used is a problem, and the others count.

    Raises:
        ValueError: the header lacks a column.
    """
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [cell.strip() for cell in next(records, [])]
    if not header:
        return Corrections()
    if missing := [name for name in _REQUIRED if name not in header]:
        raise ValueError(f"the header lacks {', '.join(missing)}")
    said, problems, line = [], [], 2
    while True:
        try:
            cells = next(records)
        except StopIteration:
            break
        except csv.Error as error:
            unclosed = "a quote is opened and never closed: nothing behind it can be read"
            why = unclosed if "end of data" in str(error) else str(error)
            problems.append(Problem((line,), why, "Correct or delete the line."))
            continue
        finally:
            read, line = line, records.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        try:
            said.append(_correction(dict(zip(header, map(str.strip, cells), strict=False)), read))
        except ValueError as error:
            problems.append(Problem((read,), str(error), "Correct or delete the line."))
    return Corrections(tuple(said), tuple(problems))


def _correction(cells: dict[str, str], line: int) -> Correction:
    action = cells.get("action", "")
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is no action; there are {', '.join(ACTIONS)}")
    a = _track(cells, "a")
    b = _track(cells, "b") if action in OF_TWO else None
    if a == b:
        raise ValueError(f"{a} is named twice")
    value = cells.get("value", "") if action == "name" else ""
    if action == "name":
        require_name(value)
    by, at, note = (cells.get(name, "") for name in ("by", "at", "note"))
    return Correction(cast(Action, action), a, b, value, by, at, note, line)


def _track(cells: dict[str, str], which: str) -> TrackRef:
    video, number = cells.get(f"video_{which}", ""), cells.get(f"track_{which}", "")
    track_id = parse_whole(number)
    if not video or track_id is None:
        raise ValueError(f"video_{which} {video!r} and track_{which} {number!r} name no track")
    return TrackRef(video, track_id)


def require_name(name: str) -> None:
    """Refuse what is no name.

    Raises:
        ValueError: it is empty, too long, or not one line of printable letters.
    """
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"a name has 1 to {LONGEST_NAME} printable letters")


def lines_of(corrections: Iterable[Correction]) -> tuple[int, ...]:
    """Their line numbers, ascending."""
    return tuple(sorted({one.line for one in corrections}))
