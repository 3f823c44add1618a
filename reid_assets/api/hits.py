"""What a search has found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, overload

import pandas as pd

from reid_assets.api.frames import Frames, FrameT
from reid_assets.api.pictures import Gallery


@dataclass(frozen=True)
class Hit:
    """An identity that was found.

    Attributes:
        global_id: the identity.
        name: as a person gave it; empty: none.
        score: how well its best track fits; comparable within one search alone.
        video, track_id: that track.
        crop: the file of the best kept picture of that track, as it was cut out; None: none is kept.
    """

    global_id: int
    name: str
    score: float
    video: str
    track_id: int
    crop: Path | None


class Hits(Sequence[Hit], Generic[FrameT]):
    """Identities, the best first; a notebook shows them with their pictures."""

    def __init__(self, hits: Sequence[Hit], gallery: Gallery, frames: Frames[FrameT]) -> None:
        self._hits, self._gallery, self._frames = tuple(hits), gallery, frames

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        return self._hits[place]

    def __repr__(self) -> str:
        lines = [f"{one.score:.3f}  {one.global_id} {one.name}".rstrip() for one in self._hits]
        return "\n".join([f"{len(self)} hits", *lines])

    def frame(self) -> FrameT:
        """A row a hit: `global_id, name, score, video, track_id, crop` (a path as text)."""
        columns = {
            "global_id": pd.Series([hit.global_id for hit in self._hits], dtype="int64"),
            "name": pd.Series([hit.name for hit in self._hits], dtype="str"),
            "score": pd.Series([hit.score for hit in self._hits], dtype="float64"),
            "video": pd.Series([hit.video for hit in self._hits], dtype="str"),
            "track_id": pd.Series([hit.track_id for hit in self._hits], dtype="int64"),
            "crop": pd.Series([str(hit.crop) if hit.crop else None for hit in self._hits], dtype="str"),
        }
        return self._frames.from_pandas(pd.DataFrame(columns))

    def _repr_html_(self) -> str:
        """The gallery in a notebook."""
        return self._gallery._repr_html_()
