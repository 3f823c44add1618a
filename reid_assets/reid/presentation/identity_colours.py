"""The colour of an identity: a function of its global id alone, the same in every clip and in the report."""

import colorsys

Rgb = tuple[int, int, int]

# Hues a golden angle apart: ids that follow each other differ clearly, and no hue comes twice.
_GOLDEN_ANGLE = 137.50776405 / 360.0
# Every eight ids the next shade, since hues alone are hard to tell apart after that.
_SHADES = ((0.85, 0.95), (0.60, 0.85), (0.95, 0.75))
_PER_SHADE = 8
NOBODY: Rgb = (150, 150, 150)


def identity_colour(global_id: int) -> Rgb:
    """Red, green and blue of an identity, 0..255."""
    saturation, value = _SHADES[global_id // _PER_SHADE % len(_SHADES)]
    shares = colorsys.hsv_to_rgb(global_id * _GOLDEN_ANGLE % 1.0, saturation, value)
    red, green, blue = (round(255 * share) for share in shares)
    return red, green, blue


def hex_colour(colour: Rgb) -> str:
    """A colour as pages write it, for example `#2f6db5`."""
    return "#" + "".join(f"{share:02x}" for share in colour)


def text_colour(background: Rgb) -> Rgb:
    """Black or white, whichever is read more easily on a colour (relative luminance of WCAG 2)."""
    linear = [(c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in background]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # Contrast to white is 1.05 / (l + 0.05), to black (l + 0.05) / 0.05.
    return (0, 0, 0) if (luminance + 0.05) ** 2 > 1.05 * 0.05 else (255, 255, 255)
