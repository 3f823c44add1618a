"""Histograms, lines, matrices and dendrograms as small PNG pictures, for `association_figures.py`.

Drawn with Pillow, as the product's own pictures are, so that the documentation needs no plotting library.
What is drawn is not known here.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SCALE, WIDTH, HEIGHT = 2, 380, 250
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 46, 34
INK, FAINT, PAPER = (40, 44, 52), (222, 226, 232), (255, 255, 255)
BLUE, GREEN, RED, ORANGE, GREY = (66, 120, 220), (28, 148, 98), (206, 60, 76), (232, 142, 32), (176, 184, 196)
Colour = tuple[int, int, int]


class Panel:
    """One chart with axes, a title and a legend.

    Attributes:
        image: RGB, twice as large as it is saved.
    """

    def __init__(self, title: str, x: tuple[float, float], y: tuple[float, float], label: str = "") -> None:
        """`x` and `y` are the ranges of the axes, `label` stands below the x axis."""
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PAPER)
        self._draw, self._x, self._y, self._legend = ImageDraw.Draw(self.image), x, y, float(LEFT)
        self.text(LEFT, 8, title, 13)
        self.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, label, 11, "ma")
        self._axes()

    def _axes(self) -> None:
        for value in nice_ticks(*self._x):
            x, y = self.point(value, self._y[0])
            self._line([(x, TOP), (x, y)], FAINT)
            self.text(x, y + 3, f"{value:g}", 10, "ma")
        for value in nice_ticks(*self._y):
            x, y = self.point(self._x[0], value)
            self._line([(x, y), (WIDTH - RIGHT, y)], FAINT)
            self.text(x - 4, y, f"{value:g}", 10, "rm")

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point in units of the axes."""
        (x0, x1), (y0, y1) = self._x, self._y
        across = (np.clip(x, x0, x1) - x0) / (x1 - x0)
        up = (np.clip(y, y0, y1) - y0) / (y1 - y0)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def text(self, x: float, y: float, text: str, size: int, anchor: str = "la") -> float:
        """Write at pixels; return the width."""
        font = ImageFont.load_default(size * SCALE)
        self._draw.text((x * SCALE, y * SCALE), text, INK, font, anchor)
        return self._draw.textlength(text, font) / SCALE

    def _line(self, pixels: list[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
        self._draw.line([(x * SCALE, y * SCALE) for x, y in pixels], colour, round(width * SCALE))

    def name(self, text: str, colour: Colour) -> None:
        """Add an entry to the legend."""
        top, left = 28, self._legend
        self._draw.rectangle([left * SCALE, top * SCALE, (left + 9) * SCALE, (top + 9) * SCALE], colour)
        self._legend += 13 + self.text(left + 13, top - 2, text, 11) + 12

    def curve(self, x: np.ndarray, y: np.ndarray, colour: Colour, width: float = 2.0) -> None:
        """A polyline through points in units of the axes."""
        self._line([self.point(*pair) for pair in zip(x, y, strict=True)], colour, width)

    def upright(self, x: float, colour: Colour, width: float = 1.5) -> None:
        """A vertical line over the whole height."""
        self._line([self.point(x, self._y[0]), self.point(x, self._y[1])], colour, width)

    def box(self, x: tuple[float, float], y: tuple[float, float], colour: Colour) -> None:
        """A filled rectangle in units of the axes."""
        (left, bottom), (right, top) = self.point(x[0], y[0]), self.point(x[1], y[1])
        self._draw.rectangle([left * SCALE, top * SCALE, right * SCALE, bottom * SCALE], colour)

    def histogram(self, values: np.ndarray, colour: Colour, bins: int = 48) -> None:
        """Outline of the density of values, highest bin 1; what lies outside the x axis is left out."""
        counts, edges = np.histogram(values, bins, self._x)
        share = counts / max(int(counts.max()), 1)
        self.curve(np.repeat(edges, 2)[1:-1], np.repeat(share, 2), colour)


def matrix(title: str, values: np.ndarray, colours: list[Colour] | None = None) -> Image.Image:
    """A square matrix: 0 white to 1 blue, or whole numbers as colours."""
    panel = Panel(title, (0, len(values)), (0, len(values)))
    side = (HEIGHT - TOP - 8) * SCALE
    panel.image.paste(PAPER, (0, 24 * SCALE, WIDTH * SCALE, HEIGHT * SCALE))
    if colours:
        cells = np.array(colours, np.uint8)[values.astype(int)]
    else:
        share = np.clip(values, 0, 1)[..., None]
        cells = (255 - share * (255 - np.array(BLUE))).astype(np.uint8)
    shown = Image.fromarray(cells, "RGB").resize((side, side), Image.Resampling.NEAREST)
    panel.image.paste(shown, (LEFT * SCALE, TOP * SCALE))
    return panel.image


def nice_ticks(low: float, high: float) -> list[float]:
    """Three to six round numbers between two."""
    raw = (high - low) / 5
    unit = 10.0 ** np.floor(np.log10(raw))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= raw)
    first = np.ceil(low / step - 1e-9)
    return [float(round(step * k, 9)) + 0.0 for k in np.arange(first, np.floor(high / step + 1e-9) + 1)]


def save(path: Path, *images: Image.Image) -> None:
    """Panels beside each other, as a PNG of few colours."""
    whole = Image.new("RGB", (WIDTH * SCALE * len(images), HEIGHT * SCALE), PAPER)
    for number, image in enumerate(images):
        whole.paste(image, (WIDTH * SCALE * number, 0))
    small = whole.resize((WIDTH * len(images), HEIGHT), Image.Resampling.LANCZOS)
    colours = small.quantize(96, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    colours.save(path, "PNG", optimize=True)
