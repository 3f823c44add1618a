"""What must be made on a root, and why: the tasks behind `run`, `status` and the sensors.

`staleness.py` knows whether one artifact still holds; here is what that means for a whole root: in stages,
for embeddings that were made elsewhere, and behind a map that breaks a rule.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reid_assets.artifacts import ARTIFACTS
from reid_assets.reid.core.errors import InputError, describe_failure
from reid_assets.reid.core.outside_files import may_be_file
from reid_assets.state.project import Project
from reid_assets.state.staleness import stale_step
from reid_assets.storage.embeddings_pair import read_label

MAP, EMBEDDINGS = "global_id_map", "track_embeddings"


@dataclass(frozen=True)
class Task:
    """One step to run, named by its lead: for a video, or for all (None), and the reason in words."""

    artifact: str
    video: str | None
    why: str


@dataclass(frozen=True)
class RunOptions:
    """What a person asked for.

    Attributes:
        videos, assets: only these; empty means all.
        force: again even if up to date.
        fresh_ids: number the identities anew, which makes the map again whatever its state.
        full: cluster all tracks anew, which makes the map again too; ids stay.
    """

    videos: frozenset[str] = frozenset()
    assets: frozenset[str] = frozenset()
    force: bool = False
    fresh_ids: bool = False
    full: bool = False

    def wants(self, artifact: str) -> bool:
        """Whether this asset, or one that is made with it, is asked for."""
        return not self.assets or bool(self.assets & set(ARTIFACTS.step(artifact)))


def stage_of(artifact: str) -> str:
    """The stage of a run that makes an artifact: embed, associate, attach (per video), results (the rest).

    `render` is the stage of those that are only made when they are asked for.
    """
    lead = ARTIFACTS.lead(artifact)
    if lead.on_demand:
        return "render"
    if lead.name == EMBEDDINGS:
        return "embed"
    if lead.per_video:
        return "attach"
    return "associate" if lead.name == MAP or MAP in ARTIFACTS.downstream(lead.name) else "results"


def attached_artifacts() -> tuple[str, ...]:
    """Artifacts of stage `attach`, upstream first."""
    return tuple(name for name in ARTIFACTS.names if stage_of(name) == "attach")


def association_artifacts() -> tuple[str, ...]:
    """Leads of the steps of stage `associate`, upstream first: the map comes last."""
    return _leads("associate")


def result_artifacts() -> tuple[str, ...]:
    """Leads of the steps of stage `results`, upstream first."""
    return _leads("results")


def _leads(stage: str) -> tuple[str, ...]:
    names = (name for name in ARTIFACTS.names if stage_of(name) == stage)
    return tuple(dict.fromkeys(ARTIFACTS.lead(name).name for name in names))


def blocked(project: Project, artifact: str) -> bool:
    """Whether an artifact is made from a map that breaks an identity rule."""
    return artifact in ARTIFACTS.downstream(MAP) and project.quarantine.reason() is not None


def embedding_tasks(project: Project, options: RunOptions) -> list[Task]:
    """Videos whose vectors must be made, by name."""
    if not options.wants(EMBEDDINGS):
        return []
    videos = [v for v in project.layout.video_names() if not options.videos or v in options.videos]
    reasons = ((v, "forced" if options.force else why_embed(project, v)) for v in videos)
    return [Task(EMBEDDINGS, video, why) for video, why in reasons if why]


def why_embed(project: Project, video: str) -> str | None:
    """Why a video's vectors are out of date; None where they can be used."""
    return _looked(lambda: _why_embed(project, video))


def why_attach(project: Project, artifact: str, video: str) -> str | None:
    """Why what is attached to a video is out of date; None where it is not."""
    return _looked(lambda: project.staleness.stale_reason(artifact, video))


def _looked(look: Callable[[], str | None]) -> str | None:
    """What a look at one video says. Where that fails it has to be made: then it fails by name, and alone."""
    try:
        return look()
    except Exception as error:
        return f"cannot be looked at: {describe_failure(error)}"


def _why_embed(project: Project, video: str) -> str | None:
    staleness, layout = project.staleness, project.layout
    embedded = layout.track_meta(video).is_file() and layout.track_embeds(video).is_file()
    if not embedded or staleness.unmodified(EMBEDDINGS, video):
        return stale_step(staleness, EMBEDDINGS, video)
    try:
        label = read_label(layout.track_embeds(video))
    except InputError as error:
        return str(error)
    # Made elsewhere: unlabelled pairs are never overwritten unasked.
    backbone = staleness.input_versions.backbone_of(video)
    if label is None or backbone in (None, label):
        return None
    return f"made by {label}, configured is {backbone}"


def whole_tasks(project: Project, artifact: str, options: RunOptions) -> list[Task]:
    """The task of an asset without partitions, if there is one.

    What an asset that is asked for is made from comes along where it is out of date, as far as it is made
    after the map; and with the map, what that is made from.
    """
    asked, stage = options.wants(artifact), stage_of(artifact)
    needed = stage == "results" and bool(options.assets & set(ARTIFACTS.downstream(artifact)))
    needed |= stage == "associate" and options.wants(MAP)
    if not (asked or needed) or blocked(project, artifact):
        return []
    if stage != "associate" and not project.layout.global_id_map.is_file():
        return []
    if options.fresh_ids and artifact == MAP:
        return [Task(artifact, None, "identities are numbered anew")]
    if options.full and artifact == MAP:
        return [Task(artifact, None, "a full pass is asked for")]
    why = "forced" if options.force and asked else stale_step(project.staleness, artifact)
    return [Task(artifact, None, why)] if why else []


def attach_tasks(project: Project, options: RunOptions, failed: set[str]) -> list[Task]:
    """Videos whose tables or summaries must be made; a video that failed before is left alone."""
    if not project.layout.global_id_map.is_file():
        return []
    embedded = set(project.layout.embedded_names())
    wanted = [a for a in attached_artifacts() if options.wants(a) and not blocked(project, a)]
    tasks = []
    for video in project.layout.video_names():
        if video in failed or video not in embedded or (options.videos and video not in options.videos):
            continue
        for artifact in wanted:
            why = "forced" if options.force else why_attach(project, artifact, video)
            tasks += [Task(artifact, video, why)] if why else []
    return tasks


def map_to_make(project: Project) -> bool:
    """Whether there is something to associate that the map was not made from."""
    if not project.layout.embedded_names() and not project.layout.global_id_map.is_file():
        return False
    return any(whole_tasks(project, lead, RunOptions()) for lead in association_artifacts())


def why_video(project: Project, artifact: str, video: str) -> str | None:
    """Why one video's artifact is to be made; None where it is up to date or cannot be."""
    layout = project.layout
    if not may_be_file(layout.tracks(video)):
        return None
    if artifact in ARTIFACTS.step(EMBEDDINGS):
        return why_embed(project, video)
    embedded = layout.track_meta(video).is_file() and layout.track_embeds(video).is_file()
    return why_attach(project, artifact, video) if embedded else None


def stale_parts(project: Project, artifact: str) -> dict[str, str]:
    """Video -> why its part of the artifact is out of date; of an artifact without parts, under ""."""
    if ARTIFACTS[artifact].per_video:
        found = {video: why_video(project, artifact, video) for video in project.layout.video_names()}
        return {video: why for video, why in found.items() if why}
    if ARTIFACTS.lead(artifact).name == MAP and not map_to_make(project):
        return {}
    if not project.layout.global_id_map.is_file() and artifact not in ARTIFACTS.step(MAP):
        return {}
    why = project.staleness.stale_reason(artifact)
    return {"": why} if why else {}
