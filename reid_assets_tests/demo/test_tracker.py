"""The tracker makes the faults that real ones make, and the truth knows none of them."""

from collections import Counter

import numpy as np
import pytest

from reid_assets.demo.cameras import CAMERAS, HEIGHT, WIDTH
from reid_assets.demo.render import Sighting
from reid_assets.demo.tracker import HEADER, SimulatedTracker
from reid_assets.demo.visits import Visit

BOX = (200.0, 100.0, 260.0, 300.0)


def tracker(*identities: str) -> SimulatedTracker:
    visits = [Visit(identity, CAMERAS[0], 0.0, 100.0, (300.0, 300.0), 0.0) for identity in identities]
    return SimulatedTracker(visits, np.random.default_rng(3))


def watched(frames: int, *identities: str, visible: float = 1.0, inside: float = 1.0) -> SimulatedTracker:
    made = tracker(*identities)
    for frame in range(frames):
        made.observe(frame, [Sighting(visit, BOX, visible, inside) for visit in range(len(identities))])
    return made


def column(made: SimulatedTracker, name: str) -> list[str]:
    place = HEADER.split(",").index(name)
    return [row.split(",")[place] for row in made.rows]


def test_an_empty_picture_has_no_row_and_no_truth() -> None:
    made = tracker()
    made.observe(0, [])
    assert (made.rows, made.identity_of) == ([], {})


def test_every_row_has_a_cell_for_every_column() -> None:
    assert {len(row.split(",")) for row in watched(100, "ada").rows} == {len(HEADER.split(","))}


def test_each_walk_is_one_track_even_if_it_is_the_same_walker() -> None:
    made = watched(30, "ada", "ben", "ada")
    assert made.identity_of == {0: "ada", 1: "ben", 2: "ada"}


def test_the_first_detections_of_a_track_are_untracked() -> None:
    assert column(watched(20, "ada"), "track_id")[:4] == ["-1", "-1", "0", "0"]


def test_some_detections_are_missed_and_some_classes_flicker() -> None:
    made = watched(500, "ada", "rex")
    seen = Counter(zip(column(made, "track_id"), column(made, "class_name"), strict=True))
    assert 440 < seen["0", "person"] < 498
    assert 440 < seen["1", "dog"] < 498
    assert seen["0", "suitcase"] > 0
    assert seen["1", "cat"] > 0


def test_what_flickers_is_less_sure_so_that_the_sum_of_confidence_tells_the_class() -> None:
    made = watched(300, "ada")
    sums: Counter[str] = Counter()
    for name, conf in zip(column(made, "class_name"), column(made, "conf"), strict=True):
        sums[name] += float(conf)  # type: ignore[assignment]
    assert sums["person"] > 10 * sums["suitcase"]


def test_furniture_has_a_track_that_is_nobody() -> None:
    made = watched(100, "ada")
    plants = {
        t
        for t, n in zip(column(made, "track_id"), column(made, "class_name"), strict=True)
        if n == "potted plant"
    }
    tracked = plants - {"-1"}
    assert len(tracked) == 1
    assert not {int(track) for track in tracked} & made.identity_of.keys()


@pytest.mark.parametrize(("visible", "inside"), [(0.2, 1.0), (1.0, 0.3)])
def test_who_is_hidden_or_hardly_in_the_picture_is_not_detected(visible: float, inside: float) -> None:
    assert watched(50, "ada", visible=visible, inside=inside).identity_of == {}


def test_boxes_tremble_but_stay_about_the_picture() -> None:
    made = watched(200, "ada")
    edges = np.array([[float(row.split(",")[at]) for at in range(5, 9)] for row in made.rows])
    own = edges[np.array(column(made, "class_name")) == "person"]
    assert (own.std(axis=0) > 0.2).all()
    assert np.abs(own - BOX).max() < 15
    assert (edges >= -2).all()
    assert (edges[:, 2] <= WIDTH + 2).all()
    assert (edges[:, 3] <= HEIGHT + 2).all()
