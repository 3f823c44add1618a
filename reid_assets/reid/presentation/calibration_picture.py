"""Plot of the similarity calibration: histograms of similarity and the match probability.

One panel per class group with an estimate, the largest first. Counts are on a logarithmic scale, because
non-matching pairs outnumber all others. The values come from `accuracy/similarity_calibration.py`.
"""

import io

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw, ImageFont

_WIDTH, _PANEL, _SCALE = 760, 300, 2
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 48, 66, 38
_MAX_PANELS = 3
_INK, _FAINT, _PAPER = (40, 44, 52), (226, 229, 234), (255, 255, 255)
_COLOURS = {
    "pairs": (190, 198, 210),
    "joined": (66, 120, 220),
    "halves": (28, 148, 98),
    "seen_together": (206, 60, 76),
    "probability": (232, 142, 32),
}
_LEGEND = {
    "pairs": "pairs of tracks",
    "joined": "joined by the map",
    "halves": "halves of one track",
    "seen_together": "visible together",
    "probability": "probability of being the same",
}


def draw_calibration(bins: pd.DataFrame, accuracy: pd.DataFrame) -> bytes:
    """Plot the largest class groups.

    Args:
        bins: rows of `SIMILARITY_CALIBRATION`.
        accuracy: rows of `EXPECTED_ACCURACY`.

    Returns:
        PNG bytes; a line of text instead of a plot if there is no class group.
    """
    largest_first = accuracy.sort_values(["tracks", "class_group"], ascending=[False, True])
    estimated = largest_first[largest_first["expected_precision"].notna()].head(_MAX_PANELS)
    shown = estimated if len(estimated) else largest_first.head(1)
    height = _PANEL * len(shown) if len(shown) else 60
    picture = Image.new("RGB", (_WIDTH * _SCALE, height * _SCALE), _PAPER)
    if not len(shown):
        _Pen(picture, 0).text(20, 20, "No tracks to compare.", 14)
    for number, (_, row) in enumerate(shown.iterrows()):
        _Panel(picture, number * _PANEL, bins[bins["class_group"] == row["class_group"]], row).draw()
    small = picture.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.quantize(96, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Pen:
    """Draws in pixels of the final image, offset by `top`; the canvas is `_SCALE` times as large."""

    def __init__(self, picture: Image.Image, top: int) -> None:
        self._draw, self._top = ImageDraw.Draw(picture), top

    def _on_canvas(self, x: float, y: float) -> tuple[float, float]:
        return x * _SCALE, (y + self._top) * _SCALE

    def text(self, x: float, y: float, text: str, size: int, anchor: str = "la") -> float:
        """Draw text; returns its width in pixels."""
        font = ImageFont.load_default(size * _SCALE)
        self._draw.text(self._on_canvas(x, y), text, _INK, font, anchor)
        return self._draw.textlength(text, font) / _SCALE

    def box(self, left: float, top: float, right: float, bottom: float, colour: tuple[int, ...]) -> None:
        """Draw a filled rectangle."""
        self._draw.rectangle([self._on_canvas(left, top), self._on_canvas(right, bottom)], colour)

    def line(self, points: list[tuple[float, float]], colour: tuple[int, ...], width: float = 1.0) -> None:
        """A polyline."""
        canvas_points = [self._on_canvas(*point) for point in points]
        self._draw.line(canvas_points, colour, round(width * _SCALE), joint="curve")


class _Panel:
    """The plot of one class group."""

    def __init__(self, picture: Image.Image, top: int, bins: pd.DataFrame, row: pd.Series) -> None:
        self._pen, self._row = _Pen(picture, top), row
        filled = np.flatnonzero(bins[["pairs", "halves", "seen_together"]].sum(axis=1).to_numpy() > 0)
        first, last = (filled[0], filled[-1] + 1) if len(filled) else (0, len(bins))
        self._bins = bins.iloc[max(first - 1, 0) : last + 1]
        self._low, self._high = float(self._bins["low"].min()), float(self._bins["high"].max())
        largest = max(10.0, float(self._bins[["pairs", "halves", "seen_together"]].max().max()))
        self._decades = int(np.ceil(np.log10(largest)))

    def draw(self) -> None:
        """Draw title, legend, axes, histograms and probability."""
        self._title()
        self._axes()
        for name in ("pairs", "joined"):
            for low, high, count in self._bins[["low", "high", name]].itertuples(index=False):
                if count:
                    edge = self._x(low) + 0.5, self._x(high) - 0.5
                    self._pen.box(edge[0], self._y(count), edge[1], self._y(0), _COLOURS[name])
        for name in ("halves", "seen_together"):
            if self._bins[name].any():
                self._pen.line(self._steps(name), _COLOURS[name], 1.6)
        self._p50_line()
        known = self._bins.dropna(subset="probability")
        middle = ((known["low"] + known["high"]) / 2).to_numpy()
        curve = [(self._x(x), self._y_share(p)) for x, p in zip(middle, known["probability"], strict=True)]
        if len(curve) > 1:
            self._pen.line(curve, _COLOURS["probability"], 2.4)

    def _p50_line(self) -> None:
        """Mark the score at which the match probability reaches one half."""
        score = self._row["even_odds"]
        if pd.notna(score) and self._low < score < self._high:
            x = self._x(float(score))
            for y in range(_TOP, _PANEL - _BOTTOM, 8):
                self._pen.line([(x, y), (x, y + 4)], _COLOURS["probability"])
            self._pen.text(x - 5, _TOP + 3, f"even odds at {score:.2f}", 10, "ra")

    def _title(self) -> None:
        row = self._row
        title = f"{row['class_group']}: {row['tracks']} tracks, {row['identities']} identities"
        if pd.notna(row["fewest"]) and pd.notna(row["most"]) and row["fewest"] < row["most"]:
            title += f" ({row['fewest']} to {row['most']})"
        self._pen.text(_LEFT, 10, title, 15)
        if pd.notna(row["expected_precision"]):
            subtitle = f"expected precision {row['expected_precision']:.2f}"
            if pd.notna(row["expected_recall"]):
                subtitle += f", recall {row['expected_recall']:.2f}"
        elif pd.notna(row["why"]):
            subtitle = row["why"]
        else:
            subtitle = "too few pairs are joined to tell whether rightly"
        self._pen.text(_LEFT, 29, subtitle, 11)
        x = float(_LEFT)
        for name, meaning in _LEGEND.items():
            if self._bins[name].fillna(0).any():
                self._pen.box(x, 49, x + 9, 58, _COLOURS[name])
                x += 13 + self._pen.text(x + 13, 47, meaning, 10) + 14

    def _axes(self) -> None:
        for decade in range(self._decades + 1):
            y = self._y(10.0**decade)
            self._pen.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], _FAINT)
            self._pen.text(_LEFT - 6, y, f"{10**decade:,}" if decade < 6 else f"1e{decade}", 10, "rm")
        for score in range(int(np.ceil(self._low)), int(self._high) + 1, 2):
            self._pen.text(self._x(score), _PANEL - _BOTTOM + 5, f"{score}", 10, "ma")
        for share in (0.0, 0.5, 1.0):
            self._pen.text(_WIDTH - _RIGHT + 6, self._y_share(share), f"{share:g}", 10, "lm")
        label = "standard score: how far two tracks stand out from what they have with others"
        self._pen.text((_LEFT + _WIDTH - _RIGHT) / 2, _PANEL - 18, label, 10, "ma")

    def _steps(self, name: str) -> list[tuple[float, float]]:
        points = []
        for low, high, count in self._bins[["low", "high", name]].itertuples(index=False):
            points += [(self._x(low), self._y(count)), (self._x(high), self._y(count))]
        return points

    def _x(self, score: float) -> float:
        return _LEFT + (score - self._low) / (self._high - self._low) * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, count: float) -> float:
        """Vertical position of a count; half a decade is left below 1, so that a single pair is visible."""
        share = (np.log10(max(count, 10**-0.5)) + 0.5) / (self._decades + 0.5)
        return self._y_share(float(share))

    def _y_share(self, share: float) -> float:
        return _PANEL - _BOTTOM - share * (_PANEL - _TOP - _BOTTOM)
