"""Additions to a map: what a full pass promises holds for them too, and what they touch not stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from reid_assets.reid.association.global_id_map import Association
from reid_assets.reid.association.identity_rules import violations
from reid_assets.reid.core.clocks import Clocks, VideoClock
from reid_assets.reid.core.corrections import Correction, Corrections, TrackRef
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.growing_archive import SETTINGS, GrowingArchive
from reid_assets_tests.support.labelled_tracks import labelled, needs_labelled
from reid_assets_tests.support.synthetic_tracks import one_video, pairwise_f1, unit

_PEOPLE, _DIM = 40, 128
_LOOKS = unit(np.random.default_rng(0).normal(size=(2 * _PEOPLE, _DIM)))


def footage(name: str, seed: int, noise: float = 0.5, tracks: int = 30) -> TrackEmbeddings:
    """Tracks of two classes, some of them visible together, by chance; people are the rows of `_LOOKS`."""
    draw = np.random.default_rng(seed)
    who = draw.integers(0, _PEOPLE, tracks)
    vectors = _LOOKS[who] + noise * unit(draw.normal(size=(tracks, _DIM)))
    starts = draw.integers(0, 60 * tracks, tracks)
    spans = [(int(a), int(a + draw.integers(0, 120))) for a in starts]
    classes = ["person" if person % 8 else "car" for person in who]
    return one_video(name, vectors, spans, classes, crops=2, noise=0.05, seed=seed)


def clear(name: str, people: range, seed: int) -> TrackEmbeddings:
    """Each of the people once, beyond doubt."""
    draw = np.random.default_rng(seed)
    vectors = _LOOKS[list(people)] + 0.25 * unit(draw.normal(size=(len(people), _DIM)))
    return one_video(name, vectors, crops=2, noise=0.05, seed=seed)


def partition(found: Association) -> set[frozenset[tuple[str, int]]]:
    groups: dict[int, set[tuple[str, int]]] = {}
    for video, track, number in found.id_map[["video", "track_id", "global_id"]].itertuples(index=False):
        groups.setdefault(number, set()).add((video, track))
    return {frozenset(group) for group in groups.values()}


def ids(found: Association) -> dict[tuple[str, int], int]:
    rows = found.id_map[["video", "track_id", "global_id"]].itertuples(index=False)
    return {(video, track): number for video, track, number in rows}


def assert_whole(archive: GrowingArchive) -> None:
    """Everybody is there once, in order, with evidence; the rules hold; slots and tracks are one to one."""
    found, state = archive.found, archive.archive
    assert found is not None and state is not None
    expected = sorted((v, int(t)) for v, one in archive.videos.items() for t in one.meta["track_id"])
    assert list(ids(found)) == expected
    assert (
        found.evidence[["video", "track_id", "global_id"]]
        .astype(object)
        .equals(found.id_map[["video", "track_id", "global_id"]].astype(object))
    )
    assert violations(found.id_map, archive.settings, archive.clocks).empty
    assert found.next_id > found.id_map["global_id"].max()
    number = ids(found)
    for row in found.evidence.itertuples(index=False):
        alone = sum(one == row.global_id for one in number.values()) == 1
        assert pd.isna(row.witness_video) == alone, "who is alone has no best match, and nobody else has none"
        if not alone:
            match = (row.witness_video, int(row.witness_track_id))
            assert match != (row.video, row.track_id) and number[match] == row.global_id
    for at, group in enumerate(state.groups.values()):
        slots = state.slot[state.group == at]
        assert sorted(slots) == list(np.flatnonzero(group.alive))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("again", [True, False])
def test_the_rules_hold_after_any_additions_removals_and_changes(seed: int, again: bool) -> None:
    draw = np.random.default_rng(seed)
    settings = AssociateSettings(method="auto", allow_merge_same_video=again)
    day = datetime(2026, 1, 1, tzinfo=UTC)
    clocks = Clocks(
        {
            f"v{n}": VideoClock(
                f"v{n}", f"cam{n % 3}", day + timedelta(seconds=40 * n), "summary", True, 25.0
            )
            for n in range(20)
        }
    )
    archive = GrowingArchive(
        {f"v{n}": footage(f"v{n}", 100 * seed + n) for n in range(5)}, settings, clocks=clocks
    )
    given, retired, before = 5, set[int](), ids(archive.found)
    for step in range(6):
        names = sorted(archive.videos)
        gone = list(draw.choice(names, draw.integers(0, 2), replace=False))
        added = {
            f"v{given + n}": footage(f"v{given + n}", 100 * seed + given + n)
            for n in range(draw.integers(0, 3))
        }
        given += len(added)
        if step % 2:
            changed = str(draw.choice([name for name in names if name not in gone]))
            added[changed] = footage(changed, 1000 * seed + step)
        archive.change(added, gone)
        assert_whole(archive)
        after = ids(archive.found)
        retired |= set(before.values()) - set(after.values())
        assert not retired & set(after.values()), "a retired id came back"
        before = after


def test_where_nothing_is_ambiguous_additions_end_where_a_full_pass_does() -> None:
    archive = GrowingArchive({f"v{n}": clear(f"v{n}", range(_PEOPLE), n) for n in range(3)})
    for n, people in enumerate((range(10), range(20, 40), range(15))):
        archive.change({f"w{n}": clear(f"w{n}", people, 10 + n)})
        assert partition(archive.found) == partition(archive.from_nothing())
    archive.change({"w1": clear("w1", range(5, 15), 20)}, ["v1"])
    assert partition(archive.found) == partition(archive.from_nothing())
    assert len(partition(archive.found)) == _PEOPLE


def test_who_is_not_touched_keeps_id_and_evidence() -> None:
    archive = GrowingArchive({f"v{n}": clear(f"v{n}", range(_PEOPLE), n) for n in range(3)})
    before, evidence = ids(archive.found), archive.found.evidence
    archive.change({"w": clear("w", range(3), 7)})
    after, later = ids(archive.found), archive.found.evidence
    assert {track: after[track] for track in before} == before
    assert [after["w", n + 1] for n in range(3)] == [before["v0", n + 1] for n in range(3)]
    both = evidence.merge(later, on=["video", "track_id"], suffixes=("", "_later"))
    far = both[both["track_id"] > 3]
    assert (far["witness_track_id"] == far["witness_track_id_later"]).all()
    assert (far["confidence_later"] <= far["confidence"] + 1e-6).all(), "nobody is surer for no reason"


def test_nothing_that_changed_is_no_change() -> None:
    archive = GrowingArchive({f"v{n}": footage(f"v{n}", n) for n in range(4)})
    before = archive.found
    archive.change({})
    pd.testing.assert_frame_equal(archive.found.id_map, before.id_map)
    assert archive.found.report["kept"] == before.report["identities"]


def test_a_track_between_two_others_that_comes_and_goes_leaves_nothing_behind() -> None:
    draw = np.random.default_rng(1)
    middle = unit((_LOOKS[0] + _LOOKS[1])[None])[0]
    pair = {}
    for n, share in enumerate((0.45, -0.45)):
        looks = np.concatenate([(middle + share * (_LOOKS[0] - _LOOKS[1]))[None], _LOOKS[2:_PEOPLE]])
        pair[f"v{n}"] = one_video(
            f"v{n}", looks + 0.1 * unit(draw.normal(size=looks.shape)), crops=2, noise=0.02
        )
    archive = GrowingArchive(pair)
    before = partition(archive.found)
    archive.change({"x": one_video("x", middle[None], crops=2, noise=0.02)})
    assert_whole(archive)
    archive.change({}, ["x"])
    assert partition(archive.found) == before


def test_a_correction_is_followed_and_taken_back_without_a_full_pass() -> None:
    archive = GrowingArchive({f"v{n}": clear(f"v{n}", range(_PEOPLE), n) for n in range(3)})
    apart = Correction("different", TrackRef("v0", 1), TrackRef("v1", 1))
    joined = Correction("same", TrackRef("v0", 2), TrackRef("v1", 3))
    before = partition(archive.found)
    archive.change({}, corrections=Corrections((apart, joined)))
    said = ids(archive.found)
    assert said["v0", 1] != said["v1", 1]
    assert said["v0", 2] == said["v1", 3]
    assert_whole(archive)
    archive.change({"w": clear("w", range(3), 5)})
    said = ids(archive.found)
    assert said["v0", 1] != said["v1", 1] and said["v0", 2] == said["v1", 3]
    archive.change({}, ["w"], Corrections((Correction("not_a_target", TrackRef("w", 1)),)))
    assert partition(archive.found) == before


def test_a_class_that_is_too_few_for_a_state_is_clustered_as_a_whole_until_it_has_one() -> None:
    def dogs(name: str, seed: int, count: int) -> TrackEmbeddings:
        one = clear(name, range(count), seed)
        return replace(one, meta=one.meta.assign(class_name="dog", class_id=16))

    people = {f"v{n}": clear(f"v{n}", range(_PEOPLE), n) for n in range(3)}
    archive = GrowingArchive(people | {"d0": dogs("d0", 30, 20)})
    assert set(archive.archive.groups) == {"person"}
    archive.change({"d1": dogs("d1", 31, 20)})
    assert set(archive.archive.groups) == {"person"}
    archive.change({"d2": dogs("d2", 32, 30), "d3": dogs("d3", 33, 30)})
    assert set(archive.archive.groups) == {"person", "dog"}
    archive.change({"d4": dogs("d4", 34, 10)})
    assert_whole(archive)
    assert partition(archive.found) == partition(archive.from_nothing())


def test_much_that_came_is_advised_to_be_looked_at_as_a_whole() -> None:
    archive = GrowingArchive({f"v{n}": clear(f"v{n}", range(_PEOPLE), n) for n in range(4)})
    archive.change({"w": clear("w", range(10), 7)})
    assert archive.advice() is None
    archive.change({f"x{n}": clear(f"x{n}", range(_PEOPLE), 20 + n) for n in range(2)})
    assert "came or went" in (archive.advice() or "")
    archive.full()
    assert archive.advice() is None


@pytest.mark.long
@needs_labelled
@pytest.mark.parametrize("model", ["weak_model", "good_model"])
def test_after_25_additions_of_labelled_videos_f1_is_within_a_point_of_the_full_pass(model: str) -> None:
    data = labelled(model)
    videos, truth = data.take(np.arange(len(data.meta)))
    first, later = {}, {}
    for video, one in videos.items():
        kept = np.random.default_rng(1).random(len(one.meta)) < 0.8
        first[video], rest = one.only(kept), one.only(~kept)
        later[f"{video}+"] = replace(rest, meta=rest.meta.assign(video=f"{video}+"))
    cameras = {video: video[:2] for video in (*first, *later)}
    archive = GrowingArchive(first, SETTINGS, cameras)
    for video, one in later.items():
        archive.change({video: one})
    assert len(later) == 25
    assert violations(archive.found.id_map, SETTINGS).empty
    reached, full = (_f1(found, truth) for found in (archive.found, archive.from_nothing()))
    assert reached > full - 0.01, f"{reached:.4f} against {full:.4f}"


def _f1(found: Association, truth: pd.DataFrame) -> float:
    return pairwise_f1(found.id_map.assign(video=found.id_map["video"].str.removesuffix("+")), truth)


@pytest.mark.long
@needs_labelled
@pytest.mark.parametrize("model", ["weak_model", "good_model"])
def test_who_follows_the_advice_from_the_first_video_on_ends_within_a_point(model: str) -> None:
    data = labelled(model)
    videos, truth = data.take(np.arange(len(data.meta)))
    order = sorted(videos, key=lambda video: (len(video), video[2:], video))
    archive = GrowingArchive({order[0]: videos[order[0]]}, SETTINGS, {video: video[:2] for video in videos})
    passes, behind = 0, 0
    for video in order[1:]:
        archive.change({video: videos[video]})
        behind += 1
        if archive.advice():
            archive.full()
            passes, behind = passes + 1, 0
    assert passes < len(order) - 1
    reached, full = (pairwise_f1(found.id_map, truth) for found in (archive.found, archive.from_nothing()))
    assert reached > full - 0.01, (
        f"{reached:.4f} against {full:.4f} after {passes} full passes, {behind} behind"
    )
