"""What the report says of itself at its head: where it comes from, how far to believe it, what it leaves out.

Figures are `expected_accuracy.csv` and `merged_analytics.json`; here they become sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

_MAX_NAMES = 5
_MAX_CLASSES = 3


@dataclass(frozen=True)
class Origin:
    """Where a report comes from.

    Attributes:
        root: name of the root's folder.
        config: the configuration file, without the folders above its own.
        made: time of making, UTC, for example `2026-03-14 09:30`.
        networks: labels of the networks that made the vectors, each with the class it serves, if not all.
        without_clock: videos without a clock.
    """

    root: str = ""
    config: str = ""
    made: str = ""
    networks: Sequence[str] = ()
    without_clock: Sequence[str] = ()
    missed: str | None = None


@dataclass(frozen=True)
class Heading:
    """The head of the report.

    Attributes:
        origin: where it comes from.
        accuracy: sentences on the estimated accuracy, of the largest class groups first.
        doubts: why the number of identities is uncertain.
        notes: what some videos lack, and what follows for the figures.
    """

    origin: Origin = Origin()
    accuracy: Sequence[str] = field(default_factory=tuple)
    doubts: Sequence[str] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)


def make_heading(origin: Origin, accuracy: pd.DataFrame, analytics: Mapping[str, Any]) -> Heading:
    """The head of a report.

    Args:
        origin: where it comes from.
        accuracy: rows of `EXPECTED_ACCURACY`.
        analytics: the object of `merged_analytics.json`.
    """
    largest_first = accuracy.sort_values(["tracks", "class_group"], ascending=[False, True])
    named = len(accuracy) > 1
    estimated = [_estimate(row, named) for row in largest_first.to_dict("records") if _is_estimated(row)]
    doubts = [
        f"uncertain: {row['why']}" + (f" ({row['class_group']})" if named else "")
        for row in largest_first.to_dict("records")
        if not row["supported"] and row["tracks"] > 1
    ]
    if origin.missed:
        doubts.append(origin.missed)
    return Heading(origin, _shortened(estimated), _shortened(doubts), _notes(origin, analytics))


def _is_estimated(row: Mapping[Any, Any]) -> bool:
    return bool(pd.notna(row["expected_precision"]))


def _estimate(row: Mapping[Any, Any], named: bool) -> str:
    recall = row["expected_recall"]
    more = f", recall {recall:.2f}" if pd.notna(recall) else ""
    group = f" ({row['class_group']})" if named else ""
    return f"estimated precision {row['expected_precision']:.2f}{more}{group}"


def _shortened(sentences: list[str]) -> list[str]:
    left_out = len(sentences) - _MAX_CLASSES
    if left_out <= 0:
        return sentences
    return [*sentences[:_MAX_CLASSES], f"and {left_out} more in reid/expected_accuracy.csv"]


def _notes(origin: Origin, analytics: Mapping[str, Any]) -> list[str]:
    videos: Mapping[str, int] = analytics["identities_by_video"]
    total, notes = len(videos), []
    if empty := [name for name, count in videos.items() if not count]:
        notes.append(
            f"{total - len(empty)} of {total} videos have identities. Without: {_listed(empty)}. "
            "Nobody was tracked there, only other classes than the wanted ones, or no crop could be used."
        )
    without = sorted(set(origin.without_clock) & set(videos))
    if without and len(without) == total:
        one = "The video has no clock" if total == 1 else "No video has a clock"
        notes.append(f"{one}: times count from the beginning of each video.")
    elif without:
        notes.append(
            f"{total - len(without)} of {total} videos have a clock. Without: {_listed(without)}. "
            "Their times count from their own beginning and are drawn in a chart of their own."
        )
    return notes


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MAX_NAMES
    return ", ".join(names[:_MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
