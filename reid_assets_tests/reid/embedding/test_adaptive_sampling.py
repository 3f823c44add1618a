import numpy as np
import pytest

from reid_assets.reid.embedding.adaptive_sampling import AdaptiveSampler, reliability

DIM = 64


def _unit(vector: np.ndarray) -> np.ndarray:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _tracks(count: int, noise: float, offset: float = 0.0, seed: int = 0) -> list[list[np.ndarray]]:
    """Four samples for each of some strangers; `offset` makes all strangers look alike."""
    random = np.random.default_rng(seed)
    common = offset * random.normal(size=DIM)
    beings = random.normal(size=(count, DIM)) + common
    return [[_unit(being + noise * random.normal(size=DIM)) for _ in range(4)] for being in beings]


def _shares(tracks: list[list[np.ndarray]]) -> dict[int, float]:
    rule = AdaptiveSampler(dict.fromkeys(range(len(tracks)), 4))
    shares: dict[int, float] = {}
    for number, samples in enumerate(tracks):
        for sample in samples:
            shares |= dict(rule.add(number, sample))
    return shares | dict(rule.close())


def test_a_video_without_samples_decides_nothing() -> None:
    assert AdaptiveSampler({}).close() == []


def test_a_lonely_track_is_looked_at_in_full_since_nothing_says_how_strangers_look() -> None:
    assert _shares(_tracks(1, noise=0.0)) == {0: 1.0}


@pytest.mark.parametrize("offset", [0.0, 1.5], ids=["strangers look different", "strangers look alike"])
def test_samples_that_agree_spare_the_others_and_those_that_do_not_call_for_them(offset: float) -> None:
    assert set(_shares(_tracks(20, 0.3, offset)).values()) == {0.0}
    assert set(_shares(_tracks(20, 3.0, offset)).values()) == {1.0}


def test_tracks_of_one_being_call_for_all_samples_since_they_are_hard_to_tell_apart() -> None:
    one = [_tracks(1, 0.3)[0] for _ in range(12)]
    assert set(_shares(one).values()) == {1.0}


def test_decisions_come_once_enough_tracks_are_known_and_then_at_once() -> None:
    tracks = _tracks(12, 0.3)
    rule = AdaptiveSampler(dict.fromkeys(range(12), 4))
    decided = [[t for one in samples for t, _ in rule.add(n, one)] for n, samples in enumerate(tracks)]
    assert decided == [[]] * 7 + [list(range(8)), [8], [9], [10], [11]]
    assert rule.close() == []


def test_a_track_whose_first_samples_did_not_all_come_is_decided_at_the_end() -> None:
    tracks = _tracks(12, 0.3)
    rule = AdaptiveSampler(dict.fromkeys(range(12), 4))
    for number, samples in enumerate(tracks):
        for sample in samples[: 2 if number == 3 else 4]:
            assert all(track != 3 for track, _ in rule.add(number, sample))
    assert [track for track, _ in rule.close()] == [3]


def test_a_tiny_change_of_the_vectors_never_makes_a_leap() -> None:
    shares = [_shares(_tracks(20, noise))[0] for noise in np.linspace(0.5, 1.5, 400)]
    assert max(np.abs(np.diff(shares))) < 0.1
    assert shares[0] == 0.0 and shares[-1] == 1.0


@pytest.mark.parametrize(
    ("agreement", "count", "expected"),
    [(-0.2, 4, 0.0), (0.0, 4, 0.0), (0.5, 1, 0.5), (0.5, 4, 0.8), (1.0, 4, 1.0)],
)
def test_reliability_follows_spearman_and_brown(agreement: float, count: int, expected: float) -> None:
    assert reliability(agreement, count) == pytest.approx(expected)
