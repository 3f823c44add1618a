"""Histogram of the assignment margins as a tiny inline SVG.

A few hundred bytes, because the UI shows longer values only in a dialog. The full plot of the calibration
is `calibration_picture.py`.
"""

import numpy as np
import pandas as pd

_BINS, _BAR_WIDTH, _HEIGHT = 32, 8, 60


def draw_margins(margin: pd.Series) -> bytes:
    """Histogram of how much nearer tracks are to their own identity than to the next one.

    Bars left of the line are tracks that are more similar to another identity than to their own.

    Args:
        margin: column `margin` of `tables.IDENTITY_EVIDENCE`.

    Returns:
        SVG bytes.
    """
    values = margin.to_numpy(dtype=float)
    reach = float(np.quantile(np.abs(values), 0.99)) if len(values) else 1.0
    low = -reach if (values < 0).any() else -0.25 * reach
    edges = np.linspace(low, max(reach, 1e-9), _BINS + 1)
    counts = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
    heights = np.ceil(_HEIGHT * counts / max(int(counts.max()), 1)).astype(int)
    bars = "".join(f"V{_HEIGHT - height}h{_BAR_WIDTH}" for height in heights)
    zero = round(-low / (edges[-1] - low) * _BINS * _BAR_WIDTH)
    width = _BINS * _BAR_WIDTH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT + 2}">'
        f'<path fill="#4278dc" d="M0 {_HEIGHT}{bars}V{_HEIGHT}z"/>'
        f'<path stroke="#ce3c4c" stroke-width="2" d="M{zero} 0V{_HEIGHT}"/></svg>'
    ).encode()
