from dataclasses import fields

import numpy as np

from reid_assets.reid.association.clustering import REPORT_KEYS, number_clusters, report_values
from reid_assets.reid.association.cut_selection import CutChoice, FootageStatistics
from reid_assets.reid.association.intra_track_scale import IntraTrackScale


def test_every_measured_field_has_a_key_of_its_own_in_the_report():
    names = [field.name for kind in (CutChoice, FootageStatistics, IntraTrackScale) for field in fields(kind)]
    assert sorted(names) == sorted(REPORT_KEYS)
    assert len(set(REPORT_KEYS.values())) == len(REPORT_KEYS)


def test_the_keys_of_the_report_are_the_published_ones():
    published = {
        CutChoice: ["score", "by_margin", "by_model", "strict", "footage_decides"],
        FootageStatistics: ["mates", "mates_elsewhere", "cameras", "closure", "first_gaps", "stand_out"],
        IntraTrackScale: ["within", "across"],
    }
    for kind, keys in published.items():
        values = [float(number) for number in range(len(keys))]
        assert report_values(kind(*values)) == dict(zip(keys, values, strict=True))
        assert list(report_values(kind(*values))) == keys


def test_labels_of_two_class_groups_never_meet():
    one = number_clusters(np.array([0, 1, 0]), np.array([0, 2, 4]))
    other = number_clusters(np.array([0, 0, 1]), np.array([1, 3, 5]))
    assert one.tolist() == [0, 2, 0]
    assert not set(one) & set(other)
