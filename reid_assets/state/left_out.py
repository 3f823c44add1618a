"""Pairs on disk that are not in the map, and why: of another backbone, or not readable."""

from reid_assets.reid.core.errors import InputError, ReidError
from reid_assets.state.project import Project
from reid_assets.storage.embeddings_pair import read_label, unreadable_pairs
from reid_assets.storage.id_map_file import read_map

_EMBEDDINGS = "track_embeddings"


def foreign_pairs(project: Project) -> dict[str, str]:
    """Pairs of another backbone than the configured one whose videos are not at hand: name -> label."""
    foreign = {}
    for video in sorted(set(project.layout.embedded_names()) - set(project.layout.video_names())):
        try:
            label = read_label(project.layout.track_embeds(video))
        except InputError:
            # Left out of the map, and named there.
            continue
        if label is not None and project.staleness.input_versions.backbone_of(video) not in (None, label):
            foreign[video] = label
    return foreign


def left_out_pairs(project: Project) -> dict[str, str]:
    """Pairs that are not in the map because they cannot be read: video -> why."""
    layout = project.layout
    if not layout.global_id_map.is_file():
        return {}
    try:
        missing = set(layout.embedded_names()) - set(read_map(layout)["video"])
    except ReidError:
        # The map itself is what is wrong, and is told.
        return {}
    return unreadable_pairs(
        layout, (video for video in missing if not project.staleness.unmodified(_EMBEDDINGS, video))
    )
