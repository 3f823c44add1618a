"""`reid-assets evaluate --ground-truth` on a finished root: figures, errors, and the page with pictures."""

import json
import sys
from pathlib import Path

import pytest

from reid_assets.layout import Layout
from reid_assets.storage.id_map_file import read_map
from reid_assets_tests.support.cli_calls import Cli

pytest.importorskip("trackeval")


@pytest.fixture
def ground_truth(finished: Cli, tmp_path: Path) -> Path:
    """The map itself, written as ground truth."""
    assert finished("export", "--to", "mot", "--out", str(tmp_path / "gt")).code == 0
    return tmp_path / "gt"


def relabel(folder: Path, video: str, before: int, after: int) -> None:
    """Give the boxes of one identity of a video another one."""
    path = folder / video / "gt" / "gt.txt"
    rows = [line.split(",") for line in path.read_text().splitlines()]
    renamed = [[row[0], str(after) if row[1] == str(before) else row[1], *row[2:]] for row in rows]
    path.write_text("".join(",".join(row) + "\n" for row in renamed))


def figures(cli: Cli, folder: Path, *more: str) -> dict:
    called = cli("evaluate", "--ground-truth", str(folder), "--json", *more)
    assert called.code == 0, called.said
    return json.loads(called.out)


def test_a_perfect_map_scores_one_everywhere(finished: Cli, ground_truth: Path) -> None:
    found = figures(finished, ground_truth)
    assert set(found["by_video"]) == set("abcde")
    for one in (found["across_videos"], *found["by_video"].values()):
        assert {one[name] for name in ("HOTA", "DetA", "AssA", "IDF1", "MOTA")} == {1.0}
        assert (one["FP"], one["FN"], one["IDSW"]) == (0, 0, 0)
    assert found["tracks"]["pairwise_f1"] == 1.0
    assert found["errors"] == {"merged": [], "split": [], "mixed_tracks": []}


def test_a_merge_and_a_split_are_both_on_the_page(finished: Cli, ground_truth: Path, tmp_path: Path) -> None:
    id_map = read_map(Layout(finished.root))
    shared = [number for number, rows in id_map.groupby("global_id") if {"a", "b"} <= set(rows["video"])]
    one, other = int(shared[0]), int(shared[1])
    # In video b the truth says that the two have changed places: each is split, and each identity is a merge.
    relabel(ground_truth, "b", one, 777)
    relabel(ground_truth, "b", other, one)
    relabel(ground_truth, "b", 777, other)
    page = tmp_path / "errors.html"
    found = figures(finished, ground_truth, "--page", str(page))
    assert found["across_videos"]["IDF1"] < 1.0 and found["by_video"]["b"]["IDF1"] == 1.0
    assert {error["global_id"] for error in found["errors"]["merged"]} == {one, other}
    assert {error["identity"] for error in found["errors"]["split"]} == {str(one), str(other)}
    html = page.read_text()
    merged, split = html.index('id="merged"'), html.index('id="split"')
    for number in (one, other):
        assert f"Identity {number}:" in html[merged:split]
        assert f"True identity {number}:" in html[split:]
    assert html.count("data:image/jpeg;base64,") >= 8
    assert "http" not in html.replace('http-equiv="', ""), "nothing is fetched"


def test_the_page_escapes_names(finished: Cli, tmp_path: Path) -> None:
    tracks = read_map(Layout(finished.root))[["video", "track_id"]]
    evil = "<script>alert(1)</script>"
    truth = tracks.assign(identity=[evil if number % 2 else "x" for number in range(len(tracks))])
    truth.to_csv(tmp_path / "truth.csv", index=False)
    page = tmp_path / "errors.html"
    assert finished("evaluate", "--truth", str(tmp_path / "truth.csv"), "--page", str(page)).code == 0
    html = page.read_text()
    assert evil not in html and "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_videos_without_ground_truth_are_said_and_not_judged(finished: Cli, ground_truth: Path) -> None:
    (ground_truth / "c" / "gt" / "gt.txt").unlink()
    (ground_truth / "d").rename(ground_truth / "elsewhere")
    found = figures(finished, ground_truth)
    assert set(found["by_video"]) == {"a", "b", "e"}
    assert any("2 videos have no ground truth and are not judged: c, d." in note for note in found["notes"])
    assert any("no video of this root: c, elsewhere." in note for note in found["notes"])


def test_ground_truth_that_shares_no_identity_is_noticed(finished: Cli, ground_truth: Path) -> None:
    assert figures(finished, ground_truth)["notes"] == []
    for place, video in enumerate("abcde", 1):
        for number in set(read_map(Layout(finished.root))["global_id"].tolist()):
            relabel(ground_truth, video, number, 100 * place + number)
    assert any("is in two videos" in note for note in figures(finished, ground_truth)["notes"])


def test_a_camera_with_several_videos_has_figures_of_its_own(finished: Cli, ground_truth: Path) -> None:
    for video in "ce":
        path = finished.root / video / "summary.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"camera": "east <1>"}))
    assert finished.run().code == 0
    found = figures(finished, ground_truth)
    assert set(found["by_camera"]) == {"east <1>"}
    boxes = [found["by_video"][video]["boxes"] for video in "ce"]
    assert found["by_camera"]["east <1>"]["boxes"] == sum(boxes)


def test_without_trackeval_the_message_says_how_to_install_it(
    finished: Cli, ground_truth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trackeval", None)
    called = finished("evaluate", "--ground-truth", str(ground_truth))
    assert called.code == 2 and called.lines("pip install 'reid-assets[trackeval]'")


def test_what_contradicts_itself_is_refused(finished: Cli, ground_truth: Path) -> None:
    assert finished("evaluate").code == 2
    assert finished("evaluate", "--truth", "x.csv", "--ground-truth", str(ground_truth)).code == 2
    assert finished("evaluate", "--truth", "x.csv", "--class", "car").code == 2
    inside = finished(
        "evaluate", "--ground-truth", str(ground_truth), "--page", str(finished.root / "x.html")
    )
    assert inside.code == 2 and inside.lines("belongs outside")
    called = finished("evaluate", "--ground-truth", str(ground_truth), "--class", "giraffe")
    assert called.code == 1 and called.lines("no box of the classes to judge (giraffe)")
