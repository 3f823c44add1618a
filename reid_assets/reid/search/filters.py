"""Which tracks a search asks for: by camera, time and class."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from reid_assets.reid.core.clocks import Clocks


@dataclass(frozen=True)
class Filters:
    """What a track must be; None or empty: anything.

    Attributes:
        cameras: its camera, or its video's name.
        start, end: moments with a zone; the track must be seen between them. A track of a video without a
            clock is not.
        classes: its class.
    """

    cameras: frozenset[str] = frozenset()
    start: datetime | None = None
    end: datetime | None = None
    classes: frozenset[str] = frozenset()

    def allow(self, tracks: pd.DataFrame, clocks: Clocks) -> np.ndarray:
        """Bool (n,): which tracks are asked for.

        Args:
            tracks: `video, track_id, class_name, f_min, f_max`, one row a track.
        """
        allowed = np.ones(len(tracks), dtype=bool)
        if self.cameras:
            named = clocks.cameras()
            camera = tracks["video"].map(lambda video: named.get(video, video))
            allowed &= (camera.isin(self.cameras) | tracks["video"].isin(self.cameras)).to_numpy()
        if self.classes:
            allowed &= tracks["class_name"].isin(self.classes).to_numpy()
        if self.start or self.end:
            clock = clocks.table().set_index("video").reindex(tracks["video"])
            begin, fps = clock["start_s"].to_numpy(), clock["fps"].to_numpy(dtype=np.float64)
            first, last = (begin + tracks[column].to_numpy() / fps for column in ("f_min", "f_max"))
            known = np.isfinite(first) & np.isfinite(last)
            allowed &= known
            if self.start:
                allowed &= ~known | (last >= self.start.timestamp())
            if self.end:
                allowed &= ~known | (first <= self.end.timestamp())
        return allowed
