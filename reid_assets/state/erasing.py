"""Following the tombstones: vectors, crops, the map, the history of identities and corrections.csv, in place.

Each step does what is still to do, so that a second call completes what a kill has left. Everything else that
shows somebody follows from these by the ordinary run, which finds it out of date. Whoever calls holds the
root's lock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reid_assets.artifacts import ARTIFACTS
from reid_assets.reid.association.erased_events import erase_tracks
from reid_assets.reid.association.erased_map import evidence_without, report_without
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.embedding.crops import Crop
from reid_assets.state.clips import remove_clips
from reid_assets.state.input_versions import FORGOTTEN_TRACKS
from reid_assets.state.planner import EMBEDDINGS, MAP
from reid_assets.state.project import Project
from reid_assets.state.staleness import Versioned
from reid_assets.storage.artifact_files import load_if_there, read_table, write_content
from reid_assets.storage.corrections_file import read_corrections, remove_about
from reid_assets.storage.embeddings_pair import read_meta, read_pair, write_pair
from reid_assets.storage.former_ids import read_former_ids, write_former_ids
from reid_assets.storage.id_map_file import NumberedMap, previous_map, read_map
from reid_assets.storage.identity_history import read_history
from reid_assets.storage.text_embedding_files import remove_text_embeddings

CROPS = "track_crops"


@dataclass
class Erased:
    """What was rewritten.

    Attributes:
        parts: artifact and video (None: of all videos) of what was written again.
        lines: lines of corrections.csv that are gone.
        problems: what could not be rewritten, in words.
    """

    parts: list[tuple[str, str | None]] = field(default_factory=list)
    lines: int = 0
    problems: list[str] = field(default_factory=list)


def erase(project: Project) -> tuple[Project, Erased]:
    """Take the forgotten tracks out of what everything else is made from.

    Returns:
        The project as it is now, and what was rewritten.

    Raises:
        ReidError: a file that has to be rewritten cannot be read.
    """
    erased = Erased()
    if not project.forgotten.videos():
        return project, erased
    # Not made again unasked: clips that show them go, and vectors for words.
    remove_clips(project)
    for video in project.forgotten.videos():
        remove_text_embeddings(project.layout, video, project.forgotten)
    versions = project.staleness.input_versions
    before = {artifact: versions(artifact) for artifact in ARTIFACTS.step(MAP)}
    _erase_former_ids(project)
    _erase_history(project, erased)
    _erase_full_pass(project)
    for video in project.forgotten.videos():
        _erase_crops(project, video, erased)
        _erase_vectors(project, video, erased)
    # The last place that tells the names, which the history of identities is searched for.
    erased.lines = remove_about(project.corrections_file, project.forgotten.tracks())
    project.staleness.digests.save()
    project = replace(project, corrections=read_corrections(project.corrections_file))
    _erase_from_map(project, before, erased)
    project.staleness.digests.save()
    return project.reopened(), erased


def _erase_former_ids(project: Project) -> None:
    """Whoever returns is recognised by hashes of their files: not these."""
    path, forgotten = project.layout.former_ids, project.forgotten
    if not path.is_file():
        return
    footage = project.staleness.input_versions.footage
    known = read_former_ids(path)
    contents = {video: footage(video) for video in forgotten.videos()}
    left = known.without(forgotten.table[["video", "track_id"]], contents)
    if (len(left.ids), len(left.earlier)) != (len(known.ids), len(known.earlier)):
        write_former_ids(path, left)


def _erase_full_pass(project: Project) -> None:
    """The memory of the last full pass holds everybody's vectors; the next map is a full pass."""
    layout = project.layout
    if not layout.full_pass.is_file():
        return
    for video in project.forgotten.videos():
        meta = layout.track_meta(video)
        if meta.is_file() and project.forgotten.mask(read_meta(meta)).any():
            layout.additions.unlink(missing_ok=True)
            layout.full_pass.unlink(missing_ok=True)
            return


def _erase_history(project: Project, erased: Erased) -> None:
    path, artifact = project.layout.path("identity_events"), "identity_events"
    if not path.is_file():
        return
    gone = project.forgotten.tracks()
    named = (one for one in project.corrections.said if one.action == "name")
    names = {one.value for one in named if (one.a.video, one.a.track_id) in gone}
    events = read_history(project.layout, erased.problems.append)
    left = erase_tracks(events, gone, names, datetime.now(UTC))
    if left is not events:
        write_content(path, left, ARTIFACTS[artifact].table)
        erased.parts.append((artifact, None))


