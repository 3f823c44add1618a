"""The videos of a root as one dynamic partition set: a key is the name of a video's folder.

Dynamic, because videos arrive; keys are appended in sorted order, so that new ones lie together and
one run can take them as a range.
"""

import hashlib
import os

import dagster as dg

from reid_assets.config import find_root


def partition_set_name() -> str:
    """`videos`; with a root's own digest where DAGSTER_HOME may hold the history of several roots."""
    root = find_root()
    home = os.environ.get("DAGSTER_HOME", "")
    if not home or str(root) in home:
        return "videos"
    return f"videos_{hashlib.sha1(str(root).encode()).hexdigest()[:8]}"


videos = dg.DynamicPartitionsDefinition(name=partition_set_name())
