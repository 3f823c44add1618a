"""A contact sheet shows the identities that are worth a look, and the doubtful track of each."""

import io

import numpy as np
import pandas as pd
from PIL import Image

from reid_assets.reid.core.tables import GALLERIES, IDENTITY_EVIDENCE
from reid_assets.reid.presentation.contact_sheet import (
    SIDE,
    draw_sheet,
    largest,
    least_certain,
    rank_identities,
)
from reid_assets.reid.presentation.galleries import choose_thumbnails
from reid_assets_tests.reid.presentation.test_galleries import crops, id_map

MAP = id_map(("a", 0, 1), ("a", 1, 2), ("b", 0, 1), ("b", 1, 2), ("c", 0, 1), ("c", 7, 3))


def evidence(*confidences: float) -> pd.DataFrame:
    rows = MAP[["video", "track_id", "global_id"]].assign(confidence=confidences, similarity=1.0, margin=0.1)
    return IDENTITY_EVIDENCE.conform(rows.assign(witness_video="a", witness_track_id=0))


RANKED = rank_identities(MAP, evidence(0.9, 0.6, 0.8, 0.9, 0.9, 0.1))


def test_an_identity_is_as_certain_as_its_least_certain_track() -> None:
    assert RANKED.set_index("global_id")["confidence"].to_dict() == {1: 0.8, 2: 0.6, 3: 0.1}
    assert rank_identities(MAP, IDENTITY_EVIDENCE.empty())["confidence"].tolist() == [1.0, 1.0, 1.0]


def test_the_largest_come_first_and_doubt_concerns_several_tracks() -> None:
    assert largest(RANKED)["global_id"].tolist() == [1, 2, 3]
    assert least_certain(RANKED)["global_id"].tolist() == [2, 1], "a track alone is confused with nobody"


def white(*place: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), (250, 20, 20)).save(out, "JPEG")
    return out.getvalue()


def red_cells(sheet: bytes) -> int:
    picture = np.asarray(Image.open(io.BytesIO(sheet)).convert("RGB")).astype(int)
    return round(((picture[..., 0] > 200) & (picture[..., 1] < 90)).sum() / SIDE**2)


def test_every_identity_is_a_row_with_its_thumbnails() -> None:
    taken = crops(("a", 0, 1, 0.9), ("b", 0, 2, 0.8), ("a", 1, 3, 0.7))
    table = choose_thumbnails(MAP, taken, 8)
    assert red_cells(draw_sheet(largest(RANKED), table, white)) == 3


def test_the_doubtful_track_is_shown_even_if_it_comes_last_of_many() -> None:
    taken = crops(*[("a", 0, frame, 0.9) for frame in range(12)], ("b", 0, 2, 0.1))
    table = choose_thumbnails(MAP, taken, 20, evidence(0.9, 0.9, 0.2, 0.9, 0.9, 0.9))
    asked: list[tuple[object, ...]] = []

    def note(*place: object) -> bytes:
        asked.append(place)
        return white()

    draw_sheet(largest(RANKED, 1), table, note)
    assert asked[-1][0] == "b" and len(asked) < 13


def test_doubtful_tracks_are_framed_and_shown_whatever_stands_before_them() -> None:
    known = id_map(*[("a", track, 0) for track in range(12)])
    sure = known[["video", "track_id", "global_id"]].assign(confidence=[0.9] * 8 + [0.4, 0.3, 0.2, 0.1])
    table = choose_thumbnails(known, crops(*[("a", track, 0, 0.5) for track in range(12)]), 8, sure)
    asked: list[int] = []

    def note(video: str, track_id: int, frame: int) -> bytes:
        asked.append(track_id)
        return white()

    ranked = rank_identities(known, sure)
    assert ranked["doubtful"].tolist() == [4]
    sheet = np.asarray(Image.open(io.BytesIO(draw_sheet(ranked, table, note))).convert("RGB")).astype(int)
    assert asked == [0, 1, 2, 8, 9, 10, 11]
    dark_red = (abs(sheet - (192, 57, 43)).sum(axis=2) < 60).sum()
    assert dark_red > 4 * 4 * SIDE * 2, "four frames"


def test_nobody_to_show_is_said_in_a_picture_all_the_same() -> None:
    sheet = draw_sheet(least_certain(RANKED.iloc[:0]), GALLERIES.empty(), white)
    assert Image.open(io.BytesIO(sheet)).size[0] > 200
