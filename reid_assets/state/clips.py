"""Rendered clips of one root: what those of identities are made from, whether that still holds, what must go.

Clips are made when somebody asks, and what is out of date stays until somebody asks again. Removed without
being asked is what must not be seen any more: clips that show somebody who was forgotten, or a video that is
gone, and compilations of identities that are no more.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from reid_assets.reid.association.identity_names import identity_names
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.rendering.clip_parts import Sources, Subject
from reid_assets.reid.tracks.tracks_csv import Tracks
from reid_assets.state.input_versions import FORGOTTEN_TRACKS
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_content
from reid_assets.storage.clip_files import ANNOTATED, identity_clips, remove_clip, write_clip_index
from reid_assets.storage.digests import digest_of_text
from reid_assets.storage.id_map_file import read_map
from reid_assets.storage.video_folders import VideoFolders, footage

_CODE = "1"
_FORGOTTEN_OF, _FOOTAGE_OF = f"{FORGOTTEN_TRACKS} of ", "video file of "


def subject_of(project: Project, global_id: int) -> Subject:
    """An identity as its compilation shows it.

    Raises:
        ReidError: map or visits are not made yet, or the identity is not in them.
    """
    id_map, visits = read_map(project.layout), load_content(project.layout, "visits")
    own = id_map[id_map["global_id"] == global_id]
    # Visits may be from an older map than this.
    stays = visits[(visits["global_id"] == global_id) & visits["video"].isin(own["video"])]
    if own.empty or stays.empty:
        raise ReidError(
            f"no visits of identity {global_id} are known. Run `reid-assets run`, then ask again."
        )
    names = identity_names(project.corrections, id_map).set_index("global_id")["name"]
    tracks = {str(video): rows["track_id"].to_numpy("int64") for video, rows in own.groupby("video")}
    return Subject(global_id, str(names.get(global_id, "")), tracks, stays.sort_values("visit"))


def sources_of(project: Project, subject: Subject) -> Sources:
    """The videos as a compilation looks into them: forgotten tracks are hidden; with blur, all others too."""
    folders = VideoFolders(project.layout)
    hidden = footage(folders, lambda video: "", project.settings.privacy.blur).hidden

    def others(tracks: Tracks) -> np.ndarray:
        own = tracks.rows["track_id"].isin(subject.tracks.get(tracks.video, ())).to_numpy()
        return hidden(tracks) & ~own

    return Sources(folders.job, others, project.clocks())


def clip_versions(project: Project, subject: Subject, sources: Sources) -> dict[str, str]:
    """What a compilation would be made from now: name of each input -> its version."""
    versions = project.staleness.input_versions
    found = {
        "code": _CODE,
        "identity": digest_of_text(
            repr([(video, list(own)) for video, own in sorted(subject.tracks.items())])
        ),
        "visits": digest_of_text(subject.visits.to_csv(index=False)),
        "name": subject.name,
        "privacy": versions.section("privacy"),
    }
    for video in sorted(subject.tracks):
        found[f"{_FOOTAGE_OF}{video}"] = versions.footage(video)
        found[f"{_FORGOTTEN_OF}{video}"] = project.forgotten.version(video) or ""
        clock = sources.clocks.videos.get(video)
        found[f"clock of {video}"] = clock.describe() if clock else ""
    return found


def stale_clips(project: Project) -> Iterator[tuple[str, str | None]]:
    """Every clip there is, in words, and why it is out of date; None: it is not."""
    for video in project.layout.video_names():
        if project.layout.path(ANNOTATED, video).is_file():
            yield f"video {video}", project.staleness.stale_reason(ANNOTATED, video)
    for number, then in identity_clips(project.layout).items():
        yield f"identity {number}", stale_clip(project, number, then)


def stale_clip(project: Project, global_id: int, then: dict[str, str]) -> str | None:
    """Why the compilation of an identity is out of date; None where it is not.

    Args:
        then: the versions it was made from; empty: not known.
    """
    if not then:
        return "was not finished"
    try:
        subject = subject_of(project, global_id)
    except ReidError as error:
        return str(error)
    now = clip_versions(project, subject, sources_of(project, subject))
    changed = [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return f"changed: {', '.join(changed[:3])}{more}" if changed else None


def remove_clips(project: Project) -> list[str]:
    """Remove what must not be seen any more; what that was, in words. The caller holds the root's lock."""
    layout = project.layout
    videos, identities = improper_clips(project)
    for video in videos:
        remove_clip(layout.path(ANNOTATED, video))
        project.staleness.forget(ANNOTATED, video)
    for number in identities:
        remove_clip(layout.identity_clip(number))
    # Somebody may have deleted a clip by hand, which is theirs to do.
    if layout.clips.is_dir():
        write_clip_index(layout)
    return [*(f"clip of {video}" for video in videos), *(f"clip of identity {n}" for n in identities)]


def improper_clips(project: Project) -> tuple[list[str], list[int]]:
    """Videos and identities whose clips must not be seen any more.

    They show somebody who was forgotten since, or are from before `privacy.blur` was switched on, or are of
    an identity that is no more.
    """
    layout = project.layout
    there = (video for video in project.layout.video_names() if layout.path(ANNOTATED, video).is_file())
    made_from = {video: project.staleness.made_from(ANNOTATED, video) for video in there}
    videos = [
        video
        for video, then in made_from.items()
        if then.get(FORGOTTEN_TRACKS) != project.forgotten.version(video) or _unblurred(project, then)
    ]
    clips = identity_clips(layout)
    known = _identities(project) if clips else None
    identities = [
        number
        for number, then in clips.items()
        if _shows_forgotten(project, then)
        or _unblurred(project, then)
        or (known is not None and number not in known)
    ]
    return videos, identities


def _unblurred(project: Project, then: dict[str, str]) -> bool:
    """Whether everybody else has to be hidden now, and a clip may be from before."""
    return project.settings.privacy.blur and then.get("privacy") != project.staleness.input_versions.section(
        "privacy"
    )


def remove_clips_of(project: Project, video: str) -> None:
    """Remove the compilations that show a video, which is gone."""
    for number, then in identity_clips(project.layout).items():
        if not then or f"{_FOOTAGE_OF}{video}" in then:
            remove_clip(project.layout.identity_clip(number))
    write_clip_index(project.layout)


def clips_of(project: Project, tracks: pd.DataFrame) -> int:
    """How many clips show one of the videos of some tracks (`video, track_id`), and go with them."""
    videos = {str(video) for video in tracks["video"]}
    own = sum(project.layout.path(ANNOTATED, video).is_file() for video in videos)
    compiled = identity_clips(project.layout).values()
    return own + sum(
        not then or any(f"{_FOOTAGE_OF}{video}" in then for video in videos) for then in compiled
    )


def _shows_forgotten(project: Project, then: dict[str, str]) -> bool:
    """Whether a compilation shows a video as it was before somebody there was forgotten, or nobody knows."""
    if not then:
        return bool(project.forgotten.videos())
    of = {name.removeprefix(_FORGOTTEN_OF): v for name, v in then.items() if name.startswith(_FORGOTTEN_OF)}
    return any((project.forgotten.version(video) or "") != version for video, version in of.items())


def _identities(project: Project) -> set[int] | None:
    """Ids in the map; None where it cannot be read."""
    try:
        return set(map(int, read_map(project.layout)["global_id"]))
    except ReidError:
        return None
