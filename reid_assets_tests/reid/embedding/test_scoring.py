from pathlib import Path

import numpy as np
import pytest

from reid_assets.reid.embedding.scoring import box_quality, occluded_share, visible_wh
from reid_assets_tests.support.synthetic_video import tracks_from

PICTURE = (640.0, 480.0)
FAR_BEHIND, IN_FRONT = (100, 100, 160, 260), (100, 140, 160, 300)


def _lines(*boxes: tuple[int, tuple[float, ...], float | str], frame: int = 0) -> list[str]:
    return [
        f"{frame},0,{track},0,person,{','.join(map(str, box))},,,{conf},,\n" for track, box, conf in boxes
    ]


def _quality(folder: Path, *boxes: tuple[int, tuple[float, ...], float | str]) -> np.ndarray:
    rows = tracks_from(folder, _lines(*boxes)).rows
    return box_quality(rows, np.flatnonzero(rows["usable"]), PICTURE)


def test_no_rows_have_no_quality(tmp_path: Path) -> None:
    rows = tracks_from(tmp_path, []).rows
    assert box_quality(rows, np.empty(0, np.int64), PICTURE).shape == (0,)


def test_a_sure_large_free_box_inside_the_picture_is_perfect(tmp_path: Path) -> None:
    assert _quality(tmp_path, (1, (100, 100, 200, 300), 1.0)) == pytest.approx([1.0])


def test_a_missing_confidence_counts_as_sure(tmp_path: Path) -> None:
    assert _quality(tmp_path, (1, (100, 100, 200, 300), "")) == pytest.approx([1.0])


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        ((1, (100.0, 100.0, 200.0, 300.0), 0.4), "less sure"),
        ((1, (100.0, 100.0, 130.0, 160.0), 0.9), "smaller"),
        ((1, (-50.0, 100.0, 50.0, 300.0), 0.9), "half outside"),
    ],
)
def test_each_flaw_costs_quality(tmp_path: Path, worse: tuple, why: str) -> None:
    assert _quality(tmp_path, worse) < _quality(tmp_path, (1, (100, 100, 200, 300), 0.9)), why


def test_a_box_in_front_hides_more_than_one_behind(tmp_path: Path) -> None:
    rows = tracks_from(tmp_path, _lines((1, FAR_BEHIND, 0.9), (2, IN_FRONT, 0.9))).rows
    behind, front = occluded_share(rows, np.array([0, 1]))
    assert behind == pytest.approx(120 / 160)
    assert 0.0 < front < behind


def test_a_box_mostly_hidden_is_worth_nothing_since_it_shows_somebody_else(tmp_path: Path) -> None:
    assert _quality(tmp_path, (1, FAR_BEHIND, 0.9), (2, IN_FRONT, 0.9))[0] == 0.0


def test_boxes_of_other_frames_hide_nothing(tmp_path: Path) -> None:
    lines = _lines((1, FAR_BEHIND, 0.9)) + _lines((2, IN_FRONT, 0.9), frame=1)
    assert occluded_share(tracks_from(tmp_path, lines).rows, np.array([0, 1])).tolist() == [0.0, 0.0]


def test_a_second_untracked_detection_of_the_same_thing_hides_nothing(tmp_path: Path) -> None:
    same = (101, 101, 161, 259)
    rows = tracks_from(tmp_path, _lines((1, FAR_BEHIND, 0.9), (-1, same, 0.4))).rows
    assert occluded_share(rows, np.array([0])).tolist() == [0.0]


def test_an_untracked_box_elsewhere_on_it_does_hide(tmp_path: Path) -> None:
    rows = tracks_from(tmp_path, _lines((1, FAR_BEHIND, 0.9), (-1, (100, 200, 160, 300), 0.4))).rows
    assert occluded_share(rows, np.array([0])) == pytest.approx([60 / 160])


def test_unreadable_and_reversed_boxes_hide_nothing(tmp_path: Path) -> None:
    nan, reversed_box = ("nan",) * 4, (160, 300, 100, 140)
    rows = tracks_from(tmp_path, _lines((1, FAR_BEHIND, 0.9), (2, nan, 0.9), (3, reversed_box, 0.9))).rows  # type: ignore[arg-type]
    assert occluded_share(rows, np.array([0])).tolist() == [0.0]


def test_what_covers_agrees_with_a_plain_loop_over_pairs(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    lines = []
    for track in range(40):
        x, y = random.uniform(0, 400, 2)
        box = (x, y, x + random.uniform(20, 90), y + random.uniform(40, 200))
        lines += _lines((track, box, 0.9), frame=int(random.integers(0, 4)))
    rows = tracks_from(tmp_path, lines).rows
    expected = np.zeros(len(rows))
    for a in rows.itertuples():
        for b in rows.itertuples():
            if a.Index != b.Index and a.frame == b.frame:
                wide = max(0.0, min(a.x2, b.x2) - max(a.x1, b.x1))
                high = max(0.0, min(a.y2, b.y2) - max(a.y1, b.y1))
                share = wide * high / ((a.x2 - a.x1) * (a.y2 - a.y1))
                expected[a.Index] += share * (0.3 if b.y2 < a.y2 else 1.0)
    assert occluded_share(rows, np.arange(len(rows))) == pytest.approx(np.minimum(expected, 1.0))
    assert expected.max() > 0.5


def test_only_the_part_inside_the_picture_is_visible() -> None:
    boxes = np.array([[-10.0, -10.0, 30.0, 20.0], [630.0, 470.0, 700.0, 500.0], [700.0, 0.0, 800.0, 9.0]])
    assert visible_wh(boxes, PICTURE).tolist() == [[30.0, 20.0], [10.0, 10.0], [0.0, 9.0]]
