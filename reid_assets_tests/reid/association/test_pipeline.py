import numpy as np
import pytest

from reid_assets.reid.association import pipeline
from reid_assets.reid.association.constraints.cannot_links import compile_constraints, count_violations
from reid_assets.reid.association.pipeline import cluster_with_cohort
from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.synthetic_tracks import crowd, random_footage

AUTO = AssociateSettings(method="auto", allow_merge_same_video=True)


def cluster(videos, settings=AUTO):
    tracks = assemble(videos)
    constraints = compile_constraints(tracks.meta, settings)
    return cluster_with_cohort(tracks, constraints, np.arange(len(tracks)), settings)


def test_the_report_has_its_published_keys_in_their_order():
    diagnostics = cluster(crowd(20, 4)[0]).diagnostics
    assert list(diagnostics) == [
        "by",
        "score",
        "by_margin",
        "by_model",
        "strict",
        "footage_decides",
        "mates",
        "mates_elsewhere",
        "cameras",
        "closure",
        "first_gaps",
        "stand_out",
        "cohort",
        "rounds",
        "fewest",
        "most",
        "mean_confidence",
    ]
    assert diagnostics["by"] == "strangers"


@pytest.mark.parametrize(("returns", "rounds", "expected"), [(6, 0, 1), (6, 1, 2), (6, 2, 3), (1, 2, 1)])
def test_self_training_goes_its_rounds_where_identities_have_several_tracks(returns, rounds, expected):
    settings = AUTO.model_copy(update={"self_training": rounds})
    assert cluster(crowd(60, returns)[0], settings).diagnostics["rounds"] == expected


def test_the_sparse_and_the_dense_linkage_give_the_same_identities(monkeypatch):
    videos, _ = crowd(40, 4)
    dense = cluster(videos)
    monkeypatch.setattr(pipeline, "_SPARSE_FROM", 0)
    np.testing.assert_array_equal(cluster(videos).labels, dense.labels)


def test_the_count_lies_between_its_bounds():
    clustering = cluster(crowd(30, 5)[0])
    fewest, most = (int(str(clustering.diagnostics[key])) for key in ("fewest", "most"))
    assert fewest <= clustering.labels.max() + 1 <= most


@pytest.mark.parametrize("seed", range(5))
def test_no_cannot_link_is_broken_where_tracks_overlap(seed):
    videos = random_footage(seed, videos=4, per_video=25, dim=8)
    settings = AUTO.model_copy(update={"same_class_only": False})
    labels = cluster(videos, settings).labels
    assert count_violations(compile_constraints(assemble(videos).meta, settings), labels) == 0
    assert labels.max() + 1 < len(labels), "somebody was joined"
