"""The walkers of the demo and their clothes, defined by hand.

Clothes do not depend on the seed, so that the people can always be told apart. `walker.py` draws them.
Colours are blue, green, red.
"""

from dataclasses import dataclass
from typing import Literal

from reid_assets.demo.canvas import Colour
from reid_assets.demo.cloth import Pattern

Hair = Literal["short", "long", "bun", "tail", "curly", "bald", "bob"]
Bottom = Literal["trousers", "shorts", "skirt", "dress", "coat"]
Bag = Literal["none", "backpack", "satchel", "tote"]
Head = Literal["none", "cap", "beanie", "sunhat", "scarf", "headband"]

WHITE, CREAM, BLACK, GREY = (242, 242, 242), (198, 226, 240), (40, 36, 34), (138, 134, 130)
RED, ORANGE, YELLOW, LIME = (48, 44, 208), (34, 128, 240), (60, 208, 248), (80, 200, 150)
GREEN, TEAL, SKY, BLUE = (82, 132, 44), (150, 140, 20), (235, 190, 110), (190, 90, 30)
NAVY, PURPLE, PINK, BROWN = (92, 48, 28), (150, 62, 118), (176, 130, 244), (52, 84, 128)
SAND, WINE, OLIVE = (140, 184, 210), (60, 28, 118), (60, 118, 112)
DENIM, KHAKI = (150, 104, 62), (112, 158, 176)
FAIR, TAN, OLIVE_SKIN, DARK = (190, 208, 246), (128, 172, 226), (104, 148, 200), (56, 82, 132)


@dataclass(frozen=True)
class Look:
    """One walker's appearance.

    Attributes:
        height: body height, 1 is an adult of 1.75 m.
        build: width of the body, 1 is average.
        top, top_2: ground and pattern colour of the upper garment.
        bottom, bottom_2: the same for the lower garment.
        sleeve: colour of the sleeves; None for bare arms.
    """

    skin: Colour
    hair: Hair
    hair_colour: Colour
    pattern: Pattern
    top: Colour
    top_2: Colour
    sleeve: Colour | None
    kind: Bottom
    bottom: Colour
    shoes: Colour
    bottom_pattern: Pattern = "plain"
    bottom_2: Colour = BLACK
    bag: Bag = "none"
    bag_colour: Colour = BROWN
    head: Head = "none"
    head_colour: Colour = RED
    height: float = 1.0
    build: float = 1.0


# Formatted by hand: one argument per line would take pages.
# fmt: off
ROSTER: dict[str, Look] = {
    "ada": Look(FAIR, "long", (40, 70, 150), "plain", RED, RED, RED, "coat", RED, BLACK, bottom_2=NAVY),
    "ben": Look(DARK, "short", BLACK, "hoops", WHITE, NAVY, WHITE, "trousers", SAND, BROWN, bag="backpack",
         bag_colour=ORANGE, height=1.06),
    "cleo": Look(TAN, "bun", BLACK, "plain", YELLOW, YELLOW, YELLOW, "skirt", TEAL, WHITE, bag="satchel",
         bag_colour=WINE),
    "dan": Look(FAIR, "short", (60, 130, 190), "check", RED, BLACK, RED, "trousers", DENIM, BROWN,
         build=1.16, head="beanie", head_colour=GREY),
    "emi": Look(TAN, "bob", BLACK, "dots", PINK, WHITE, None, "dress", PINK, RED, bottom_pattern="dots",
         bottom_2=WHITE, height=0.94),
    "finn": Look(FAIR, "curly", (30, 90, 200), "plain", GREEN, GREEN, GREEN, "shorts", KHAKI, WHITE,
         bag="backpack", bag_colour=BLUE),
    "gita": Look(OLIVE_SKIN, "tail", BLACK, "diagonal", ORANGE, YELLOW, ORANGE, "trousers", PURPLE, BLACK,
         height=0.97, bag="tote", bag_colour=CREAM),
    "hugo": Look(TAN, "bald", BLACK, "zip", BLACK, WHITE, BLACK, "trousers", BLACK, BLACK, build=1.1,
         bag="satchel", bag_colour=SAND, height=1.03),
    "ines": Look(OLIVE_SKIN, "long", BLACK, "plain", SKY, SKY, SKY, "trousers", WHITE, SKY, head="sunhat",
         head_colour=CREAM),
    "jo": Look(DARK, "curly", BLACK, "band", LIME, PURPLE, LIME, "trousers", LIME, WHITE, head="headband",
         head_colour=PURPLE),
    "kaya": Look(DARK, "short", BLACK, "plain", WHITE, WHITE, WHITE, "dress", WHITE, SAND,
         bottom_pattern="hoops", bottom_2=BLUE, head="scarf", head_colour=BLUE),
    "leo": Look(FAIR, "short", BROWN, "block", BLUE, YELLOW, BLUE, "shorts", RED, YELLOW, height=0.74,
         head="cap", head_colour=YELLOW, build=1.15),
    "mira": Look(FAIR, "tail", (50, 60, 170), "knit", GREY, CREAM, GREY, "skirt", WINE, BLACK, bag="tote",
         bag_colour=GREEN),
    "nils": Look(FAIR, "short", (150, 200, 225), "pinstripe", PURPLE, PINK, PURPLE, "trousers", GREY, BLACK,
         height=1.08, build=0.94),
    "olga": Look(FAIR, "bun", (200, 200, 205), "plain", OLIVE, OLIVE, OLIVE, "coat", OLIVE, BROWN,
         bottom_2=BROWN, head="scarf", head_colour=ORANGE, build=1.12, height=0.95, bag="satchel",
         bag_colour=RED),
    "pax": Look(OLIVE_SKIN, "short", BLACK, "plain", TEAL, TEAL, None, "shorts", ORANGE, BLACK, head="cap",
         head_colour=WHITE, bag="backpack", bag_colour=BLACK),
}
# fmt: on
