"""What a person said holds in every map, by every method; what contradicts itself is told and left out."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.association.constraints.cannot_links import compile_constraints, count_violations
from reid_assets.reid.association.constraints.corrected_links import corrected_links
from reid_assets.reid.association.global_id_map import Association, associate
from reid_assets.reid.association.identity_rules import violations
from reid_assets.reid.association.linkage import average_linkage
from reid_assets.reid.association.sparse_linkage import sparse_average_linkage
from reid_assets.reid.core.corrections import Correction, Corrections, TrackRef
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.reid.association.test_sparse_linkage import (
    random_constraints,
    random_graph,
    random_travel,
)
from reid_assets_tests.support.synthetic_tracks import crowd, one_video, random_footage

AUTO, THRESHOLD = AssociateSettings(), AssociateSettings(method="threshold", min_sim=0.7)


def said(*lines: tuple) -> Corrections:
    """Corrections of `action, (video, track)…`, numbered from line 2 on."""
    return Corrections(
        tuple(
            Correction(action, *(TrackRef(*track) for track in tracks), line=number)
            for number, (action, *tracks) in enumerate(lines, start=2)
        )
    )


def random_corrections(draw: np.random.Generator, meta: pd.DataFrame, count: int) -> Corrections:
    rows = [draw.choice(len(meta), 2, replace=False) for _ in range(count)]
    track = lambda row: (str(meta["video"].iloc[row]), int(meta["track_id"].iloc[row]))  # noqa: E731
    return said(*((str(draw.choice(["same", "different"])), track(a), track(b)) for a, b in rows))


def identity(made: Association) -> dict[tuple[str, int], int]:
    keys = zip(made.id_map["video"], made.id_map["track_id"], strict=True)
    return dict(zip(keys, made.id_map["global_id"], strict=True))


@pytest.mark.parametrize("settings", [AUTO, THRESHOLD])
@pytest.mark.parametrize("seed", range(25))
def test_random_corrections_hold_or_are_told_and_no_rule_is_broken(seed, settings):
    draw = np.random.default_rng(seed)
    footage = random_footage(seed) if seed % 5 else crowd(30, 3, seed=seed)[0]
    meta = pd.concat([one.meta for one in footage.values()], ignore_index=True)
    corrections = random_corrections(draw, meta, int(draw.integers(1, 12)))
    made = associate(footage, settings, corrections=corrections)
    ids, told = identity(made), {line for problem in made.problems for line in problem.lines}
    held = 0
    for one in corrections.said:
        if one.line in told:
            continue
        a, b = (ids[track.video, track.track_id] for track in one.tracks())
        if (a == b) is (one.action == "same"):
            held += 1
        else:
            # Left out with the group that it is of, of which another line says why.
            assert made.problems, str(one)
    counts = made.report["corrections"]
    assert held >= counts["same"] + counts["different"]
    assert counts["same"] + counts["different"] + len(told) >= 1
    assert violations(made.id_map, settings).empty


def test_a_correction_changes_the_map_and_its_absence_brings_it_back():
    vectors = np.eye(4)[[0, 0, 1, 2]]
    footage = {f"v{i}": one_video(f"v{i}", vectors[i : i + 1]) for i in range(4)}
    plain = identity(associate(footage, THRESHOLD))
    assert plain["v0", 1] == plain["v1", 1] != plain["v2", 1]
    corrections = said(
        ("different", ("v0", 1), ("v1", 1)),
        ("same", ("v0", 1), ("v2", 1)),
        ("not_a_target", ("v3", 1)),
    )
    made = associate(footage, THRESHOLD, corrections=corrections)
    ids = identity(made)
    assert ids["v0", 1] == ids["v2", 1] != ids["v1", 1]
    assert ("v3", 1) not in ids
    assert made.report["corrections"] == {"same": 1, "different": 1, "not_a_target": 1}
    assert identity(associate(footage, THRESHOLD)) == plain


def test_what_follows_from_two_corrections_holds_too():
    """a is b, and b is not c: so a is not c, though a and c look exactly alike."""
    footage = {name: one_video(name, np.eye(3)[[0]]) for name in "abc"}
    made = associate(footage, THRESHOLD, corrections=said(
        ("same", ("a", 1), ("b", 1)), ("different", ("b", 1), ("c", 1))
    ))  # fmt: skip
    ids = identity(made)
    assert ids["a", 1] == ids["b", 1] != ids["c", 1]


def test_contradictions_are_told_by_line_and_only_their_group_is_left_uncorrected():
    vectors = np.eye(9)
    footage = {f"v{i}": one_video(f"v{i}", vectors[i : i + 1]) for i in range(9)}
    both = one_video("w", vectors[:2], spans=[(0, 50), (20, 70)])
    made = associate(footage | {"w": both}, THRESHOLD, corrections=said(
        ("same", ("v0", 1), ("v1", 1)),
        ("same", ("v1", 1), ("v2", 1)),
        ("different", ("v0", 1), ("v2", 1)),
        ("same", ("w", 1), ("w", 2)),
        ("same", ("v3", 1), ("v4", 1)),
        ("same", ("v5", 1), ("nobody", 3)),
    ))  # fmt: skip
    told = {problem.lines: str(problem) for problem in made.problems}
    assert set(told) == {(2, 3, 4), (5,), (7,)}
    assert told[2, 3, 4].startswith("lines 2, 3 and 4: v0:1 and v2:1 are said to be the same and different")
    assert "both are in frames 20 to 50 of one video. Delete the line." in told[5,]
    assert "nobody:3: no such track" in told[7,]
    ids = identity(made)
    assert ids["v3", 1] == ids["v4", 1], "other groups are corrected"
    assert len({ids[f"v{i}", 1] for i in range(3)}) == 3, "this one is as it would be without"
    assert made.report["corrections"]["same"] == 1


def test_a_contradiction_with_another_class_names_the_classes():
    footage = {
        "a": one_video("a", np.eye(2)[[0]], classes=["person"]),
        "b": one_video("b", np.eye(2)[[0]], classes=["car"]),
    }
    made = associate(footage, AUTO, corrections=said(("same", ("a", 1), ("b", 1))))
    assert "one is of class person, the other of class car" in str(made.problems[0])


@pytest.mark.parametrize("seed", range(80))
def test_many_tracks_are_clustered_under_corrections_as_few_are(seed):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(4, 40))
    graph = random_graph(draw, n, draw.choice([0.1, 0.4, 1.0]))
    constraints = random_constraints(draw, n, travel=random_travel(draw, n) if seed % 2 else None)
    meta = pd.DataFrame({"video": "v", "track_id": np.arange(n), "class_name": "person"})
    links = corrected_links(random_corrections(draw, meta, int(draw.integers(1, n))), meta, constraints)
    constraints = constraints.corrected(links.must, links.refused)
    rows = np.arange(n)
    sparse = sparse_average_linkage(graph, constraints, rows)
    dense = average_linkage(
        graph.toarray(), constraints.forbidden(rows, rows), threshold=1e-9, must=links.must
    )
    for threshold in (1e-9, 0.2, 0.5, np.inf):
        labels = sparse.cut(threshold)
        assert labels.tolist() == dense.cut(threshold).tolist()
        assert (labels[links.must[:, 0]] == labels[links.must[:, 1]]).all()
        assert count_violations(constraints, labels) == 0


def test_a_row_subset_sees_the_corrections_within_it():
    meta = one_video("v", np.eye(6), classes=["person", "car"] * 3).meta
    constraints = compile_constraints(meta, AUTO)
    constraints = dataclasses.replace(
        constraints, must=np.array([[0, 2], [1, 3]]), refused=np.array([[0, 4], [3, 5]])
    )
    rows = np.array([0, 2, 4])
    assert constraints.within(constraints.must, rows).tolist() == [[0, 1]]
    assert constraints.within(constraints.refused, rows).tolist() == [[0, 2]]
    never = constraints.forbidden(rows, rows)
    assert never[0, 2] and never[1, 2], "what is refused for one is refused for all that are one with it"


def test_a_corrected_track_is_as_sure_as_those_it_is_one_with():
    footage, truth = crowd(40, 3, seed=1)
    plain = associate(footage, AUTO)
    wrong = plain.id_map.merge(truth, on=["video", "track_id"])
    person = wrong.groupby("identity").filter(lambda rows: rows["global_id"].nunique() > 1)
    a, b = person[person["identity"] == person["identity"].iloc[0]].drop_duplicates("global_id").iloc[:2].T
    a, b = (person.loc[row, ["video", "track_id"]].tolist() for row in (a, b))
    made = associate(footage, AUTO, corrections=said(("same", tuple(a), tuple(b))))
    if made.problems:
        pytest.skip("the two are seen together")
    sure = made.evidence.set_index(["video", "track_id"])["confidence"]
    assert sure[tuple(a)] >= 0.5 and sure[tuple(b)] >= 0.5
