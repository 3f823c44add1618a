"""Artifacts that are made only when somebody asks for them by name: the tasks behind `render`.

That one is missing is no reason to make it, and that it is out of date is only told.
"""

from reid_assets.artifacts import ARTIFACTS
from reid_assets.state.planner import RunOptions, Task, blocked, why_attach
from reid_assets.state.project import Project


def render_tasks(project: Project, options: RunOptions) -> list[Task]:
    """Videos whose clips are asked for by name, and are missing or out of date; no others ever."""
    if not project.layout.global_id_map.is_file():
        return []
    videos = [v for v in project.layout.video_names() if not options.videos or v in options.videos]
    wanted = [spec.name for spec in ARTIFACTS if spec.on_demand and spec.name in options.assets]
    tasks = []
    for artifact in (name for name in wanted if not blocked(project, name)):
        for video in videos:
            why = "forced" if options.force else why_render(project, artifact, video)
            tasks += [Task(artifact, video, why)] if why else []
    return tasks


def why_render(project: Project, artifact: str, video: str) -> str | None:
    """Why a video's clip would be made if somebody asked; None where it is up to date."""
    there = all(path.exists() for path in project.layout.files(artifact, video))
    return why_attach(project, artifact, video) or (None if there else "asked for")
