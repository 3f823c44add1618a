"""Artifacts that are made only when somebody asks for them, by name or by a setting: the tasks of `render`.

That one is missing is no reason to make it, and that it is out of date is only told.
"""

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.artifacts import ARTIFACTS
from reid_assets.state.planner import RunOptions, Task, blocked, why_attach
from reid_assets.state.project import Project


def render_tasks(project: Project, options: RunOptions) -> list[Task]:
    """Videos for which something is asked for that is missing or out of date; no others ever."""
    if not project.layout.global_id_map.is_file():
        return []
    videos = [v for v in project.layout.video_names() if not options.videos or v in options.videos]
    wanted = [spec.name for spec in ARTIFACTS if spec.on_demand and _asked(project, spec, options)]
    tasks = []
    for artifact in (name for name in wanted if not blocked(project, name)):
        for video in (video for video in videos if _can_be_made(project, artifact, video)):
            why = "forced" if options.force else why_render(project, artifact, video)
            tasks += [Task(artifact, video, why)] if why else []
    return tasks


def _asked(project: Project, spec: ArtifactSpec, options: RunOptions) -> bool:
    """Whether an artifact is asked for: by name, or by its setting in a run of everything."""
    if options.assets or spec.asked_by is None:
        return spec.name in options.assets
    section, _, key = spec.asked_by.partition(".")
    return bool(getattr(getattr(project.settings, section), key))


def _can_be_made(project: Project, artifact: str, video: str) -> bool:
    """Whether what it is made from is there: of a video that failed before, it is not."""
    inputs = [name for name in ARTIFACTS[artifact].inputs if ARTIFACTS[name].per_video]
    return all(project.layout.path(name, video).exists() for name in inputs)


def why_render(project: Project, artifact: str, video: str) -> str | None:
    """Why a video's clip would be made if somebody asked; None where it is up to date."""
    there = all(path.exists() for path in project.layout.files(artifact, video))
    return why_attach(project, artifact, video) or (None if there else "asked for")
