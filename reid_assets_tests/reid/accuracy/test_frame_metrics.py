"""Frame-level figures are those of TrackEval, and a track has the identity that its boxes lie on."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.accuracy.frame_matches import FrameMatches, box_overlaps, match_frames
from reid_assets.reid.accuracy.frame_metrics import RATIOS, frame_metrics
from reid_assets.reid.accuracy.ground_truth import read_ground_truth
from reid_assets.reid.accuracy.track_truth import track_truth

trackeval = pytest.importorskip("trackeval")
FRAMES = 40
_HEAD = ["frame", "id", "left", "top", "width", "height"]


def made_up_truth(noise: np.random.Generator) -> pd.DataFrame:
    """Walking boxes of targets, of distractors, and of rows that are marked as not to be judged."""
    kinds = {**dict.fromkeys(range(1, 8), (1, 1)), 20: (1, 8), 21: (1, 2), 22: (0, 1), 23: (1, 3)}
    rows = []
    for identity, (flag, kind) in kinds.items():
        first, last = sorted(noise.integers(1, FRAMES + 1, 2))
        x, y = noise.uniform(0, 500, 2)
        for frame in range(first, last + 1):
            rows.append((frame, identity, round(x + 3 * frame, 2), round(y, 2), 40.0, 90.0, flag, kind, 1))
    return pd.DataFrame(rows, columns=[*_HEAD, "flag", "class", "seen"])


def made_up_results(truth: pd.DataFrame, noise: np.random.Generator) -> pd.DataFrame:
    """The same boxes shifted, some missing, some invented, with ids that are joined and split."""
    found = truth[noise.random(len(truth)) < 0.85].copy()
    found[["left", "top"]] += noise.normal(0, 6, (len(found), 2)).round(2)
    found["id"] = np.where(found["id"].isin([1, 2]) & (found["frame"] > 20), 99, found["id"])
    found["id"] = np.where((found["id"] == 3) & (found["frame"] % 7 > 3), 98, found["id"])
    invented = found.sample(12, random_state=1).assign(
        id=range(200, 212), left=lambda rows: rows["left"] + 300
    )
    both = pd.concat([found, invented]).drop_duplicates(["frame", "id"])
    return both.assign(conf=0.9, a=-1, b=-1, c=-1)[[*_HEAD, "conf", "a", "b", "c"]]


@pytest.fixture
def sequences(tmp_path: Path) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Three videos on disk as TrackEval documents it, and the three as one sequence."""
    noise = np.random.default_rng(5)
    made = {}
    for name in ("a", "b", "c"):
        truth = made_up_truth(noise)
        made[name] = (truth, made_up_results(truth, noise))
    shifted = [
        [rows.assign(frame=rows["frame"] + number * FRAMES) for number, rows in enumerate(side)]
        for side in zip(*made.values(), strict=True)
    ]
    made["whole"] = (pd.concat(shifted[0]), pd.concat(shifted[1]))
    for name, (truth, results) in made.items():
        length = FRAMES * (3 if name == "whole" else 1)
        for path, rows in (
            ("gt/" + name + "/gt/gt.txt", truth),
            ("trackers/ours/data/" + name + ".txt", results),
        ):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            rows.to_csv(tmp_path / path, index=False, header=False)
        (tmp_path / "gt" / name / "seqinfo.ini").write_text(f"[Sequence]\nname={name}\nseqLength={length}\n")
    with (tmp_path / "seqmap.txt").open("w") as stream:
        csv.writer(stream).writerows([["name"], *([name] for name in made)])
    return made


def by_trackeval(folder: Path) -> dict[str, dict[str, dict]]:
    """TrackEval's figures of each sequence, by its own way from files to results."""
    dataset = trackeval.datasets.MotChallenge2DBox(
        {
            "GT_FOLDER": str(folder / "gt"),
            "TRACKERS_FOLDER": str(folder / "trackers"),
            "SEQMAP_FILE": str(folder / "seqmap.txt"),
            "SKIP_SPLIT_FOL": True,
            "PRINT_CONFIG": False,
        }
    )
    quiet = {"PRINT_RESULTS": False, "PRINT_CONFIG": False, "TIME_PROGRESS": False, "PLOT_CURVES": False}
    evaluator = trackeval.Evaluator({**quiet, "OUTPUT_SUMMARY": False, "OUTPUT_DETAILED": False})
    metrics = [trackeval.metrics.HOTA(), trackeval.metrics.CLEAR(), trackeval.metrics.Identity()]
    results, _ = evaluator.evaluate([dataset], metrics)
    return {name: found["pedestrian"] for name, found in results["MotChallenge2DBox"]["ours"].items()}


