"""Hair shows from behind, a face from in front, and what covers hair covers it."""

from dataclasses import replace

import pytest

from reid_assets.demo.figure import View
from reid_assets.demo.looks import ROSTER, Look
from reid_assets.demo.walker import draw_walker

GREEN, MAGENTA = (0, 255, 0), (255, 0, 255)
PLAIN = replace(ROSTER["ben"], hair_colour=GREEN, skin=MAGENTA, head="none", bag="none")
FRONT, BACK, SIDE = View(0.0, 1.0), View(0.0, -1.0), View(1.0, 0.0)


def amount(look: Look, view: View, colour: tuple[int, int, int]) -> int:
    """Pixels of this colour in the upper third, where the head is."""
    # Without bare arms or legs nearby, all skin up here is the head's.
    head = draw_walker(look, view, 0.0, 0.0)[:165]
    return int((head[:, :, :3] == colour).all(axis=2).sum())


@pytest.mark.parametrize("hair", ["short", "long", "bun", "tail", "curly", "bob"])
def test_more_hair_is_seen_from_behind_and_more_face_from_in_front(hair: str) -> None:
    look = replace(PLAIN, hair=hair)  # type: ignore[arg-type]
    assert amount(look, BACK, GREEN) > 1.2 * amount(look, FRONT, GREEN) > 0
    assert amount(look, FRONT, MAGENTA) > 1.5 * amount(look, BACK, MAGENTA)


def test_a_bald_head_has_no_hair() -> None:
    for view in (FRONT, BACK, SIDE):
        assert amount(replace(PLAIN, hair="bald"), view, GREEN) == 0


def test_a_scarf_covers_all_hair() -> None:
    for view in (FRONT, BACK, SIDE):
        assert amount(replace(PLAIN, hair="long", head="scarf", head_colour=(9, 9, 9)), view, GREEN) == 0


@pytest.mark.parametrize("head", ["cap", "beanie", "sunhat", "scarf", "headband"])
def test_headwear_is_seen_from_all_sides(head: str) -> None:
    look = replace(PLAIN, head=head, head_colour=(1, 2, 250))  # type: ignore[arg-type]
    for view in (FRONT, BACK, SIDE):
        assert amount(look, view, (1, 2, 250)) > 20


def test_eyes_look_at_the_camera_from_in_front_alone() -> None:
    dark = ROSTER["hugo"].hair_colour
    look = replace(PLAIN, hair="bald")
    assert amount(look, FRONT, dark) > amount(look, SIDE, dark) > amount(look, BACK, dark) == 0
