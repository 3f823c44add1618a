"""Search finds the right ones, exactly, and better than plain cosine."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from benchmarks.accuracy.search import compare
from reid_assets.reid.association.track_set import TrackSet, assemble
from reid_assets.reid.core.clocks import Clocks, VideoClock
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.search.filters import Filters
from reid_assets.reid.search.gallery import Gallery
from reid_assets.reid.search.ranking import rank_identities
from reid_assets.reid.search.words import text_query, text_scores
from reid_assets_tests.support.labelled_tracks import labelled, needs_labelled
from reid_assets_tests.support.synthetic_tracks import one_video, unit


def footage(people: int, seen: int, seed: int = 0) -> tuple[TrackSet, np.ndarray]:
    """Each person in several videos, with a colour cast of its own in each; and who each track is."""
    draw = np.random.default_rng(seed)
    looks, videos = unit(draw.normal(size=(people, 32))), {}
    for number in range(seen):
        cast = draw.normal(size=32) * 0.08
        vectors = unit(looks + cast + draw.normal(size=looks.shape) * 0.04)
        videos[f"v{number}"] = one_video(f"v{number}", vectors, [(k, k + 5) for k in range(people)])
    tracks = assemble(videos)
    return tracks, tracks.meta["track_id"].to_numpy() - tracks.meta["track_id"].min()


@pytest.mark.parametrize("people", [2, 4, 8, 60])
def test_the_nearest_is_the_same_being_under_other_light(people: int) -> None:
    tracks, who = footage(people, 3)
    gallery = Gallery.of(tracks, np.arange(len(tracks)))
    for row in range(len(tracks)):
        scores = gallery.scores(gallery.vectors[row])
        scores[row] = -np.inf
        assert who[int(scores.argmax())] == who[row]


def test_scores_are_the_definition_of_the_method() -> None:
    tracks, _ = footage(40, 3)
    gallery = Gallery.of(tracks, np.arange(len(tracks)))
    query, vectors = gallery.vectors[7].astype(np.float64), gallery.vectors.astype(np.float64)
    cosine = vectors @ vectors.T
    np.fill_diagonal(cosine, -np.inf)
    expected = vectors @ query - np.sort(cosine, axis=1)[:, -20:].mean(axis=1) / 2
    assert np.allclose(gallery.scores(gallery.vectors[7]), expected, atol=1e-5)


def test_a_track_of_one_crop_and_one_without_crops_are_found_too() -> None:
    tracks, _ = footage(5, 2)
    bare = TrackEmbeddings(
        tracks.meta.iloc[:5], tracks.vectors[:5], np.empty((0, 32), np.float16), np.empty(0, np.int32), None
    )
    gallery = Gallery.of(assemble({"v0": bare}), np.arange(5))
    assert np.isfinite(gallery.vectors).all() and np.isfinite(gallery.scores(gallery.vectors[0])).all()


def test_an_identity_is_as_good_as_its_best_track_and_strangers_are_left_out() -> None:
    meta = pd.DataFrame({"video": ["a", "a", "b", "b", "c"], "track_id": [1, 2, 1, 2, 1]})
    id_map = meta.iloc[:4].assign(global_id=[5, 3, 3, 9])
    ranking = rank_identities(meta, np.array([0.4, 0.9, 0.1, -np.inf, 2.0]), id_map, 10)
    assert ranking.to_dict("records") == [
        {"global_id": 3, "score": 0.9, "video": "a", "track_id": 2},
        {"global_id": 5, "score": 0.4, "video": "a", "track_id": 1},
    ]


def test_filters_are_of_camera_class_and_the_moments_a_track_is_seen() -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    clocks = Clocks(
        {
            "timed": VideoClock("gate", "summary.json", noon, "summary.json", 10.0),
            "clockless": VideoClock("clockless"),
        }
    )
    tracks = pd.DataFrame(
        {
            "video": ["timed", "timed", "timed", "clockless"],
            "track_id": [1, 2, 3, 1],
            "class_name": ["person", "car", "person", "person"],
            "f_min": [0, 100, 600, 0],
            "f_max": [90, 300, 900, 50],
        }
    )

    def allowed(**what: object) -> list[bool]:
        return Filters(**what).allow(tracks, clocks).tolist()  # type: ignore[arg-type]

    assert allowed() == [True] * 4
    assert allowed(cameras=frozenset({"gate"})) == [True, True, True, False]
    assert allowed(cameras=frozenset({"clockless"})) == [False, False, False, True]
    assert allowed(classes=frozenset({"car"})) == [False, True, False, False]
    assert allowed(start=noon.replace(second=20)) == [False, True, True, False]
    assert allowed(end=noon.replace(second=20)) == [True, True, False, False]
    assert allowed(start=noon.replace(second=40), end=noon.replace(second=50)) == [False] * 4


def test_words_are_compared_beyond_what_every_crop_shows() -> None:
    tracks, _ = footage(12, 1)
    gallery = Gallery.of(tracks, np.arange(len(tracks)))
    plain = unit(np.ones((1, 32)))[0]
    red = gallery.vectors[3]

    def encode(texts: object) -> np.ndarray:
        return unit(np.stack([plain if "a person" in text else plain + 0.3 * red for text in texts]))  # type: ignore[attr-defined]

    query = text_query(encode, "red coat", "person")
    said = unit((plain + 0.3 * red)[None])[0] - plain
    assert np.allclose(query, said / np.linalg.norm(said), atol=1e-5)
    scores = text_scores(gallery, query)
    assert int(scores.argmax()) == 3
    assert abs(scores.mean()) < 1e-9 and abs(scores.std() - 1) < 1e-9
    # Whatever all crops have in common changes nothing.
    shifted = Gallery(gallery.meta, gallery.vectors, gallery.mean + 1, gallery.hubness)
    assert np.array_equal(text_scores(shifted, query), scores)


@needs_labelled
@pytest.mark.parametrize("model", ["weak_model", "good_model"])
def test_on_labelled_tracks_search_is_not_below_plain_cosine(model: str) -> None:
    figures = compare(labelled(model), 1)
    assert all(ours >= plain for ours, plain in zip(figures["search"], figures["plain"], strict=True))
