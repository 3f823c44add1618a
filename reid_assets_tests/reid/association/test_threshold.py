"""Method `threshold` by components: the same as all pairs at once, in bounded memory."""

import subprocess
import sys

import numpy as np
import pytest

from reid_assets.reid.association.constraints.cannot_links import compile_constraints
from reid_assets.reid.association.constraints.told_links import carry_over
from reid_assets.reid.association.linkage import average_linkage
from reid_assets.reid.association.threshold import cluster_by_threshold
from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.synthetic_tracks import random_footage

_MEGABYTES = 1500
_LARGE = """
from pathlib import Path
import numpy as np
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.synthetic_tracks import one_video, unit

looks = unit(np.random.default_rng(0).normal(size=(20_000, 32)))
video = one_video("v", looks, [(k % 5, k % 5) for k in range(len(looks))])
found = associate({"v": video}, AssociateSettings(method="threshold", min_sim=0.7))
# Not ru_maxrss: a child process starts with the peak of its parent.
peak = next(line.split()[1] for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))
print(found.report["identities"], int(peak) // 1024)
"""


@pytest.mark.parametrize("seed", range(40))
def test_components_are_clustered_as_all_pairs_at_once(seed: int) -> None:
    draw = np.random.default_rng(seed)
    settings = AssociateSettings(method="threshold", allow_merge_same_video=bool(seed % 2))
    tracks = assemble(random_footage(seed, videos=4, per_video=8, dim=5))
    constraints, min_sim = compile_constraints(tracks.meta, settings), float(draw.uniform(-0.2, 0.9))
    if seed % 3 == 0:
        pairs = draw.integers(0, len(tracks), (4, 2))
        allowed = ~np.array([constraints.forbidden(pair[:1], pair[1:])[0, 0] for pair in pairs])
        used = np.unique(pairs[allowed].ravel(), return_counts=True)[1]
        if (used == 1).all():
            constraints = constraints.corrected(pairs[allowed], np.empty((0, 2), dtype=np.int64))
    expected = np.arange(len(tracks))
    for rows in constraints.blocks():
        must, never = constraints.within(constraints.must, rows), constraints.forbidden(rows, rows)
        cosine = carry_over(tracks.vectors[rows] @ tracks.vectors[rows].T, must)
        expected[rows] = rows[average_linkage(cosine, never, min_sim, must).cut(min_sim)]
    found = cluster_by_threshold(tracks, constraints, min_sim).labels
    assert (np.equal.outer(found, found) == np.equal.outer(expected, expected)).all()


def test_twenty_thousand_tracks_in_five_frames_take_bounded_memory() -> None:
    said = subprocess.run([sys.executable, "-c", _LARGE], capture_output=True, text=True, check=True).stdout
    identities, megabytes = map(int, said.split())
    assert identities == 20_000 and megabytes < _MEGABYTES
