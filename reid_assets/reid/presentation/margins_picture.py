"""How clearly tracks belong to their identities, as a picture small enough to stand in a line of text.

An SVG of a few hundred bytes: the UI opens a dialog for more. The calibration's full picture is
`calibration_picture.py`.
"""

import numpy as np
import pandas as pd

_BINS, _WIDE, _HIGH = 32, 8, 60


def draw_margins(margin: pd.Series) -> bytes:
    """SVG bytes: how many tracks lie how far nearer to their own identity than to the next.

    Bars left of the line are tracks that resemble another identity more than their own.

    Args:
        margin: column `margin` of `tables.IDENTITY_EVIDENCE`.
    """
    values = margin.to_numpy(dtype=float)
    reach = float(np.quantile(np.abs(values), 0.99)) if len(values) else 1.0
    low = -reach if (values < 0).any() else -0.25 * reach
    edges = np.linspace(low, max(reach, 1e-9), _BINS + 1)
    counts = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
    heights = np.ceil(_HIGH * counts / max(int(counts.max()), 1)).astype(int)
    bars = "".join(f"V{_HIGH - height}h{_WIDE}" for height in heights)
    zero = round(-low / (edges[-1] - low) * _BINS * _WIDE)
    width = _BINS * _WIDE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HIGH + 2}">'
        f'<path fill="#4278dc" d="M0 {_HIGH}{bars}V{_HIGH}z"/>'
        f'<path stroke="#ce3c4c" stroke-width="2" d="M{zero} 0V{_HIGH}"/></svg>'
    ).encode()
