"""Expected accuracy of an identity map, estimated from the footage alone.

Three raters cluster a third of the appearance dimensions each: joined pairs that they find again are
probably correct, the others probably not. `calibration_pairs.py` estimates the probabilities for one class
group, `presentation/calibration_picture.py` draws them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reid_assets.reid.accuracy.calibration_pairs import MIN_TRACKS, GroupPairs
from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY, SIMILARITY_CALIBRATION
from reid_assets.reid.accuracy.latent_class import N_RATERS, random_subspace, rater_identities
from reid_assets.reid.association.auto_parameters import DEFAULT_PARAMETERS
from reid_assets.reid.association.constraints.cannot_links import compile_constraints
from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.settings import AssociateSettings

MAX_COMPARED_TRACKS = 3000  # above it, a random sample of whole identities is compared
_MIN_DIMS = 8 * N_RATERS
MIN_CONFIDENCE = 0.6  # mean confidence below which assignments are ties
MIN_PRECISION = 0.7  # expected precision below which the footage does not support the map
_DECIDED_BY = {
    "strangers": "standing out from strangers",
    "crops": "distance between crops of one track",
    "prior": "few tracks: what is known of networks, moved by the footage",
}

Regroup = Callable[[Mapping[str, TrackEmbeddings]], pd.DataFrame]


@dataclass(frozen=True)
class Calibration:
    """Similarity calibration and expected accuracy of a map.

    Attributes:
        bins: rows of `SIMILARITY_CALIBRATION`.
        accuracy: rows of `EXPECTED_ACCURACY`, one per class group.
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
    """Estimate the precision and recall of a map, and calibrate similarity against match probability.

    Expected precision is the mean match probability of the pairs that the map joins; expected recall is
    their share in the summed probability of all allowed pairs. The probabilities come from latent class
    analysis in up to four strata of similarity. Pairs that no rater finds count as non-matches, so recall
    is relative to findable matches and too high for a weak network; precision is too low if a third of
    the dimensions is not enough to recognise anybody. docs/accuracy.md gives the errors of both on
    labelled people.

    Args:
        embeddings: by video.
        id_map: the map made from them, rows of `tables.GLOBAL_ID_MAP`.
        report: the association report of that map.
        settings: the section `associate` that it was made with.
        regroup: makes the map of other embeddings in the same way.
        cameras: video -> camera.
    """
    sample = _sample(embeddings, id_map)
    tracks = assemble(sample, cameras)
    mapped = tracks.meta.merge(id_map[["video", "track_id", "global_id"]], on=["video", "track_id"])
    constraints = compile_constraints(tracks.meta, settings)
    votes = np.zeros((0, len(tracks)), dtype=np.int64)
    if len(tracks) >= MIN_TRACKS and tracks.vectors.shape[1] >= _MIN_DIMS:
        maps = [regroup(random_subspace(sample, rater)) for rater in range(N_RATERS)]
        votes = rater_identities(maps, tracks.meta)
    bins, accuracy = [], []
    for rows in constraints.blocks():
        name = str(tracks.meta["class_name"].iloc[rows[0]])
        members = set(tracks.meta["class_name"].iloc[rows])
        pairs = GroupPairs(tracks, constraints, rows, mapped["global_id"].to_numpy(), votes)
        bins.append(pairs.bins().assign(class_group=name))
        group_map = id_map[id_map["class_name"].isin(members)]
        group_report = report_of_group(report, members)
        decision = _decision(group_map, group_report, settings)
        row = {"class_group": name} | decision | pairs.accuracy_row()
        few = settings.method == "auto" and len(group_map) < DEFAULT_PARAMETERS.min_tracks_for_cohort
        accuracy.append(row | {"few": few})
    table = SIMILARITY_CALIBRATION.conform(pd.concat(bins)) if bins else SIMILARITY_CALIBRATION.empty()
    return Calibration(table, _accuracy_table(accuracy))


