"""The demo's world as MOTChallenge files: brought in, it gives the demo's own ids."""

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import call
from reid_assets_tests.support.demo_root import VIDEOS

CONFIG = Path(__file__).parents[1] / "configs" / "cv" / "demo.yaml"
_COMPARED = ["frame", "track_id", "class_id", "class_name", "x1", "y1", "x2", "y2", "conf"]


def as_sequence(demo: Layout, video: str, folder: Path) -> None:
    """A video's tracks as a MOTChallenge sequence with labels.txt, and the video beside under its name."""
    rows = pd.read_csv(demo.tracks(video), dtype=str, keep_default_na=False)
    (folder / video / "gt").mkdir(parents=True)
    names = dict(zip(rows["class_id"].astype(int), rows["class_name"], strict=True))
    labels = [names.get(number, f"unused {number}") for number in range(max(names) + 1)]
    (folder / video / "gt" / "labels.txt").write_text("\n".join(labels) + "\n")
    lines = [
        f"{int(r.frame) + 1},{r.track_id},{r.x1},{r.y1},{Decimal(r.x2) - Decimal(r.x1)},"
        f"{Decimal(r.y2) - Decimal(r.y1)},{r.conf},{int(r.class_id) + 1},1"
        for r in rows.itertuples()
    ]
    (folder / video / "gt" / "gt.txt").write_text("\n".join(lines) + "\n")
    summary = json.loads(demo.summary(video).read_text())
    (folder / video / "seqinfo.ini").write_text(f"[Sequence]\nname={video}\nframeRate={summary['fps']}\n")
    (folder / f"{video}.mp4").symlink_to(demo.analysis(video))


@pytest.mark.long
def test_the_demo_brought_in_from_mot_files_gives_the_same_ids(demo: Layout, tmp_path: Path) -> None:
    root = Layout(tmp_path / "cv")
    for video in VIDEOS:
        as_sequence(demo, video, tmp_path / "mot")
        # MOTChallenge has neither clocks nor cameras; these are what the user adds.
        known = json.loads(demo.summary(video).read_text())
        root.video(video).mkdir(parents=True)
        said = {key: known[key] for key in ("start_time", "camera")}
        root.summary(video).write_text(json.dumps(said))
    brought = call("import", str(tmp_path / "mot"), "--root", str(root.root), "--config", str(CONFIG))
    assert brought.code == 0 and brought.lines("Brought in: 4, failed: 0."), brought.said
    for video in VIDEOS:
        assert root.analysis(video).samefile(demo.analysis(video))
        before, after = (pd.read_csv(layout.tracks(video)) for layout in (demo, root))
        pd.testing.assert_frame_equal(after, before[_COMPARED], check_exact=True, check_dtype=False)
    assert call("run", "--root", str(root.root), "--config", str(CONFIG)).code == 0
    expected, found = (pd.read_csv(layout.global_id_map) for layout in (demo, root))
    columns = ["video", "track_id", "class_name", "global_id"]
    pd.testing.assert_frame_equal(found[columns], expected[columns])
