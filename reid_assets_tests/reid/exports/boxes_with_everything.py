"""Boxes with all that a video can hold: flickering classes, gaps, doubles, and rows without identity."""

import numpy as np
import pandas as pd

from reid_assets.reid.exports.boxes import EXPORTED, FrameFacts, VideoBoxes

NAME = "cam=1 & <süd>, 50% \"x\" 'y'"
FACTS = FrameFacts(frames=30, fps=12.5, width=640, height=360, media="/videos/cam.mp4")
BIG = 2**53 + 1
_ROWS = [
    # frame, track, class_id, class, x1, y1, x2, y2, conf, global_id
    (0, 4, 0, "person", 10.1, 20.2, 50.3, 120.4, 0.1 + 0.2, 0),
    (1, 4, 0, "person", 11.0, 20.0, 51.0, 120.0, 0.9, 0),
    (1, 5, 7, 'né<k>"w"&', 200.0, 20.0, 251.5, 120.0, 0.5, BIG),
    (5, 4, 7, 'né<k>"w"&', 12.0, 20.0, 52.0, 120.0, np.nan, 0),
    (6, 4, 0, "person", 13.0, 20.0, 53.0, 120.0, 1.0, 0),
    (6, 9, 0, "person", 14.0, 20.0, 54.0, 120.0, 0.3, 0),
    (6, -1, 2, "car", 300.0, 20.0, 400.0, 120.0, 0.4, None),
    (7, 6, 2, "car", 300.0, 20.0, 400.0, 120.0, 0.4, None),
    (8, 4, 0, "person", 60.0, 20.0, 53.0, 120.0, 0.7, 0),
    (29, 4, 0, "person", 15.0, 20.0, 55.0, 120.0, 0.8, 0),
    (29, 4, 0, "person", 15.0, 20.0, 55.0, 120.0, 0.8, 0),
]
# Rows that formats of tracks hold: not untracked, not without an identity, not reversed, none twice.
KEPT = [0, 1, 2, 3, 4, 9]


def boxes_with_everything(name: str = NAME, facts: FrameFacts = FACTS) -> VideoBoxes:
    columns = ["frame", "track_id", "class_id", "class_name", "x1", "y1", "x2", "y2", "conf", "global_id"]
    rows = pd.DataFrame(_ROWS, columns=columns).assign(video=name)
    rows["global_id"] = pd.array([row[-1] for row in _ROWS], dtype="Int64")
    for column in set(EXPORTED.header) - set(rows.columns):
        rows[column] = np.nan
    return VideoBoxes(name, EXPORTED.conform(rows[EXPORTED.header]), facts)
