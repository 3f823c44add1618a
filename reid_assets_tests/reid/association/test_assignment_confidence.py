import numpy as np
from scipy.sparse import csr_array

from reid_assets.reid.association.assignment_confidence import score_assignments
from reid_assets.reid.association.global_id_map import associate
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets_tests.support.synthetic_tracks import crowd


def affinities(pairs, n):
    weight = np.zeros((n, n))
    for (a, b), value in pairs.items():
        weight[a, b] = weight[b, a] = value
    return csr_array(weight)


def test_a_track_alone_has_no_witness_and_full_confidence_where_nobody_is_near():
    found = score_assignments(affinities({}, 1), np.array([0]), 0.5)
    assert found["witness"].tolist() == [-1]
    assert found["confidence"].tolist() == [1.0]


def test_the_witness_is_the_most_alike_track_of_the_same_identity():
    found = score_assignments(
        affinities({(0, 1): 0.6, (0, 2): 0.9, (0, 3): 2.0}, 4), np.array([0, 0, 0, 1]), 0.5
    )
    assert found["witness"][0] == 2
    assert found["witness"][3] == -1


def test_a_track_between_two_identities_is_a_tie():
    found = score_assignments(affinities({(0, 1): 1.0, (0, 2): 1.0}, 3), np.array([0, 0, 1]), 0.5)
    assert found["margin"][0] == 0.0
    assert found["confidence"][0] == 0.5


def test_every_track_of_a_map_has_its_evidence_and_witnesses_share_its_identity():
    videos, _ = crowd(20, 4)
    for method in ("auto", "threshold"):
        settings = AssociateSettings(method=method, min_sim=0.5, allow_merge_same_video=True)
        found = associate(videos, settings)
        assert found.evidence[["video", "track_id", "global_id"]].equals(
            found.id_map[["video", "track_id", "global_id"]]
        )
        ids = found.id_map.set_index(["video", "track_id"])["global_id"]
        known = found.evidence.dropna(subset="witness_track_id")
        assert len(known)
        witnesses = ids.loc[list(zip(known["witness_video"], known["witness_track_id"], strict=True))]
        assert witnesses.tolist() == known["global_id"].tolist()
