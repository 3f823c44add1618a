"""How many identities there are, and how far that number may be off.

A count of people rests on one cut; moved by what the cut may well be off by, it gives another. Where the
cut comes from is `association`; how right the map is, `calibration.py`.
"""

from collections.abc import Mapping
from typing import Any


def count_interval(report: Mapping[str, Any]) -> dict[str, int]:
    """`identities_fewest` and `identities_most`, summed over the class groups.

    Args:
        report: `global_id_map.Association.report`.

    Returns:
        Nothing where no cut was moved, as with method `threshold`.
    """
    groups = [group for group in report.get("groups", ()) if {"fewest", "most"} <= set(group)]
    if not groups:
        return {}
    # A group that has no interval counts with neither end; the whole then has none either.
    if sum(group["tracks"] for group in groups) != report["tracks"]:
        return {}
    count = int(report["identities"])
    fewest, most = (sum(int(group[name]) for group in groups) for name in ("fewest", "most"))
    return {"identities_fewest": min(fewest, count), "identities_most": max(most, count)}
