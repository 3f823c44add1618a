"""From the vectors of all videos to one identity a track: the entry to `association`.

The steps in order: one table of tracks, what can never be joined, the grouping, the ids. Each step
is a file of its own under `association`; nothing here knows files or Dagster.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from reid_assets.reid.association.assignment_confidence import dense_evidence, gather_evidence
from reid_assets.reid.association.auto import group_automatically
from reid_assets.reid.association.clustering import Grouping
from reid_assets.reid.association.constraints.cannot_links import Constraints, compile_constraints
from reid_assets.reid.association.constraints.spatiotemporal import clock_of
from reid_assets.reid.association.id_assignment import number_groups
from reid_assets.reid.association.linkage import average_linkage, number_by_first
from reid_assets.reid.association.track_set import TrackStack, stack_tracks
from reid_assets.reid.core.clocks import Clocks
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.reid.core.tables import GLOBAL_ID_MAP, IDENTITY_EVIDENCE

_MOST_BY_THRESHOLD = 30_000  # tracks of one class; beyond, the matrix of all pairs exceeds 12 GB


@dataclass(frozen=True)
class Association:
    """Who is who.

    Attributes:
        id_map: rows of `tables.GLOBAL_ID_MAP`, sorted by video and track_id.
        next_id: highest id ever given + 1.
        report: plain values: `method`, `threshold` (None where chosen automatically), `tracks`,
            `identities`, the fates of the identities (`born, kept, merged, split, gone`; see
            `ids.Numbering`), and `groups`: what method `auto` measured and chose a class group.
        evidence: rows of `tables.IDENTITY_EVIDENCE`, one a track, in the order of `id_map`.
    """

    id_map: pd.DataFrame
    next_id: int
    report: dict[str, object]
    evidence: pd.DataFrame = field(default_factory=IDENTITY_EVIDENCE.empty)


def associate(
    embeddings: Mapping[str, TrackEmbeddings],
    settings: AssociateSettings,
    previous: pd.DataFrame | None = None,
    next_id: int = 0,
    cameras: Mapping[str, str] | None = None,
    clocks: Clocks | None = None,
) -> Association:
    """Group the tracks of all videos into identities that keep rule 1, and number them.

    Args:
        embeddings: by video name; their order does not matter.
        settings: the section `associate` of the configuration.
        previous: the earlier id map, whose ids are kept as far as its identities last; or None.
        next_id: highest id ever given + 1, so that a retired id never returns.
        cameras: video name to camera name; a video not named is a camera of its own. Default: `clocks`'.
        clocks: camera and start of each video; explicit ones forbid what nobody can have done.

    Raises:
        MixedBackbonesError: the vectors were made by different backbones.
        InputError: a vector is not finite; or method `threshold` is asked of too many tracks.
    """
    clocks = clocks or Clocks()
    tracks = stack_tracks(embeddings, cameras or clocks.cameras())
    constraints = compile_constraints(tracks.meta, settings, clock=clock_of(tracks.meta, clocks))
    if settings.method == "auto":
        found = group_automatically(tracks, constraints, settings)
    else:
        found = _group_by_threshold(tracks, constraints, settings.min_sim)
    labels = found.labels
    numbering = number_groups(tracks.meta, labels, previous, next_id)
    id_map = GLOBAL_ID_MAP.conform(tracks.meta.assign(global_id=numbering.ids[labels]))
    report: dict[str, object] = {
        "method": settings.method,
        "threshold": settings.min_sim if settings.method == "threshold" else None,
        "tracks": len(tracks),
        "identities": len(numbering.ids),
        **numbering.counts,
        **found.facts,
    }
    return Association(id_map, numbering.next_id, report, _name_witnesses(id_map, found.evidence))


def _group_by_threshold(tracks: TrackStack, constraints: Constraints, min_sim: float) -> Grouping:
    """The plain meaning of `min_sim`: average cosine of pooled vectors."""
    labels = np.arange(len(tracks))
    evidence = []
    for rows in constraints.blocks():
        if len(rows) > _MOST_BY_THRESHOLD:
            name = tracks.meta["class_name"].iloc[rows[0]]
            raise InputError(
                f"method threshold compares all pairs, which {len(rows)} tracks of class {name} are too many "
                f"for ({_MOST_BY_THRESHOLD} at most). Set associate.method: auto, made for such footage."
            )
        vectors = tracks.vectors[rows]
        cosine = vectors @ vectors.T
        tree = average_linkage(cosine, constraints.forbidden(rows, rows), min_sim)
        block = tree.cut(min_sim)
        labels[rows] = rows[np.unique(block, return_index=True)[1]][block]
        evidence.append(dense_evidence(cosine, block, min_sim, rows))
    return Grouping(number_by_first(labels), {"groups": []}, gather_evidence(evidence))


def _name_witnesses(id_map: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    witness = evidence["witness"].to_numpy(dtype=np.int64)
    named = id_map[["video", "track_id"]].reset_index(drop=True).reindex(witness).reset_index(drop=True)
    named = named.rename(columns={"video": "witness_video", "track_id": "witness_track_id"})
    measured = evidence.drop(columns="witness").reset_index(drop=True)
    return IDENTITY_EVIDENCE.conform(
        pd.concat([id_map[["video", "track_id", "global_id"]], named, measured], axis=1)
    )