def _sample(embeddings: Mapping[str, TrackEmbeddings], id_map: pd.DataFrame) -> dict[str, TrackEmbeddings]:
    """The tracks of the map; if these are too many to compare, a random sample of whole identities."""
    kept = id_map
    if len(id_map) > MAX_COMPARED_TRACKS:
        ids = np.unique(id_map["global_id"])
        order = dict(zip(np.random.default_rng(0).permutation(ids), range(len(ids)), strict=True))
        kept = id_map.iloc[np.argsort(id_map["global_id"].map(order), kind="stable")[:MAX_COMPARED_TRACKS]]
    tracks = dict(iter(kept.groupby("video")["track_id"]))
    chosen = {video: one for video, one in sorted(embeddings.items()) if video in tracks}
    dim = max((one.emb.shape[1] for one in chosen.values()), default=0)
    # A third of the dimensions must be the same third in every video.
    return {
        video: one.padded(dim).only(one.meta["track_id"].isin(set(tracks[video])).to_numpy())
        for video, one in chosen.items()
    }


def _decision(
    id_map: pd.DataFrame, report: Mapping[str, Any], settings: AssociateSettings
) -> dict[str, object]:
    """What determined the cut of a class group, and its interval of the number of identities."""
    identities = int(id_map["global_id"].nunique())
    row: dict[str, object] = {
        "tracks": len(id_map),
        "identities": identities,
        "footage": bool(report.get("footage_decides", True)),
        "mean_confidence": report.get("mean_confidence"),
    }
    if settings.method == "threshold" or report.get("by") == "min_sim":
        return (
            row
            | {"decided_by": f"min_sim {settings.min_sim:g}", "fewest": None, "most": None}
            | {name: report[name] for name in ("fewest", "most") if name in report}
        )
    criterion = _DECIDED_BY.get(str(report.get("by")), str(report.get("by")))
    cut = report.get("score", report.get("cosine"))
    return row | {
        "decided_by": criterion if cut is None else f"{criterion}, at {cut:.2f}",
        "fewest": report.get("fewest"),
        "most": report.get("most"),
    }


def report_of_group(report: Mapping[str, Any], classes: set[str]) -> Mapping[str, Any]:
    """The part of the association report on the group of these classes; empty unless method `auto`."""
    return next((group for group in report.get("groups", ()) if group["class"] in classes), {})


def _why_unsupported(row: Mapping[str, Any]) -> str | None:
    if row["tracks"] == 1:
        return None  # nobody to take it for
    if row["few"]:
        if row["identities"] == 1:
            return f"too few tracks ({row['tracks']}) to tell them apart: all became one"
        return None if row["footage"] else f"too few tracks ({row['tracks']}) to be sure with this network"
    if row["compared"] < MIN_TRACKS:
        return f"too few tracks ({row['compared']}) to tell them apart; it takes {MIN_TRACKS}"
    if not row["enough"]:
        return f"vectors of fewer than {_MIN_DIMS} dimensions cannot be judged by their parts"
    if row["expected_precision"] is not None and row["expected_precision"] < MIN_PRECISION:
        return (
            f"identities overlap: parts of the appearance find {row['expected_precision']:.0%} of the joined "
            "pairs again"
        )
    if row["mean_confidence"] is not None and row["mean_confidence"] < MIN_CONFIDENCE:
        return f"most tracks might as well belong elsewhere (mean confidence {row['mean_confidence']:.2f})"
    return None if row["footage"] else "nobody stands out as coming back"


def _accuracy_table(rows: list[dict[str, object]]) -> pd.DataFrame:
    if not rows:
        return EXPECTED_ACCURACY.empty()
    table = pd.DataFrame([{**row, "why": _why_unsupported(row)} for row in rows])
    table = table.assign(supported=table["why"].isna())
    # Three thirds of few tracks say less than their confidences; a doubtful map has no figure to rely on.
    untold = table["few"] | ~table["supported"]
    for name in ("expected_precision", "expected_recall"):
        table[name] = table[name].astype(float).where(~untold)
    return EXPECTED_ACCURACY.conform(table.drop(columns=["enough", "footage", "few", "mean_confidence"]))
