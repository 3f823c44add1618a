"""Videos that were tracked again after tracks of theirs were forgotten."""

from reid_assets.state.project import Project


def retracked_line(project: Project) -> str | None:
    """What to say where numbers of forgotten tracks may mean somebody else; None where they do not."""
    layout, digests = project.layout, project.staleness.digests
    there = set(layout.video_names())
    changed = project.forgotten.retracked(lambda video: digests.of_file(layout.tracks(video)))
    if not (changed := [video for video in changed if video in there]):
        return None
    return (
        f"tracks.csv of {', '.join(changed[:5])} is another one than when tracks of it were forgotten. If it "
        "is from a new run of the tracker, its numbers may mean other people: look, and forget whom you mean "
        "again."
    )
