"""The review queue: what it asks, what it does not ask again, and that answers help."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy.regimes import SITES, draws
from benchmarks.accuracy.review import review
from reid_assets.reid.association.global_id_map import Association, associate
from reid_assets.reid.core.corrections import Correction, Corrections, TrackRef
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.reid.review.doubtful_tracks import most_doubtful
from reid_assets.reid.review.open_questions import still_open
from reid_assets.reid.review.review_queue import MOST_QUESTIONS, REVIEW_QUEUE, review_queue
from reid_assets_tests.support.labelled_tracks import labelled, needs_labelled
from reid_assets_tests.support.synthetic_tracks import crowd, one_video, pairwise_f1, random_footage, unit

_SETTINGS = AssociateSettings(method="auto", allow_merge_same_video=True)


def queue_of(
    videos: dict[str, TrackEmbeddings],
    found: Association,
    said: list[Correction],
    settings: AssociateSettings,
) -> pd.DataFrame:
    corrections = Corrections(tuple(said))
    return review_queue(videos, found.id_map, found.evidence, found.report, settings, corrections=corrections)


def ends(queue: pd.DataFrame) -> list[tuple[TrackRef, TrackRef]]:
    rows = queue[["video_a", "track_a", "video_b", "track_b"]].itertuples(index=False, name=None)
    return [(TrackRef(a, int(n)), TrackRef(b, int(m))) for a, n, b, m in rows]


@pytest.mark.parametrize(("people", "returns"), [(5, 3), (40, 3)])
@pytest.mark.parametrize("method", ["auto", "threshold"])
def test_answers_in_the_order_of_the_queue_mend_the_map(people: int, returns: int, method: str) -> None:
    settings = AssociateSettings(method=method, allow_merge_same_video=True, min_sim=0.5)
    videos, truth = crowd(people, returns, bias=1.0, seed=3)
    who = {TrackRef(v, t): i for v, t, i in truth.itertuples(index=False, name=None)}
    found, said = associate(videos, settings), list[Correction]()
    before = pairwise_f1(found.id_map, truth)
    for _ in range(6):
        queue = queue_of(videos, found, said, settings)
        assert REVIEW_QUEUE.header == list(queue) and len(queue) <= MOST_QUESTIONS
        assert queue["gain"].is_monotonic_decreasing and queue["rank"].tolist() == list(range(len(queue)))
        assert queue["probability"].between(0, 1).all() and (queue["gain"] > 0).all()
        told = {frozenset(one.tracks()) for one in said}
        assert not told & {frozenset(pair) for pair in ends(queue)}, "answered questions do not come back"
        for a, b in ends(queue[queue["kind"] != "double"].head(10)):
            said.append(Correction("same" if who[a] == who[b] else "different", a, b, line=len(said) + 2))
        found = associate(videos, settings, corrections=Corrections(tuple(said)))
        ids = {TrackRef(row.video, row.track_id): row.global_id for row in found.id_map.itertuples()}
        assert all((ids[one.a] == ids[one.b]) == (one.action == "same") for one in said)
    after = pairwise_f1(found.id_map, truth)
    assert after >= before + 0.02 or after > 0.99, (before, after)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_asked_that_a_rule_answers(seed: int) -> None:
    videos = random_footage(seed)
    settings = AssociateSettings(method="auto", allow_merge_same_video=bool(seed % 2))
    found = associate(videos, settings)
    rows = found.id_map.set_index(["video", "track_id"])
    queue = queue_of(videos, found, [], settings)
    for kind, (a, b) in zip(queue["kind"], ends(queue), strict=True):
        one, other = rows.loc[(a.video, a.track_id)], rows.loc[(b.video, b.track_id)]
        assert one["class_name"] == other["class_name"]
        assert (one["global_id"] == other["global_id"]) == (kind == "split")
        overlap = min(one["f_max"], other["f_max"]) - max(one["f_min"], other["f_min"]) + 1
        assert (a.video == b.video and overlap > 0) <= (kind == "double")
        assert kind == "double" or a.video != b.video or settings.allow_merge_same_video


def test_two_boxes_on_one_being_are_asked_about() -> None:
    draw = np.random.default_rng(0)
    looks = unit(draw.normal(size=(30, 64)))
    videos = {
        f"v{n}": one_video(f"v{n}", looks + 0.05 * draw.normal(size=looks.shape), crops=3, noise=0.05, seed=n)
        for n in range(3)
    }
    twice = np.vstack([looks[0], looks[0] + 0.02 * draw.normal(size=64), looks[1]])
    videos["w"] = one_video("w", twice, [(0, 50), (0, 50), (100, 150)], crops=3, noise=0.05)
    found = associate(videos, _SETTINGS)
    queue = queue_of(videos, found, [], _SETTINGS)
    assert (TrackRef("w", 1), TrackRef("w", 2)) in ends(queue[queue["kind"] == "double"])


def test_of_a_large_archive_the_doubtful_identities_are_asked_about_whole() -> None:
    videos, _ = crowd(40, 3)
    found = associate(videos, _SETTINGS)
    part = most_doubtful(videos, found.evidence, most=60)
    kept = {(v, int(t)) for v, one in part.items() for t in one.meta["track_id"]}
    of = {(row.video, row.track_id): row.global_id for row in found.id_map.itertuples()}
    chosen = {of[key] for key in kept}
    assert 20 < len(kept) <= 60 and kept == {key for key, number in of.items() if number in chosen}
    least = found.evidence.sort_values(["confidence", "video", "track_id"]).iloc[0]
    assert least["global_id"] in chosen
    assert most_doubtful(videos, found.evidence, most=1000) is videos


def test_what_follows_from_answers_is_not_open() -> None:
    a, b, c, d = (TrackRef("v", n) for n in range(4))
    rows = [(x.video, x.track_id, y.video, y.track_id) for x, y in ((a, b), (b, c), (c, a), (a, d), (b, d))]
    queue = pd.DataFrame(rows, columns=["video_a", "track_a", "video_b", "track_b"])
    said = (Correction("same", a, b), Correction("same", b, c), Correction("different", c, d))
    assert still_open(queue, Corrections(said)).empty
    assert ends(still_open(queue, Corrections(said[:1]))) == [(b, c), (c, a), (a, d), (b, d)]
    assert ends(still_open(queue, Corrections((Correction("not_a_target", d),)))) == [(a, b), (b, c), (c, a)]


@needs_labelled
@pytest.mark.parametrize(("model", "least"), [("weak_model", 5.0), ("good_model", 2.0)])
def test_fifty_answers_on_labelled_people_are_worth_it(model: str, least: float) -> None:
    """On the half that nothing was chosen on: twice what answers in an order of chance are worth."""
    data, site = labelled(model), next(one for one in SITES if one.name == "two cameras, 60 people")
    by_queue, by_chance = [], []
    for number, draw in enumerate(draws(data, site, 1)):
        queue, chance = review(*draw, 50), review(*draw, 50, chance=number)
        by_queue.append(100 * (queue.f1[-1] - queue.f1[0]))
        by_chance.append(100 * (chance.f1[-1] - chance.f1[0]))
    assert np.mean(by_queue) >= max(least, 2 * np.mean(by_chance)), (by_queue, by_chance)
    # A true answer may join two clusters of which one holds a stranger.
    assert min(by_queue) >= -1.0
