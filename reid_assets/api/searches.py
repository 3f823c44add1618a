"""Searches: by track, picture or words."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reid_assets.api.frames import Frames, FrameT
from reid_assets.api.hits import Hit, Hits
from reid_assets.api.pictures import Gallery
from reid_assets.api.root_access import RootAccess
from reid_assets.api.runs import names_of, run
from reid_assets.commands.search import lacks_text_embeddings
from reid_assets.reid.core.corrections import TrackRef
from reid_assets.reid.core.errors import ConfigError, InputError, ReidError
from reid_assets.reid.search.filters import Filters
from reid_assets.state.project import Project
from reid_assets.state.search_filters import filters_of
from reid_assets.state.search_results import Hit as Found
from reid_assets.state.searching import read_image
from reid_assets.storage.text_embedding_files import TEXT_EMBEDDINGS

if TYPE_CHECKING:
    from reid_assets.state.root_view import RootView

_PICTURES = 6


@dataclass(frozen=True)
class Question:
    """What is asked. Of `track`, `image` (uint8 BGR (h, w, 3)) and `text` just one is there."""

    track: TrackRef | None
    image: np.ndarray | None
    text: str | None
    cameras: tuple[str, ...]
    classes: tuple[str, ...]
    start: str | None
    end: str | None
    limit: int

    @classmethod
    def of(
        cls,
        track: str | tuple[str, int] | None,
        image: Any,
        text: str | None,
        cameras: str | Iterable[str],
        classes: str | Iterable[str],
        start: str | datetime | None,
        end: str | datetime | None,
        limit: int,
    ) -> "Question":
        """What a caller asks.

        Raises:
            ConfigError: it cannot be asked like this.
            InputError: not a picture.
        """
        if sum(one is not None for one in (track, image, text)) != 1:
            raise ConfigError("search: give just one of track, image and text.")
        if limit < 1:
            raise ConfigError(f"search: limit is {limit}; give at least 1.")
        return cls(
            None if track is None else _track(track),
            None if image is None else _bgr(image),
            text,
            tuple(names_of(cameras)),
            tuple(names_of(classes)),
            _moment(start),
            _moment(end),
            limit,
        )

    def filters(self, project: Project) -> Filters:
        """Which tracks are asked for.

        Raises:
            ConfigError: a time cannot be read, or there is no such camera.
        """
        return filters_of(project, self.cameras, self.classes, self.start, self.end)


def search(
    access: RootAccess, asked: Question, open_view: "Callable[[], RootView]", frames: Frames[FrameT]
) -> Hits[FrameT]:
    """Ask a root.

    Args:
        access: the root.
        asked: the question.
        open_view: for the gallery of what is found, whenever it is shown.
        frames: what tables come as.

    Raises:
        ReidError: see `Root.search`.
    """
    found = _find(access, asked)
    hits = [Hit(one.global_id, one.name, one.score, one.video, one.track_id, one.crop) for one in found]
    facts = {hit.global_id: f"score {hit.score:.3f}, track {hit.video}:{hit.track_id}" for hit in hits}
    numbers = [hit.global_id for hit in hits]
    return Hits(hits, Gallery(open_view, numbers, _PICTURES, max(1, len(hits)), facts), frames)


def _find(access: RootAccess, asked: Question) -> list[Found]:
    project = access.project()
    filters, searches = asked.filters(project), access.search(project)
    if asked.track is not None:
        return searches.like_track(asked.track, filters, asked.limit)
    if asked.image is not None:
        return searches.like_image(asked.image, filters, asked.limit)
    if lacks_text_embeddings(project, searches.class_asked(filters)):
        made = run(access, only=TEXT_EMBEDDINGS, quiet=True)
        if not made.ok:
            raise ReidError(f"the crops could not be embedded for words: {made}")
        searches = access.search(access.project())
    return searches.like_words(str(asked.text), filters, asked.limit)


def _track(given: str | tuple[str, int]) -> TrackRef:
    try:
        return TrackRef.parse(given if isinstance(given, str) else f"{given[0]}:{given[1]}")
    except (ValueError, IndexError, TypeError) as error:
        raise ConfigError(f"track {given!r}: {error}") from error


def _bgr(given: Any) -> np.ndarray:
    """The picture of a file, or an RGB, RGBA or grey array as BGR."""
    if isinstance(given, str | os.PathLike):
        return read_image(Path(given).expanduser())
    image = np.asarray(given)
    if image.ndim == 2:
        image = np.repeat(image[:, :, None], 3, axis=2)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (3, 4) or 0 in image.shape:
        raise InputError(
            f"image: an array of shape {image.shape} and type {image.dtype}. Give uint8 RGB of shape "
            "(height, width, 3), or the path of a picture."
        )
    return np.ascontiguousarray(image[:, :, 2::-1])


def _moment(given: str | datetime | None) -> str | None:
    return given.isoformat() if isinstance(given, datetime) else given
