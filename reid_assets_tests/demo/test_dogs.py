"""Two dogs that are told apart, and look where they go."""

import numpy as np

from reid_assets.demo.dogs import DOGS, FOOT_Y, draw_dog


def test_a_dog_is_whole_and_stands_on_the_ground() -> None:
    for name in DOGS:
        alpha = draw_dog(name, 1.0, 0.7)[:, :, 3]
        rows = np.flatnonzero(alpha.any(axis=1))
        assert rows[0] > 0
        assert abs(rows[-1] - FOOT_Y) < 10
        assert not alpha[:, 0].any()
        assert not alpha[:, -1].any()


def test_a_dog_that_turns_is_mirrored() -> None:
    there, back = draw_dog("rex", 1.0, 0.7), draw_dog("rex", -1.0, 0.7)
    assert (there[:, ::-1] == back).all()
    assert (there != back).any()


def test_the_dogs_are_told_apart_by_their_coats() -> None:
    means = []
    for name in DOGS:
        dog = draw_dog(name, 1.0, 0.7)
        means.append(dog[dog[:, :, 3] > 0][:, :3].mean(axis=0))
    assert np.abs(means[0] - means[1]).max() > 60
