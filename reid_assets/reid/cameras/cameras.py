"""Which camera each video is of: what people say, else what names and backgrounds tell.

What people say (cameras.yaml, summary.json) always holds; the rest is `guess.py`. Guessed cameras serve to
take off what a camera does to the vectors, and never forbid a link.
"""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from reid_assets.reid.cameras.background import Background
from reid_assets.reid.cameras.guess import NOTHING, Assignment, CameraGuess
from reid_assets.reid.core.clocks import VideoClock
from reid_assets.reid.core.tables import VIDEO, Column, Table

CAMERAS = Table(
    "cameras",
    (
        VIDEO,
        Column("camera", "text", "Name of its camera."),
        Column(
            "source", "text", "`cameras.yaml`, `summary.json`; guessed by `name`, `background`; or `own`."
        ),
        Column("confidence", "float", "How sure that is, 0..1; 1 where people said it."),
        Column("reason", "text", "Why, in words."),
    ),
)


def assign_cameras(
    clocks: Mapping[str, VideoClock], backgrounds: Mapping[str, Background], guess: bool = True
) -> pd.DataFrame:
    """Rows of `CAMERAS`, one a video, by name.

    Args:
        clocks: of every video: what people say of its camera.
        backgrounds: of those videos that were embedded with their pictures at hand.
        guess: whether names and backgrounds are asked; otherwise a video without a stated camera has its own.
    """
    found = {
        video: Assignment(clock.camera, clock.camera_source, 1.0, f"said in {clock.camera_source}")
        for video, clock in clocks.items()
        if clock.camera_source != "video"
    }
    if guess:
        found = CameraGuess(clocks, backgrounds, found).found
    else:
        alone = Assignment("", "own", NOTHING, "nobody says, and cameras.guess is false")
        found = {video: found.get(video, alone) for video in clocks}
    rows = [
        (video, found[video].camera or video, found[video].source, round(found[video].confidence, 2))
        + (found[video].reason,)
        for video in sorted(clocks)
    ]
    return CAMERAS.conform(pd.DataFrame(rows, columns=list(CAMERAS.header))) if rows else CAMERAS.empty()


def camera_of(table: pd.DataFrame) -> dict[str, str]:
    """Video -> camera, of rows of `CAMERAS`."""
    return dict(zip(table["video"], table["camera"], strict=True))


def describe(table: pd.DataFrame) -> str:
    """How many videos have a camera that is more than their own, in a line."""
    known = table[table["source"] != "own"]
    shared = []
    for camera, rows in known.groupby("camera", sort=True):
        if len(rows) > 1:
            source = Counter(rows["source"]).most_common(1)[0][0]
            names = ", ".join(rows["video"].iloc[:3]) + (", ..." if len(rows) > 3 else "")
            shared.append(f"{len(rows)} share {camera}: {names}, by {source}")
    more = f"; {len(shared) - 3} more" if len(shared) > 3 else ""
    told = f" ({'; '.join(shared[:3])}{more})" if shared else ""
    return f"{len(known)} of {len(table)} videos{told}"
