"""Which questions are still open once some are answered: neither said, nor implied by what was said."""

import networkx as nx
import numpy as np
import pandas as pd

from reid_assets.reid.core.corrections import Corrections, TrackRef


def still_open(queue: pd.DataFrame, corrections: Corrections) -> pd.DataFrame:
    """The questions of a queue that what was said does not answer, in their order.

    `same` answers through other tracks: of three that are one, the third pair need not be asked.
    `different` holds between all that are one with either track.

    Args:
        queue: rows of `REVIEW_QUEUE`.
        corrections: all that was said.
    """
    nobody = corrections.not_targets()
    graph = nx.Graph()
    graph.add_edges_from(one.tracks() for one in corrections.of("same"))
    group = {track: number for number, part in enumerate(nx.connected_components(graph)) for track in part}
    refused = {
        frozenset((group.get(one.a, one.a), group.get(other, other)))
        for one in corrections.of("different")
        if (other := one.b) is not None
    }

    def is_open(row: tuple[str, int, str, int]) -> bool:
        a, b = TrackRef(row[0], int(row[1])), TrackRef(row[2], int(row[3]))
        ends = frozenset((group.get(a, a), group.get(b, b)))
        return len(ends) == 2 and ends not in refused and not {a, b} & nobody

    pairs = queue[["video_a", "track_a", "video_b", "track_b"]].itertuples(index=False, name=None)
    return queue[np.array([is_open(row) for row in pairs], dtype=bool)]
