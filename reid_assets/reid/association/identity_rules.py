"""The identity rules, verified on a finished map.

Independent of how the map was made: clustering keeps the rules by construction, this finds out whether
it did. Sorted sweeps, never all pairs, so that a million tracks take seconds.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from reid_assets.reid.association.constraints.spatiotemporal import travel_constraints
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.settings import AssociateSettings

_COLUMNS = ["rule", "global_id", "video", "track_id", "other_video", "other_track_id"]


def class_groups(names: pd.Series, settings: AssociateSettings) -> pd.Series:
    """Class group of each name: the group of `associate.class_groups` it is in, else the name itself."""
    group: Mapping[str, str] = {name: "+".join(names) for names in settings.class_groups for name in names}
    return names.map(lambda name: group.get(name, name))


def violations(
    id_map: pd.DataFrame, settings: AssociateSettings, clocks: Clocks | None = None
) -> pd.DataFrame:
    """Pairs of tracks that share an identity and must not (design rule 1), one row a pair.

    Whole identities are compared, so a chain of links hides nothing. Of many tracks that break a
    rule together, enough pairs are listed to name each track, not every pair.

    Args:
        id_map: rows of `tables.GLOBAL_ID_MAP`.
        settings: the section `associate`.
        clocks: camera and start of each video; None: unknown.

    Returns:
        Columns `rule` (`class`, `overlap`, `same_video`, `clock`), `global_id`, `video`, `track_id`,
        `other_video`, `other_track_id`; empty where all rules hold.
    """
    broken = [_overlaps(id_map, settings.max_same_video_time_overlap)]
    if not settings.allow_merge_same_video:
        broken.append(_same_video(id_map))
    if settings.same_class_only:
        broken.append(_classes(id_map, settings))
    if clocks is not None:
        broken.append(_impossible_travel(id_map, clocks))
    return pd.concat(broken, ignore_index=True)


def _pairs(rule: str, one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "rule": rule,
        "global_id": one["global_id"].to_numpy(),
        "video": one["video"].to_numpy(),
        "track_id": one["track_id"].to_numpy(),
        "other_video": other["video"].to_numpy(),
        "other_track_id": other["track_id"].to_numpy(),
    }
    return pd.DataFrame(columns, columns=_COLUMNS)


def _overlaps(id_map: pd.DataFrame, tolerance: int) -> pd.DataFrame:
    """Each track against the one of its identity and video that began earlier and ends last."""
    rows = id_map.sort_values(["global_id", "video", "f_min", "f_max", "track_id"], ignore_index=True)
    key = rows.groupby(["global_id", "video"], sort=False).ngroup().to_numpy()
    f_min, f_max = rows["f_min"].to_numpy(np.int64), rows["f_max"].to_numpy(np.int64)
    latest = _running_latest(key, f_max)
    before = np.flatnonzero(latest >= 0)
    other = latest[before]
    overlap = np.minimum(f_max[before], f_max[other]) - f_min[before] + 1
    bad = overlap > tolerance
    return _pairs("overlap", rows.iloc[before[bad]], rows.iloc[other[bad]])


def _running_latest(key: np.ndarray, f_max: np.ndarray) -> np.ndarray:
    """int64 (n,): row before this one, of the same key, with the largest f_max; -1 where there is none."""
    latest = np.full(len(key), -1)
    if len(key) == 0:
        return latest
    span = int(f_max.max()) - int(f_max.min()) + 1
    # Keys never decrease, so one running maximum over (key, f_max) serves all of them.
    running = np.maximum.accumulate(key.astype(np.int64) * span + (f_max - f_max.min()))
    new = np.r_[True, running[1:] > running[:-1]]
    holder = np.maximum.accumulate(np.where(new, np.arange(len(key)), 0))
    same = np.flatnonzero(key[1:] == key[:-1]) + 1
    latest[same] = holder[same - 1]
    return latest


def _same_video(id_map: pd.DataFrame) -> pd.DataFrame:
    rows = id_map.sort_values(["global_id", "video", "track_id"], ignore_index=True)
    again = np.flatnonzero(rows.duplicated(["global_id", "video"]).to_numpy())
    return _pairs("same_video", rows.iloc[again], rows.iloc[again - 1])


def _classes(id_map: pd.DataFrame, settings: AssociateSettings) -> pd.DataFrame:
    rows = id_map.assign(group=class_groups(id_map["class_name"], settings))
    rows = rows.sort_values(["global_id", "group", "video", "track_id"], ignore_index=True)
    switches = (rows["global_id"].diff() == 0) & (rows["group"] != rows["group"].shift())
    bad = np.flatnonzero(switches.fillna(False).to_numpy(bool))
    return _pairs("class", rows.iloc[bad], rows.iloc[bad - 1])


def _impossible_travel(id_map: pd.DataFrame, clocks: Clocks) -> pd.DataFrame:
    """Each track against those of its identity that follow it in time, as far as they can conflict."""
    travel = travel_constraints(id_map, clocks)
    if travel is None:
        return _pairs("clock", id_map.iloc[:0], id_map.iloc[:0])
    known = np.flatnonzero(~np.isnan(travel.start))
    order = known[np.lexsort((travel.start[known], id_map["global_id"].to_numpy()[known]))]
    identity = id_map["global_id"].to_numpy()[order]
    row, step, pairs = np.arange(len(order)), 0, []
    while len(row):
        step += 1
        row = row[row + step < len(order)]
        near = travel.start[order[row + step]] < travel.end[order[row]] + travel.max_travel_s
        row = row[(identity[row] == identity[row + step]) & near]
        bad = travel.forbidden_pairs(order[row], order[row + step])
        pairs.append(np.stack([order[row[bad]], order[row[bad] + step]]))
        # One pair names the track; an identity that breaks the rule a million times is not listed in full.
        row = row[~bad]
    one, other = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0), np.int64)
    return _pairs("clock", id_map.iloc[one], id_map.iloc[other])


def identity_bounds(id_map: pd.DataFrame, settings: AssociateSettings) -> pd.DataFrame:
    """Lower and upper bound on the number of identities of each class, and the number in the map.

    At least as many as tracks are visible together in one video (overlapping by more than the
    tolerance), or, while `allow_merge_same_video` is false, as one video has tracks; at most as many
    as there are tracks.

    Returns:
        One row a class: `class_name, identities, at_least, at_most, ok`.
    """
    rows = id_map.assign(group=class_groups(id_map["class_name"], settings))
    bounds = []
    for group, part in rows.groupby("group", sort=True):
        videos = [_co_occurring(own, settings) for _, own in part.groupby("video")]
        identities = int(part["global_id"].nunique())
        at_least = max(videos, default=0)
        ok = at_least <= identities <= len(part)
        bounds.append((group, identities, at_least, len(part), ok))
    return pd.DataFrame(bounds, columns=["class_name", "identities", "at_least", "at_most", "ok"])


def _co_occurring(tracks: pd.DataFrame, settings: AssociateSettings) -> int:
    """Largest number of a video's tracks that can belong to no fewer identities."""
    if not settings.allow_merge_same_video:
        return len(tracks)
    # A track counts from its first frame until as many frames before its end as may overlap.
    f_min = tracks["f_min"].to_numpy(np.int64)
    f_max = tracks["f_max"].to_numpy(np.int64) - settings.max_same_video_time_overlap
    starts, ends = np.sort(f_min[f_max >= f_min]), np.sort(f_max[f_max >= f_min])
    alive = np.arange(1, len(starts) + 1) - np.searchsorted(ends, starts, side="left")
    return max(1, int(alive.max(initial=0)))


def largest_share(id_map: pd.DataFrame) -> float:
    """Share of a class's tracks that its largest identity holds, of the class where it is largest; 0..1.

    Classes with fewer than ten tracks do not count: there a large share means nothing.
    """
    shares = [0.0]
    for _, part in id_map.groupby("class_name"):
        if len(part) >= 10:
            shares.append(float(part["global_id"].value_counts().iloc[0] / len(part)))
    return max(shares)
