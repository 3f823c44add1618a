"""`reid-assets adopt`: label pairs of older scripts with the backbone that made them."""

from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import check_videos, open_project
from reid_assets.storage.embeddings_pair import read_label, relabel
from reid_assets.storage.lock import hold


def adopt_command(root: str | None, config: str | None, backbone: str, videos: tuple[str, ...]) -> int:
    """Label every unlabelled pair (of the named videos); labelled ones stay as they are."""
    project, screen = open_project(root, config), Screen()
    check_videos(project, frozenset(videos))
    with hold(project.layout.lock, "reid-assets adopt", 20.0, screen.say):
        for video in project.layout.embedded_names():
            if videos and video not in videos:
                continue
            label = read_label(project.layout.track_embeds(video))
            if label is None:
                relabel(project.layout, video, backbone)
                screen.say(f"{video}: now labelled {backbone}")
            elif label != backbone:
                screen.warn(f"{video}: stays labelled {label}")
    return 0
