"""Interval of the number of identities, from moving the cut by its uncertainty.

The cut and its uncertainty come from the package `association`; the expected accuracy of the map is in
`similarity_calibration.py`.
"""

from collections.abc import Mapping
from typing import Any


def count_interval(report: Mapping[str, Any]) -> dict[str, int]:
    """The interval `identities_fewest` to `identities_most`, summed over the class groups.

    Args:
        report: the association report (association.json).

    Returns:
        Both keys; empty unless every class group has an interval, as with method `threshold`.
    """
    groups = [group for group in report.get("groups", ()) if {"fewest", "most"} <= set(group)]
    if not groups:
        return {}
    # Without an interval for every group there is none for the sum.
    if sum(group["tracks"] for group in groups) != report["tracks"]:
        return {}
    count = int(report["identities"])
    fewest, most = (sum(int(group[name]) for group in groups) for name in ("fewest", "most"))
    return {"identities_fewest": min(fewest, count), "identities_most": max(most, count)}