def _erase_vectors(project: Project, video: str, erased: Erased) -> None:
    layout, staleness = project.layout, project.staleness
    ours = staleness.unmodified(EMBEDDINGS, video)
    if layout.track_meta(video).is_file() and layout.track_embeds(video).is_file():
        try:
            if project.forgotten.mask(read_meta(layout.track_meta(video))).any():
                pair = read_pair(layout, video)
                left = pair.only(~project.forgotten.mask(pair.meta))
                if ours:
                    project.store.write(
                        EMBEDDINGS, video, Versioned(left, _forgetting(project, EMBEDDINGS, video))
                    )
                else:
                    # Made elsewhere: whose it is stays, and who was forgotten is in it no more.
                    write_pair(layout, video, left)
                erased.parts.append((EMBEDDINGS, video))
        except InputError as error:
            erased.problems.append(str(error))
            return
    for artifact in ARTIFACTS.step(EMBEDDINGS):
        then, now = staleness.made_from(artifact, video), _forgetting(project, artifact, video)
        if then and then != now and staleness.unmodified(artifact, video):
            staleness.record(artifact, video, now)


def _forgetting(project: Project, artifact: str, video: str) -> dict[str, str]:
    """What a part was made from, which is what it is made from now but for the tracks that are left out."""
    then = project.staleness.made_from(artifact, video)
    return then | {FORGOTTEN_TRACKS: project.forgotten.version(video) or ""} if then else {}


def _erase_crops(project: Project, video: str, erased: Erased) -> None:
    layout, numbers = project.layout, project.forgotten.of(video)
    folder = layout.crops(video)
    if not folder.is_dir() or not any(path for n in numbers for path in folder.glob(f"tid{n}_f*")):
        return
    made_from = _forgetting(project, CROPS, video) if project.staleness.unmodified(CROPS, video) else {}
    left = list(_crops_left(project, video))
    project.store.write(CROPS, video, Versioned(left, made_from))
    erased.parts.append((CROPS, video))


def _crops_left(project: Project, video: str) -> Iterator[Crop]:
    layout, spec = project.layout, ARTIFACTS[CROPS]
    assert spec.table is not None
    index = layout.crop_index(video)
    if not index.is_file():
        return
    for row in project.forgotten.without(read_table(spec.table, index)).itertuples():
        path = layout.crops(video) / str(row.file)
        if path.is_file():
            yield Crop(int(row.track_id), int(row.frame), float(row.quality), path.read_bytes())


def _erase_from_map(project: Project, before: Mapping[str, dict[str, str]], erased: Erased) -> None:
    """Leave the tracks out of the map as it is; a map that breaks a rule is made anew by the run."""
    layout, forgotten = project.layout, project.forgotten
    if not layout.global_id_map.is_file() or project.quarantine.reason():
        return
    id_map = read_map(layout)
    evidence, report = (load_if_there(layout, name) for name in ARTIFACTS.step(MAP)[1:])
    left = forgotten.without(id_map)
    if len(left) == len(id_map) or evidence is None or report is None:
        return
    known = previous_map(layout, project.mirror.database)
    values = {
        MAP: NumberedMap(left, known.next_id if known else 0),
        "identity_evidence": evidence_without(evidence, forgotten),
        "association_report": report_without(report, id_map, left),
    }
    # The map last: that it is there without them says that all three are.
    for artifact in reversed(ARTIFACTS.step(MAP)):
        versions = project.staleness.input_versions(artifact)
        then = project.staleness.made_from(artifact)
        made_from = _carried(then, before[artifact], versions)
        project.store.write(artifact, None, Versioned(values[artifact], made_from))
        erased.parts.append((artifact, None))


def _carried(then: Mapping[str, str], before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The versions to record: what was up to date before the tracks were left out is so after it.

    Args:
        then: what the record says.
        before, now: versions of the inputs before and after.
    """
    names = {*then, *before, *now}
    kept = {name: (now if then.get(name) == before.get(name) else then).get(name) for name in names}
    return {name: version for name, version in kept.items() if version is not None}
