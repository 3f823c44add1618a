"""The made-up people are the same every time, and dressed in all sorts of colours."""

import cv2
import numpy as np

from reid_assets.reid.backbones.synthetic_crops import synthetic_crops


def test_they_are_the_same_every_time_and_more_of_them_begin_with_the_same() -> None:
    assert np.array_equal(synthetic_crops(3, (128, 48)), synthetic_crops(5, (128, 48))[:3])


def test_no_two_are_alike_and_every_hue_is_worn() -> None:
    tops = synthetic_crops(60, (128, 48))[:, 40:55, 20:28].mean(axis=(1, 2))
    assert len(np.unique(tops.round(), axis=0)) == 60
    hues = cv2.cvtColor(tops[None].astype(np.uint8), cv2.COLOR_BGR2HSV)[0, :, 0]
    assert len(np.unique(hues // 30)) == 6


def test_none_is_a_possible_number() -> None:
    assert synthetic_crops(1, (32, 16)).shape == (1, 32, 16, 3)
