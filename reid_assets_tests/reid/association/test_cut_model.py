"""The model of the cut: its file is complete, and it moves as it should."""

import numpy as np
import pytest

from reid_assets.reid.association.cut_model import FEATURES, SHIPPED, CutModel

TYPICAL = SHIPPED.mean


def moved(feature, by):
    features = TYPICAL.copy()
    features[FEATURES.index(feature)] += by
    return SHIPPED.cut(features)


def test_the_shipped_file_has_figures_for_every_feature():
    for figures in (SHIPPED.mean, SHIPPED.scale, SHIPPED.weight):
        assert figures.shape == (len(FEATURES),)
    assert (SHIPPED.scale > 0).all()


@pytest.mark.parametrize(
    "feature", ["log of same-identity tracks", "log of same-identity tracks under other cameras"]
)
def test_more_tracks_of_an_identity_lower_the_cut(feature):
    assert moved(feature, 0.3) < moved(feature, 0.0) < moved(feature, -0.3)


def test_footage_unlike_all_that_was_fitted_on_gives_a_cut_within_reach():
    for extreme in (-1e9, 1e9):
        for feature in FEATURES:
            assert -0.2 <= moved(feature, extreme) <= 4.5


def test_a_file_with_a_feature_missing_is_refused():
    figures = {"bias": 0.0, "features": {name: {"mean": 0, "scale": 1, "weight": 0} for name in FEATURES[1:]}}
    with pytest.raises(KeyError):
        CutModel.from_json(figures)


def test_a_model_without_weights_always_says_the_same():
    flat = CutModel(np.zeros(9), np.ones(9), np.zeros(9), 1.0)
    assert flat.cut(np.full(9, 5.0)) == flat.cut(np.zeros(9))
