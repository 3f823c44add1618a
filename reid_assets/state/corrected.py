"""Which corrections hold on a root, before or after the map is made."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reid_assets.reid.association.constraints.cannot_links import compile_constraints
from reid_assets.reid.association.constraints.corrected_links import CorrectedLinks, corrected_links
from reid_assets.reid.association.constraints.spatiotemporal import travel_constraints
from reid_assets.reid.core.corrections import Correction, Corrections, Problem, TrackRef
from reid_assets.state.project import Project
from reid_assets.storage.embeddings_pair import read_metas, unreadable_pairs


def known_tracks(project: Project) -> pd.DataFrame:
    """Rows of `tables.TRACK_META` of all tracks that have an embedding."""
    layout = project.layout
    return read_metas(layout, without=unreadable_pairs(layout, set(layout.embedded_names())))


def links_of(project: Project, corrections: Corrections, meta: pd.DataFrame | None = None) -> CorrectedLinks:
    """What holds of the corrections on the tracks of this root.

    Args:
        corrections: all that was said.
        meta: rows of `tables.TRACK_META`; None: `known_tracks`.
    """
    meta = known_tracks(project) if meta is None else meta
    nobody = {(track.video, track.track_id) for track in corrections.not_targets()}
    keys = zip(meta["video"], meta["track_id"], strict=True)
    targets = np.array([key not in nobody for key in keys], dtype=bool)
    meta = meta[targets].reset_index(drop=True)
    travel = travel_constraints(meta, project.explicit_clocks(sorted(set(meta["video"]))))
    return corrected_links(corrections, meta, compile_constraints(meta, project.settings.associate, travel))


def unknown_tracks(corrections: Corrections, meta: pd.DataFrame) -> list[Problem]:
    """Lines of `not_a_target` and `name` about tracks that have no embedding."""
    known = {TrackRef(str(v), int(n)) for v, n in zip(meta["video"], meta["track_id"], strict=True)}
    return [
        Problem(
            (one.line,),
            f"{one.a}: no such track has an embedding here",
            "Compare the names with `reid-assets status`; the line counts again once the track is there.",
        )
        for one in corrections.of("not_a_target", "name")
        if one.a not in known
    ]


def broken_corrections(
    held: Sequence[Correction], corrections: Corrections, id_map: pd.DataFrame
) -> pd.DataFrame:
    """Corrections that a map does not follow: `line, correction`.

    Args:
        held: those of `same` and `different` that can hold.
        corrections: all that was said.
        id_map: rows of `tables.GLOBAL_ID_MAP`.
    """
    named = {track for one in corrections.said for track in one.tracks()}
    near = id_map[id_map["video"].isin({track.video for track in named})]
    keys = zip(near["video"], near["track_id"], strict=True)
    ids = {TrackRef(str(v), int(n)): i for (v, n), i in zip(keys, near["global_id"], strict=True)}
    broken = [
        one for one in held if (ids.get(one.a) == ids.get(one.b or one.a)) is not (one.action == "same")
    ]
    broken += [one for one in corrections.of("not_a_target") if one.a in ids]
    return pd.DataFrame([(one.line, str(one)) for one in broken], columns=["line", "correction"])
