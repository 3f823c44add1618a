"""The demo world, made and run once for all tests through the command line; nobody changes it.

And who truly was where when in it, computed from truth.csv, tracks.csv and summary.json alone, without
anything of ours.
"""

import json

import pandas as pd
import pytest

from reid_assets.cli import cli
from reid_assets.layout import Layout

VIDEOS = ["entrance", "exit", "hall", "shop"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Four videos with everything made of them."""
    root = tmp_path_factory.mktemp("demo") / "cv"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME", raising=False)
        for name in ("REID_ROOT", "REID_CONFIG"):
            patch.setenv(name, "unset by the test")
        assert cli.main(["demo", "--root", str(root)], standalone_mode=False) == 0
    return Layout(root)


@pytest.fixture(scope="session")
def true_visits(demo: Layout) -> pd.DataFrame:
    """Columns `identity, video, enter, leave, dwell_s`, in order within each identity."""
    seen = []
    for video in VIDEOS:
        summary = json.loads(demo.summary(video).read_text())
        rows = pd.read_csv(demo.tracks(video)).query("track_id >= 0")
        frames = rows.groupby("track_id")["frame"].agg(["min", "max"]).reset_index()
        start = pd.Timestamp(summary["start_time"])
        for end in ("min", "max"):
            frames[end] = start + pd.to_timedelta(frames[end] / summary["fps"], unit="s")
        seen.append(frames.assign(video=video))
    truth = pd.read_csv(demo.root / "truth.csv")
    tracks = pd.concat(seen).merge(truth, on=["video", "track_id"], how="left")
    # The tracker also follows a thing that is nobody; it is one identity in the map.
    tracks["identity"] = tracks["identity"].fillna("nobody")
    tracks = tracks.sort_values(["identity", "min"], ignore_index=True)
    before = tracks.groupby("identity")
    same = (before["video"].shift() == tracks["video"]) & (
        tracks["min"] - before["max"].shift() <= pd.Timedelta(seconds=5)
    )
    visits = tracks.groupby([tracks["identity"], (~same).cumsum()], sort=False).agg(
        video=("video", "first"), enter=("min", "min"), leave=("max", "max")
    )
    visits = visits.reset_index(level=0).reset_index(drop=True)
    return visits.assign(dwell_s=(visits["leave"] - visits["enter"]).dt.total_seconds())
