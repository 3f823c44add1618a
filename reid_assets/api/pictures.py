"""Pictures of identities: crops as arrays, and galleries that a notebook shows.

With `privacy.blur` nobody can be recognised in them, as in the galleries on disk.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import cv2
import numpy as np
import pandas as pd

from reid_assets.api.gallery_html import Card, Picture, gallery_html
from reid_assets.reid.core.errors import InputError
from reid_assets.reid.presentation.blurring import pixelated
from reid_assets.reid.presentation.galleries import square_thumbnail
from reid_assets.state.root_view import RootView

_LOG = logging.getLogger("reid_assets")
_SIDE = 112
_VISITS_TOLD = 3


@dataclass(frozen=True, eq=False)
class Crop:
    """A kept picture of one track; `numpy.asarray` of it is its `image`.

    Attributes:
        video, track_id, frame: what it is cut out of; the frame is one of tracks.csv.
        quality: how good a picture it is, higher is better.
        image: uint8 RGB (h, w, 3).
    """

    video: str
    track_id: int
    frame: int
    quality: float
    image: np.ndarray

    def __array__(self, dtype: "np.typing.DTypeLike | None" = None, copy: bool | None = None) -> np.ndarray:
        """The image."""
        return np.array(self.image, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        height, width = self.image.shape[:2]
        return f"Crop({self.video}:{self.track_id}, frame {self.frame}, {width}x{height})"

    def _repr_png_(self) -> bytes:
        """The picture in a notebook."""
        return cv2.imencode(".png", np.ascontiguousarray(self.image[:, :, ::-1]))[1].tobytes()


def read_crops(view: RootView, global_id: int, limit: int | None) -> list[Crop]:
    """The kept crops of an identity, the best first.

    Args:
        view: of the root.
        global_id: the identity.
        limit: most crops; None: all.

    Raises:
        InputError: a crop cannot be read.
    """
    return [
        Crop(str(row.video), int(row.track_id), int(row.frame), float(row.quality), _image(view, row))
        for row in view.crops(global_id).head(limit if limit is not None else 1 << 62).itertuples()
    ]


def _image(view: RootView, row: Any) -> np.ndarray:
    content = view.jpeg(str(row.video), int(row.track_id), int(row.frame))
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    if image is None:
        raise InputError(
            f"{row.video}:{row.track_id}: the crop of frame {row.frame} cannot be read. Make it again: "
            f"`reid-assets run --only track_embeddings --video {row.video} --force`."
        )
    shown = pixelated(image) if view.project.settings.privacy.blur else image
    return np.ascontiguousarray(shown[:, :, ::-1])


class Gallery(Sequence[int]):
    """Identities with their best pictures, which a notebook shows; a sequence of their ids.

    What is shown is read when it is shown: somebody who was forgotten meanwhile is not.
    """

    def __init__(
        self,
        open_view: Callable[[], RootView],
        identities: Sequence[int],
        per_id: int,
        limit: int,
        facts: Mapping[int, str] | None = None,
    ) -> None:
        self._open_view, self._identities = open_view, tuple(identities)
        self._per_id, self._limit, self._facts = per_id, limit, facts or {}

    def __len__(self) -> int:
        return len(self._identities)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[int, ...]: ...
    def __getitem__(self, place: int | slice) -> int | tuple[int, ...]:
        return self._identities[place]

    def __repr__(self) -> str:
        return f"Gallery of {len(self)} identities"

    def _repr_html_(self) -> str:
        """The gallery in a notebook.

        Raises:
            ReidError: the root is closed, or map, visits or crops cannot be read.
        """
        view = self._open_view()
        there = set(map(int, view.id_map["global_id"]))
        known = [number for number in self._identities if number in there]
        shown = known[: self._limit]
        return gallery_html(self._cards(view, shown), _SIDE, len(known) - len(shown))

    def _cards(self, view: RootView, identities: Sequence[int]) -> Iterator[Card]:
        thumbnails, visits = view.thumbnails(identities, self._per_id), view.visits()
        zone = view.project.cameras.time_zone or "UTC"
        for number in identities:
            own = thumbnails[thumbnails["global_id"] == number]
            pictures = tuple(filter(None, (_thumbnail(view, row) for row in own.itertuples())))
            told = _visits_told(visits[visits["global_id"] == number], zone)
            facts = (self._facts[number], told) if number in self._facts else (told,)
            yield Card(number, view.names.get(number, ""), facts, pictures)


def _thumbnail(view: RootView, row: Any) -> Picture | None:
    """One picture; None where its file cannot be read: the others are shown."""
    shows = f"{row.video}:{row.track_id}, frame {row.frame}"
    try:
        content = view.jpeg(str(row.video), int(row.track_id), int(row.frame))
        return Picture(square_thumbnail(content, _SIDE, view.project.settings.privacy.blur), shows)
    except (InputError, ValueError) as error:
        _LOG.warning("The picture of %s is not shown: %s", shows, error)
        return None


def _visits_told(visits: pd.DataFrame, zone: str) -> str:
    """How many visits, and the first ones."""
    many = f"{len(visits)} visit{'' if len(visits) == 1 else 's'}"
    seen = ", ".join(_visit(visit, zone) for visit in visits.head(_VISITS_TOLD).itertuples())
    more = f", and {len(visits) - _VISITS_TOLD} more" if len(visits) > _VISITS_TOLD else ""
    return f"{many}: {seen}{more}" if seen else many


def _visit(visit: Any, zone: str) -> str:
    if pd.isna(visit.enter):
        return f"{visit.camera} (frames {visit.f_enter} to {visit.f_leave})"
    return f"{visit.camera} ({visit.enter.tz_convert(zone):%Y-%m-%d %H:%M:%S %Z})"
