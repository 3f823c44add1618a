"""Sankey diagram of the moves between places: two columns, from on the left, to on the right.

Two columns rather than a chain, since people also go back. SVG without scripts or external parts, so that
it renders in a README, a browser and Dagster, in light and dark mode; with its own background, since not
every page follows the system's preference. Names are untrusted text.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape

import pandas as pd

_WIDTH, _BAR, _LEFT, _TOP, _BETWEEN = 860, 12, 240, 64, 12
_TOTAL_HEIGHT, _MIN_BAND = 380.0, 2.5  # pixels of all moves together, and of the thinnest band
_MAX_PLACES, _MAX_LETTERS = 12, 28
_COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#eeca3b", "#9d755d")
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f } .title { font-size: 16px; font-weight: 600 }
.note { font-size: 12px; fill: #57606a } .number { fill: #57606a } .paper { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .note, .number { fill: #9198a1 } .paper { fill: #0d1117 }
}
"""


@dataclass
class _Node:
    """One bar: its position, and how much of its height is taken by bands so far."""

    name: str
    y: float
    height: float
    colour: str
    count: int
    taken: float = 0.0


def draw_flows(flows: pd.DataFrame, note: str | None) -> str:
    """Draw the moves as SVG text.

    Args:
        flows: columns `from, to, count`; beyond twelve places, the minor ones are merged.
        note: the assumption behind the directions, written below the diagram; None if they are known.
    """
    moves = merge_minor_places(flows)
    scale = _TOTAL_HEIGHT / max(int(moves["count"].sum()), 1)
    left = _column(moves, "from", sorted({*moves["from"]}), scale)
    right = _column(moves, "to", _order_targets(moves, list(left)), scale)
    count = {(a, b): int(n) for a, b, n in moves.itertuples(index=False)}
    pairs = [(a, b) for a in left for b in right if (a, b) in count]
    bands = [_band(left[a], right[b], count[a, b], scale) for a, b in pairs]
    bars = [_bar(node, _LEFT, "end") for node in left.values()]
    bars += [_bar(node, _WIDTH - _LEFT - _BAR, "start") for node in right.values()]
    low = max((node.y + node.height for node in [*left.values(), *right.values()]), default=_TOP)
    lines = _wrap(note or ("" if len(moves) else "Nobody was seen in two places."))
    height = round(low + 28 + 18 * len(lines))
    foot = [
        f'<text class="note" x="20" y="{low + 30 + 18 * number:.0f}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img"><style>{_STYLE}</style>'
        f'<rect class="paper" width="{_WIDTH}" height="{height}" rx="8"/>'
        '<text class="title" x="20" y="32">Moves: from where, to where</text>'
    )
    return "\n".join([head, *bands, *bars, *foot, "</svg>", ""])


def merge_minor_places(flows: pd.DataFrame) -> pd.DataFrame:
    """Merge all but the twelve busiest places into one; columns `from, to, count` in and out."""
    busy = pd.concat([flows.groupby("from")["count"].sum(), flows.groupby("to")["count"].sum()])
    busy = busy.groupby(level=0).sum().reset_index(name="moves").rename(columns={"index": "place"})
    busy.columns = ["place", "moves"]
    kept = busy.sort_values(["moves", "place"], ascending=[False, True])["place"].head(_MAX_PLACES)
    rest = f"{len(busy) - len(kept)} other places"
    named = flows.assign(**{end: flows[end].where(flows[end].isin(kept), rest) for end in ("from", "to")})
    return named.groupby(["from", "to"], as_index=False)["count"].sum()[["from", "to", "count"]]


def _order_targets(moves: pd.DataFrame, left: list[str]) -> list[str]:
    """Target places ordered by the mean position of their sources, so that few bands cross."""
    position = moves["from"].map({name: number for number, name in enumerate(left)}).astype(float)
    mean = (position * moves["count"]).groupby(moves["to"]).sum() / moves.groupby("to")["count"].sum()
    return sorted(mean.index, key=lambda name: (mean[name], name))


def _column(moves: pd.DataFrame, end: str, order: list[str], scale: float) -> dict[str, _Node]:
    names = sorted({*moves["from"], *moves["to"]})
    colour = {name: _COLOURS[number % len(_COLOURS)] for number, name in enumerate(names)}
    nodes, y = {}, float(_TOP)
    for name in order:
        own = moves["count"][moves[end] == name]
        height = float((own * scale).clip(lower=_MIN_BAND).sum())
        nodes[name] = _Node(name, y, height, colour[name], int(own.sum()))
        y += max(height, 16.0) + _BETWEEN
    return nodes


def _band(source: _Node, target: _Node, count: int, scale: float) -> str:
    width = max(count * scale, _MIN_BAND)
    a, b = source.y + source.taken + width / 2, target.y + target.taken + width / 2
    source.taken += width
    target.taken += width
    x, end = _LEFT + _BAR, _WIDTH - _LEFT - _BAR
    middle = (x + end) / 2
    title = escape(f"{source.name} \u2192 {target.name}: {count}")
    return (
        f'<path d="M{x},{a:.1f} C{middle:.0f},{a:.1f} {middle:.0f},{b:.1f} {end},{b:.1f}" fill="none" '
        f'stroke="{source.colour}" stroke-opacity="0.45" stroke-width="{width:.1f}">'
        f"<title>{title}</title></path>"
    )


def _bar(node: _Node, x: int, anchor: str) -> str:
    middle = node.y + node.height / 2 + 5
    label_x = x - 8 if anchor == "end" else x + _BAR + 8
    short = node.name if len(node.name) <= _MAX_LETTERS else node.name[: _MAX_LETTERS - 1] + "\u2026"
    return (
        f'<rect x="{x}" y="{node.y:.1f}" width="{_BAR}" height="{node.height:.1f}" rx="2" '
        f'fill="{node.colour}"><title>{escape(node.name)}</title></rect>'
        f'<text x="{label_x}" y="{middle:.1f}" text-anchor="{anchor}">{escape(short)} '
        f'<tspan class="number">{node.count}</tspan></text>'
    )


def _wrap(text: str, letters: int = 120) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
