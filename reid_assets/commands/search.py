"""`reid-assets search`: who looks like a track or a picture, or fits some words."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from reid_assets.commands.config_switch import agree_on_config
from reid_assets.commands.console import Screen
from reid_assets.commands.project_options import open_project
from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.search.filters import Filters
from reid_assets.state.on_demand import render_tasks
from reid_assets.state.planner import RunOptions
from reid_assets.state.project import Project
from reid_assets.state.search_filters import filters_of
from reid_assets.state.search_results import Hit
from reid_assets.state.searching import RootSearch, read_image
from reid_assets.state.words import own_words, text_backbone
from reid_assets.storage.text_embedding_files import TEXT_EMBEDDINGS

_VISIT_COLUMNS = ["video", "camera", "enter", "leave", "f_enter", "f_leave"]
_VISITS_SHOWN = 3
_TEXT_EMBEDDINGS = RunOptions(assets=frozenset([TEXT_EMBEDDINGS]))


@dataclass(frozen=True)
class Query:
    """What was asked, as it was written. Of `track`, `image` and `text` just one is given."""

    track: str | None = None
    image: str | None = None
    text: str | None = None
    cameras: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    limit: int = 10


def search_command(root: str | None, config: str | None, query: Query, as_json: bool) -> int:
    """Print the ranking; 0 even where nobody was found.

    Raises:
        ConfigError: the question cannot be asked like this.
        ReidError: the root has nothing to compare with.
    """
    if sum(one is not None for one in (query.track, query.image, query.text)) != 1:
        raise ConfigError("search: give just one of --track, --image and --text.")
    project, screen, aside = open_project(root, config), Screen(), Screen(aside=True)
    filters = filters_of(project, query.cameras, query.classes, query.start, query.end)
    if query.text is not None:
        class_name = RootSearch(project, aside.warn).class_asked(filters)
        project = _with_text_embeddings(project, aside, class_name)
    hits = find(RootSearch(project, aside.warn), query, filters)
    if as_json:
        screen.say(json.dumps([as_record(hit) for hit in hits], indent=2, ensure_ascii=False))
        return 0
    if not hits:
        screen.say("Nobody with an identity fits these filters.")
        return 0
    header = ["identity", "name", "score", "best track", "seen", "picture"]
    screen.table(_title(query), header, [_row(hit, project) for hit in hits])
    return 0


def lacks_text_embeddings(project: Project, class_name: str) -> bool:
    """Whether something has to be made before a search by words among tracks of a class.

    Raises:
        ConfigError: no model that knows words is named.
    """
    if own_words(project, class_name):
        return False
    text_backbone(project)
    return bool(render_tasks(project, _TEXT_EMBEDDINGS))


def _with_text_embeddings(project: Project, screen: Screen, class_name: str) -> Project:
    """The project, after what a search by words needs of it was made where that is missing."""
    if not lacks_text_embeddings(project, class_name):
        return project
    from reid_assets.commands.run_stages import RunStages

    agree_on_config(project, screen, agreed=False)
    RunStages(project, _TEXT_EMBEDDINGS, screen).run()
    return project.reopened()


def find(search: RootSearch, query: Query, filters: Filters) -> list[Hit]:
    """Ask a root.

    Raises:
        ConfigError: `track` is not VIDEO:TRACK.
    """
    if query.track is not None:
        try:
            track = TrackRef.parse(query.track)
        except ValueError as error:
            raise ConfigError(f"--track {query.track!r}: {error}") from error
        return search.like_track(track, filters, query.limit)
    if query.image is not None:
        return search.like_image(read_image(Path(query.image).expanduser()), filters, query.limit)
    return search.like_words(str(query.text), filters, query.limit)


def as_record(hit: Hit) -> dict[str, Any]:
    """A hit for JSON: `global_id, name, score, video, track_id, crop, visits`."""
    return {
        "global_id": hit.global_id,
        "name": hit.name or None,
        "score": round(hit.score, 4),
        "video": hit.video,
        "track_id": hit.track_id,
        "crop": str(hit.crop) if hit.crop else None,
        "visits": json.loads(hit.visits[_VISIT_COLUMNS].to_json(orient="records", date_format="iso")),
    }


def _title(query: Query) -> str:
    if query.track is not None:
        return f"Who looks like {query.track}"
    return f"Who looks like {query.image}" if query.image is not None else f"Who fits {query.text!r}"


def _row(hit: Hit, project: Project) -> list[str]:
    seen = [_visit(visit) for visit in hit.visits.head(_VISITS_SHOWN).to_dict("records")]
    if len(hit.visits) > _VISITS_SHOWN:
        seen.append(f"and {len(hit.visits) - _VISITS_SHOWN} more")
    crop = hit.crop
    if crop and crop.is_relative_to(project.layout.outputs):
        crop = crop.relative_to(project.layout.outputs)
    track = f"{hit.video}:{hit.track_id}"
    return [str(hit.global_id), hit.name, f"{hit.score:.3f}", track, "\n".join(seen), str(crop or "")]


def _visit(visit: dict) -> str:
    where = str(visit["camera"])
    if pd.isna(visit["enter"]):
        return f"{where}, frames {visit['f_enter']} to {visit['f_leave']}"
    return f"{where}, {visit['enter']:%Y-%m-%d %H:%M:%S}"
