"""Moves as a picture: a Sankey of two columns, left where identities leave, right where they go.

Two columns and not a chain, since people also go back. SVG text without scripts or outside parts, so that
it shows in a README, a browser and Dagster alike, light or dark; on paper of its own, since not every
page follows the preference of the system. Names are untrusted text.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape

import pandas as pd

_WIDTH, _BAR, _LEFT, _TOP, _BETWEEN = 860, 12, 240, 64, 12
_TALL, _LEAST = 380.0, 2.5  # pixels of all moves together, and of the thinnest band
_MOST_PLACES, _MOST_LETTERS = 12, 28
_COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#eeca3b", "#9d755d")
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f } .title { font-size: 16px; font-weight: 600 }
.note { font-size: 12px; fill: #57606a } .number { fill: #57606a } .paper { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .note, .number { fill: #9198a1 } .paper { fill: #0d1117 }
}
"""


@dataclass
class _Place:
    """One bar: where it stands, and how much of it is taken by bands so far."""

    name: str
    y: float
    height: float
    colour: str
    count: int
    taken: float = 0.0


def draw_flows(flows: pd.DataFrame, note: str | None) -> str:
    """The picture as SVG.

    Args:
        flows: columns `from, to, count`, most first; beyond twelve places the least are drawn as one.
        note: what the directions rest on, written below the picture; None: they are known.
    """
    moves = few_places(flows)
    scale = _TALL / max(int(moves["count"].sum()), 1)
    left = _column(moves, "from", sorted({*moves["from"]}), scale)
    right = _column(moves, "to", _beside(moves, list(left)), scale)
    count = {(a, b): int(n) for a, b, n in moves.itertuples(index=False)}
    pairs = [(a, b) for a in left for b in right if (a, b) in count]
    bands = [_band(left[a], right[b], count[a, b], scale) for a, b in pairs]
    bars = [_bar(place, _LEFT, "end") for place in left.values()]
    bars += [_bar(place, _WIDTH - _LEFT - _BAR, "start") for place in right.values()]
    low = max((place.y + place.height for place in [*left.values(), *right.values()]), default=_TOP)
    said = _lines(note or ("" if len(moves) else "Nobody was seen in two places."))
    height = round(low + 28 + 18 * len(said))
    foot = [
        f'<text class="note" x="20" y="{low + 30 + 18 * number:.0f}">{escape(line)}</text>'
        for number, line in enumerate(said)
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img"><style>{_STYLE}</style>'
        f'<rect class="paper" width="{_WIDTH}" height="{height}" rx="8"/>'
        '<text class="title" x="20" y="32">Moves: from where, to where</text>'
    )
    return "\n".join([head, *bands, *bars, *foot, "</svg>", ""])


def few_places(flows: pd.DataFrame) -> pd.DataFrame:
    """The moves (`from, to, count`) with all but the twelve busiest places drawn together as one."""
    busy = pd.concat([flows.groupby("from")["count"].sum(), flows.groupby("to")["count"].sum()])
    busy = busy.groupby(level=0).sum().reset_index(name="moves").rename(columns={"index": "place"})
    busy.columns = ["place", "moves"]
    kept = busy.sort_values(["moves", "place"], ascending=[False, True])["place"].head(_MOST_PLACES)
    rest = f"{len(busy) - len(kept)} other places"
    named = flows.assign(**{end: flows[end].where(flows[end].isin(kept), rest) for end in ("from", "to")})
    return named.groupby(["from", "to"], as_index=False)["count"].sum()[["from", "to", "count"]]


def _beside(moves: pd.DataFrame, left: list[str]) -> list[str]:
    """Places that are entered, each as near as may be to where its moves come from: few bands cross."""
    height = moves["from"].map({name: number for number, name in enumerate(left)}).astype(float)
    weighed = (height * moves["count"]).groupby(moves["to"]).sum() / moves.groupby("to")["count"].sum()
    return sorted(weighed.index, key=lambda name: (weighed[name], name))


def _column(moves: pd.DataFrame, end: str, order: list[str], scale: float) -> dict[str, _Place]:
    names = sorted({*moves["from"], *moves["to"]})
    colour = {name: _COLOURS[number % len(_COLOURS)] for number, name in enumerate(names)}
    places, y = {}, float(_TOP)
    for name in order:
        own = moves["count"][moves[end] == name]
        height = float((own * scale).clip(lower=_LEAST).sum())
        places[name] = _Place(name, y, height, colour[name], int(own.sum()))
        y += max(height, 16.0) + _BETWEEN
    return places


def _band(source: _Place, target: _Place, count: int, scale: float) -> str:
    thick = max(count * scale, _LEAST)
    a, b = source.y + source.taken + thick / 2, target.y + target.taken + thick / 2
    source.taken += thick
    target.taken += thick
    x, end = _LEFT + _BAR, _WIDTH - _LEFT - _BAR
    middle = (x + end) / 2
    title = escape(f"{source.name} \u2192 {target.name}: {count}")
    return (
        f'<path d="M{x},{a:.1f} C{middle:.0f},{a:.1f} {middle:.0f},{b:.1f} {end},{b:.1f}" fill="none" '
        f'stroke="{source.colour}" stroke-opacity="0.45" stroke-width="{thick:.1f}">'
        f"<title>{title}</title></path>"
    )


def _bar(place: _Place, x: int, anchor: str) -> str:
    middle = place.y + place.height / 2 + 5
    beside = x - 8 if anchor == "end" else x + _BAR + 8
    short = place.name if len(place.name) <= _MOST_LETTERS else place.name[: _MOST_LETTERS - 1] + "\u2026"
    return (
        f'<rect x="{x}" y="{place.y:.1f}" width="{_BAR}" height="{place.height:.1f}" rx="2" '
        f'fill="{place.colour}"><title>{escape(place.name)}</title></rect>'
        f'<text x="{beside}" y="{middle:.1f}" text-anchor="{anchor}">{escape(short)} '
        f'<tspan class="number">{place.count}</tspan></text>'
    )


def _lines(text: str, letters: int = 120) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
