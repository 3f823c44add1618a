"""One HTML page of where a map is wrong: figures, and pictures of what was wrongly joined and wrongly split.

It is complete in itself and opens from disk. Names are untrusted text, and the template escapes them.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import jinja2

from reid_assets.reid.accuracy.identity_errors import IdentityError, IdentityErrors, Track

MOST_ERRORS = 40  # of each kind, those with the most pairs
MOST_PARTS = 8  # of one error
MOST_TRACKS = 6  # of one part

Picture = Callable[[Track], bytes | None]


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        truth: what was compared with, in words.
        root: name of the root's folder.
        made: time, UTC.
        figures: name -> value, of everything together; ratios and counts.
        by_video: (name of a video or camera, its figures); empty without frame-level ground truth.
        errors: where the map is wrong.
        mixed_tracks: (video, track, boxes, boxes on others): of the tracker's own errors.
        notes: what the reader should know, one sentence each.
    """

    truth: str
    root: str
    made: str
    figures: Mapping[str, float]
    by_video: Sequence[tuple[str, Mapping[str, float]]]
    errors: IdentityErrors
    mixed_tracks: Sequence[tuple[str, int, int, int]] = ()
    notes: Sequence[str] = field(default_factory=tuple)


def error_page(found: Evaluation, picture: Picture) -> bytes:
    """The page.

    Args:
        found: the evaluation.
        picture: JPEG bytes of a track, square; None where none is kept.
    """
    source = files(__package__) / "templates"
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["figure"] = written
    page = environment.from_string((source / "errors.html").read_text(encoding="utf-8"))
    kinds = [
        ("merged", found.errors.merges, "identity", "true identity"),
        ("split", found.errors.splits, "true identity", "identity"),
    ]
    return page.render(
        found=found,
        # Our own text, of which nothing is to be escaped.
        css=(source / "report.css").read_text(encoding="utf-8"),
        sections=[
            {
                "kind": kind,
                "count": len(errors),
                "pairs": sum(error.pairs for error in errors),
                "whole": whole,
                "part": part,
                "shown": [_shown(error, picture) for error in errors[:MOST_ERRORS]],
            }
            for kind, errors, whole, part in kinds
        ],
        columns=list(found.by_video[0][1]) if found.by_video else [],
    ).encode()


def written(value: float) -> str:
    """A ratio with three decimals, a count with separators."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _shown(error: IdentityError, picture: Picture) -> dict[str, Any]:
    parts = [
        {
            "name": part.name,
            "count": len(part.tracks),
            "tracks": [
                (f"{track[0]}:{track[1]}", _inline(picture(track))) for track in part.tracks[:MOST_TRACKS]
            ],
            "more": max(0, len(part.tracks) - MOST_TRACKS),
        }
        for part in error.parts[:MOST_PARTS]
    ]
    return {
        "name": error.name,
        "pairs": error.pairs,
        "parts": parts,
        "more": max(0, len(error.parts) - MOST_PARTS),
    }


def _inline(jpeg: bytes | None) -> str | None:
    return None if jpeg is None else f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
