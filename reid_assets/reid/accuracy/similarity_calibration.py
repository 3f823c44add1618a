"""How sure the map can be, told from the footage alone.

A map is judged by three groupings that see a third of the appearance each: pairs they find again are
likely right, pairs they do not are likely not. `latent_truth.py` turns votes into probabilities,
`pair_scores.py` gives the scale they are shown on, `calibration_picture.py` draws them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reid_assets.reid.accuracy.calibration_pairs import FEWEST_TRACKS, GroupPairs
from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY, SIMILARITY_CALIBRATION
from reid_assets.reid.accuracy.latent_class import JUDGES, part_of_appearance, votes_of
from reid_assets.reid.association.constraints.cannot_links import compile_constraints
from reid_assets.reid.association.track_set import stack_tracks
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings

MOST_TRACKS = 3000  # compared; of more, whole identities are drawn
_FEWEST_DIMS = 8 * JUDGES
LEAST_PRECISION = 0.7  # below it the footage does not support the decision
_DECIDED_BY = {
    "strangers": "standing out from strangers",
    "crops": "distance between crops of one track",
    "prior": "few tracks: what is known of networks, moved by the footage",
}

Regroup = Callable[[Mapping[str, TrackEmbeddings]], pd.DataFrame]


@dataclass(frozen=True)
class Calibration:
    """What the footage says about its map.

    Attributes:
        bins: rows of `SIMILARITY_CALIBRATION`.
        accuracy: rows of `EXPECTED_ACCURACY`, one a class group.
    """

    bins: pd.DataFrame
    accuracy: pd.DataFrame


def calibrate(
    embeddings: Mapping[str, TrackEmbeddings],
    id_map: pd.DataFrame,
    report: Mapping[str, object],
    settings: AssociateSettings,
    regroup: Regroup,
    cameras: Mapping[str, str] | None = None,
) -> Calibration:
    """Expected precision and recall of a map, and the similarities they come from.

    Expected precision is the mean probability, over pairs of tracks that the map joins, of being the
    same; expected recall is their share in the sum of probabilities over all allowed pairs. The
    probability is that of the latent class model in four strata of similarity. Pairs that no third of
    the appearance finds count as different, so recall is that among findable pairs, too high where a
    network is weak; and precision is too low where a third of the appearance is too little to know
    anybody by. How far off both were on labelled people stands in docs/accuracy.md.

    Args:
        embeddings: by video.
        id_map: the map made from them, rows of `tables.GLOBAL_ID_MAP`.
        report: `matcher.Association.report` of that map.
        settings: the section `associate` that made it.
        regroup: makes the map of other embeddings in the same way.
        cameras: video name to camera name.
    """
    chosen = _sample(embeddings, id_map)
    tracks = stack_tracks(chosen, cameras)
    mapped = tracks.meta.merge(id_map[["video", "track_id", "global_id"]], on=["video", "track_id"])
    constraints = compile_constraints(tracks.meta, settings)
    votes = np.zeros((0, len(tracks)), dtype=np.int64)
    if len(tracks) >= FEWEST_TRACKS and tracks.vectors.shape[1] >= _FEWEST_DIMS:
        maps = [regroup(part_of_appearance(chosen, judge)) for judge in range(JUDGES)]
        votes = votes_of(maps, tracks.meta)
    bins, accuracy = [], []
    for rows in constraints.blocks():
        name = str(tracks.meta["class_name"].iloc[rows[0]])
        members = set(tracks.meta["class_name"].iloc[rows])
        found = GroupPairs(tracks, constraints, rows, mapped["global_id"].to_numpy(), votes)
        bins.append(found.bins().assign(class_group=name))
        of_map = id_map[id_map["class_name"].isin(members)]
        facts = _facts_of(report, members)
        row = {"class_group": name} | _decision(of_map, facts, settings) | found.judge()
        accuracy.append(row | _expected_of_few(facts))
    table = SIMILARITY_CALIBRATION.conform(pd.concat(bins)) if bins else SIMILARITY_CALIBRATION.empty()
    return Calibration(table, _judged(accuracy))


def _sample(embeddings: Mapping[str, TrackEmbeddings], id_map: pd.DataFrame) -> dict[str, TrackEmbeddings]:
    """The tracks of the map, or whole identities drawn by chance where those are too many to compare."""
    kept = id_map
    if len(id_map) > MOST_TRACKS:
        ids = np.unique(id_map["global_id"])
        order = dict(zip(np.random.default_rng(0).permutation(ids), range(len(ids)), strict=True))
        kept = id_map.iloc[np.argsort(id_map["global_id"].map(order), kind="stable")[:MOST_TRACKS]]
    tracks = dict(iter(kept.groupby("video")["track_id"]))
    return {
        video: _only(one, set(tracks[video])) for video, one in sorted(embeddings.items()) if video in tracks
    }


def _only(one: TrackEmbeddings, tracks: set[int]) -> TrackEmbeddings:
    kept = one.meta["track_id"].isin(tracks).to_numpy()
    place = np.cumsum(kept) - 1
    crops = kept[one.sample_track]
    owner = place[one.sample_track[crops]].astype(np.int32)
    meta = one.meta[kept].reset_index(drop=True)
    return TrackEmbeddings(meta, one.emb[kept], one.samples[crops], owner, one.backbone)


def _decision(
    of_map: pd.DataFrame, facts: Mapping[str, Any], settings: AssociateSettings
) -> dict[str, object]:
    """What decided, and how the number of identities moves with it."""
    identities = int(of_map["global_id"].nunique())
    row = {"tracks": len(of_map), "identities": identities, "footage": bool(facts.get("supported", True))}
    if settings.method == "threshold" or facts.get("by") == "min_sim":
        return (
            row
            | {"decided_by": f"min_sim {settings.min_sim:g}", "fewest": None, "most": None}
            | {name: facts[name] for name in ("fewest", "most") if name in facts}
        )
    what = _DECIDED_BY.get(str(facts.get("by")), str(facts.get("by")))
    point = facts.get("score", facts.get("cosine"))
    return row | {
        "decided_by": what if point is None else f"{what}, at {point:.2f}",
        "fewest": facts.get("fewest"),
        "most": facts.get("most"),
    }


def _facts_of(report: Mapping[str, Any], classes: set[str]) -> Mapping[str, Any]:
    """What method `auto` measured for the group of these classes; nothing for other methods."""
    return next((facts for facts in report.get("groups", ()) if facts["class"] in classes), {})


def _expected_of_few(facts: Mapping[str, Any]) -> dict[str, object]:
    """What the clustering of few tracks expects of itself; three thirds of so little would say less."""
    few = facts.get("by") == "prior"
    return {"few": few} | (
        {name: facts[name] for name in ("expected_precision", "expected_recall")} if few else {}
    )


def _why_not(row: Mapping[str, Any]) -> str | None:
    if row["few"]:
        return None if row["footage"] else f"{row['tracks']} tracks say little of who comes back"
    if row["compared"] < FEWEST_TRACKS:
        return f"{row['compared']} tracks are too few to tell; it takes {FEWEST_TRACKS}"
    if not row["enough"]:
        return f"vectors of fewer than {_FEWEST_DIMS} dimensions cannot be judged by their parts"
    if row["expected_precision"] is not None and row["expected_precision"] < LEAST_PRECISION:
        return (
            f"identities overlap: parts of the appearance find {row['expected_precision']:.0%} of the joined "
            "pairs again"
        )
    return None if row["footage"] else "nobody stands out as coming back"


def _judged(rows: list[dict[str, object]]) -> pd.DataFrame:
    if not rows:
        return EXPECTED_ACCURACY.empty()
    table = pd.DataFrame([{**row, "why": _why_not(row)} for row in rows])
    table = table.assign(supported=table["why"].isna()).drop(columns=["enough", "footage", "few"])
    return EXPECTED_ACCURACY.conform(table)