def ours(folder: Path, name: str, results: pd.DataFrame) -> FrameMatches:
    truth = read_ground_truth(folder / "gt" / name / "gt" / "gt.txt")
    rows = pd.DataFrame(
        {"frame": results["frame"] - 1, "track_id": results["id"], "global_id": results["id"]}
    )
    rows = rows.assign(x1=results["left"], y1=results["top"])
    return match_frames(
        name, truth, rows.assign(x2=rows["x1"] + results["width"], y2=rows["y1"] + results["height"])
    )


def test_the_figures_are_those_of_trackeval_on_the_same_files(
    tmp_path: Path, sequences: dict[str, tuple[pd.DataFrame, pd.DataFrame]]
) -> None:
    expected = by_trackeval(tmp_path)
    matches = {name: ours(tmp_path, name, results) for name, (_, results) in sequences.items()}
    figures = {name: frame_metrics([one]) for name, one in matches.items()}
    figures["whole"] = frame_metrics([matches[name] for name in ("a", "b", "c")])
    for name, found in figures.items():
        said = expected[name]
        hota = {key: float(np.mean(said["HOTA"][key])) for key in ("HOTA", "DetA", "AssA")}
        rest = {key: said["Identity"][key] for key in ("IDF1", "IDP", "IDR")} | {
            "MOTA": said["CLEAR"]["MOTA"]
        }
        assert {key: found[key] for key in RATIOS} == pytest.approx(hota | rest, abs=1e-12), name
        assert 0.1 < found["HOTA"] < 0.95, "the made-up results are neither perfect nor hopeless"
        counts = (said["CLEAR"]["IDSW"], said["CLEAR"]["CLR_FP"], said["CLEAR"]["CLR_FN"])
        assert (found["IDSW"], found["FP"], found["FN"]) == counts
        assert found["boxes"] == said["Count"]["Dets"] and found["true_boxes"] == said["Count"]["GT_Dets"]


def test_whoever_gets_another_id_in_every_video_is_perfect_in_each_and_not_across(tmp_path: Path) -> None:
    matches = []
    for number, name in enumerate("ab"):
        path = tmp_path / f"{name}.txt"
        path.write_text("1,7,0,0,40,90,1,1,1\n2,7,0,0,40,90,1,1,1\n")
        rows = pd.DataFrame({"frame": [0, 1], "track_id": 3, "global_id": number, "x1": 0.0, "y1": 0.0})
        matches.append(match_frames(name, read_ground_truth(path), rows.assign(x2=40.0, y2=90.0)))
    assert [frame_metrics([one])["HOTA"] for one in matches] == [1.0, 1.0]
    across = frame_metrics(matches)
    assert (across["IDF1"], across["AssA"], across["DetA"], across["IDSW"]) == (0.5, 0.5, 1.0, 1)
    assert track_truth(matches).to_dict("records") == [
        {"video": video, "track_id": 3, "identity": "7", "boxes": 2, "matched": 2, "others": 0}
        for video in "ab"
    ]


def test_a_track_that_changes_over_is_of_whom_it_follows_longer(tmp_path: Path) -> None:
    lines = [f"{frame},{1 if frame < 7 else 2},0,0,40,90,1,1,1" for frame in range(1, 11)]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    rows = pd.DataFrame({"frame": range(30), "track_id": 5, "global_id": 0, "x1": 0.0, "y1": 0.0})
    truth, rows = read_ground_truth(tmp_path / "a.txt"), rows.assign(x2=40.0, y2=90.0)
    (found,) = track_truth([match_frames("a", truth, rows[:12])]).to_dict("records")
    assert (found["identity"], found["matched"], found["others"], found["boxes"]) == ("1", 6, 4, 12)
    assert not len(track_truth([match_frames("a", truth, rows)])), "most of its boxes are on nobody"


def test_overlaps_of_boxes_without_area_are_zero() -> None:
    boxes = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [3, 3, 3, 3], [9, 9, 1, 1]])
    found = box_overlaps(boxes, boxes)
    assert found[0, 0] == 1.0 and found[0, 1] == pytest.approx(1 / 3)
    assert not found[2:].any() and not found[:, 2:].any()
    assert box_overlaps(boxes[:0], boxes).shape == (0, 4)
