"""The picture of the moves is well-formed whatever the places are called, and shows every move."""

import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from reid_assets.reid.presentation.flow_picture import draw_flows

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*moves: tuple[str, str, int], note: str | None = None) -> ET.Element:
    frame = pd.DataFrame(list(moves), columns=["from", "to", "count"]).astype({"count": "int64"})
    return ET.fromstring(draw_flows(frame, note))


def widths(picture: ET.Element) -> list[float]:
    return [float(path.get("stroke-width", "0")) for path in picture.iter(f"{SVG}path")]


def words(picture: ET.Element) -> str:
    return " ".join("".join(text.itertext()) for text in picture.iter(f"{SVG}text"))


def test_without_moves_it_says_so() -> None:
    picture = drawn()
    assert widths(picture) == []
    assert "Nobody was seen in two places" in words(picture)


def test_bands_are_as_thick_as_the_moves_are_many() -> None:
    picture = drawn(("hall", "shop", 30), ("hall", "exit", 10))
    exit_, shop = sorted(widths(picture))
    assert shop == pytest.approx(3 * exit_)
    assert "hall 40" in words(picture) and "shop 30" in words(picture)


def test_there_and_back_are_two_bands() -> None:
    assert len(widths(drawn(("a", "b", 2), ("b", "a", 1)))) == 2


def test_an_assumption_is_written_below() -> None:
    assert "ordered by frame numbers" in words(
        drawn(("a", "b", 2), note="2 moves are ordered by frame numbers")
    )


def test_names_are_text_and_never_markup() -> None:
    name = '<script>alert("x")</script>&amp;'
    picture = drawn((name, "b", 1))
    assert not list(picture.iter(f"{SVG}script"))
    assert name in {title.text for title in picture.iter(f"{SVG}title")}


def test_of_very_many_places_the_least_are_one() -> None:
    picture = drawn(*((f"p{i:03}", f"p{i + 1:03}", 100 - i) for i in range(90)))
    assert "79 other places" in words(picture)
    assert float(picture.get("height", "0")) < 1200


def test_columns_do_not_overlap_their_neighbours() -> None:
    picture = drawn(*((f"p{i}", f"q{j}", 1 + i * j) for i in range(5) for j in range(5)))
    bars = [
        (r.get("x"), float(r.get("y", 0)), float(r.get("height", 0)))
        for r in picture.iter(f"{SVG}rect")
        if r.get("x")
    ]
    for column in {x for x, _, _ in bars}:
        own = sorted((y, height) for x, y, height in bars if x == column)
        assert all(y + height <= below for (y, height), (below, _) in zip(own, own[1:], strict=False))
