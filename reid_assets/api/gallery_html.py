"""A gallery for a notebook: one block of HTML that needs no file, no script and no network."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from reid_assets.reid.presentation.identity_colours import hex_colour, identity_colour

# The colours of text and background are those of the notebook, light or dark.
_CARD = "margin:0 0 12px 0;padding:4px 0 4px 10px;border-left:4px solid {colour}"
_PICTURE = "height:{side}px;margin:4px 4px 0 0;border-radius:3px"


@dataclass(frozen=True)
class Picture:
    """One picture of a card: JPEG bytes, and what it shows in words."""

    jpeg: bytes
    shows: str


@dataclass(frozen=True)
class Card:
    """One identity as a gallery shows it.

    Attributes:
        global_id: the identity.
        name: as a person gave it; empty: none.
        facts: short sentences below the heading.
        pictures: in order.
    """

    global_id: int
    name: str
    facts: tuple[str, ...]
    pictures: tuple[Picture, ...]


def gallery_html(cards: Iterable[Card], side: int, left_out: int = 0) -> str:
    """The gallery of some identities.

    Args:
        cards: in order.
        side: height of the pictures, pixels.
        left_out: number of identities that are not shown.
    """
    shown = [_card(card, side) for card in cards]
    if left_out:
        shown.append(f"<p>{left_out} more identities are not shown.</p>")
    return f"<div>{''.join(shown) or '<p>No identities.</p>'}</div>"


def _card(card: Card, side: int) -> str:
    name = f" · {escape(card.name)}" if card.name else ""
    heading = f"<div><b>Identity {card.global_id}{name}</b></div>"
    facts = "".join(f'<div style="font-size:90%;opacity:0.8">{escape(fact)}</div>' for fact in card.facts)
    pictures = "".join(_picture(one, side) for one in card.pictures) or "<i>No pictures are kept.</i>"
    style = _CARD.format(colour=hex_colour(identity_colour(card.global_id)))
    return f'<div style="{style}">{heading}{facts}<div>{pictures}</div></div>'


def _picture(picture: Picture, side: int) -> str:
    data, shows = base64.b64encode(picture.jpeg).decode(), escape(picture.shows, quote=True)
    style = _PICTURE.format(side=side)
    return f'<img src="data:image/jpeg;base64,{data}" alt="{shows}" title="{shows}" style="{style}">'
