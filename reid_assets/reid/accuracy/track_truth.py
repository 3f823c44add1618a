"""The true identity of each track, from boxes that match the ground truth frame by frame."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import pandas as pd

from reid_assets.reid.accuracy.frame_matches import FrameMatches, best_pairs

# A track of which fewer boxes lie on somebody is of nobody.
MATCHED_SHARE = 0.5
COLUMNS = ["video", "track_id", "identity", "boxes", "matched", "others"]


def track_truth(videos: Iterable[FrameMatches]) -> pd.DataFrame:
    """The identity that most boxes of each track lie on.

    Returns:
        `COLUMNS`, one row a track of which at least half the boxes lie on somebody: `identity` a text,
        `boxes` number of its boxes, `matched` of those on this identity, `others` of those on other ones (the
        tracker took several for one there, which no identity map can mend).
    """
    rows = []
    for video in videos:
        boxes: Counter[int] = Counter()
        hits: dict[int, Counter[int]] = defaultdict(Counter)
        for true_ids, tracks, overlap in zip(video.true_ids, video.tracks, video.overlaps, strict=True):
            boxes.update(tracks.tolist())
            for row, column in zip(*best_pairs(overlap), strict=True):
                hits[int(tracks[column])][int(true_ids[row])] += 1
        for track in sorted(hits):
            total = hits[track].total()
            if total < MATCHED_SHARE * boxes[track]:
                continue
            identity, matched = min(hits[track].items(), key=lambda pair: (-pair[1], pair[0]))
            rows.append((video.video, track, str(identity), boxes[track], matched, total - matched))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"video": "str", "identity": "str"})
