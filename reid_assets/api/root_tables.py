"""The tables and pictures of an opened root, and its end; search, SQL and runs are `root.py`.

Every call reads what is there now, so that a run of somebody else shows. Heavy libraries are imported by the
call that needs them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Generic, Self

from reid_assets.api.frames import Frames, FrameT
from reid_assets.reid.core.errors import ReidError

if TYPE_CHECKING:
    import pandas as pd

    from reid_assets.api.identity import Identity
    from reid_assets.api.pictures import Crop, Gallery
    from reid_assets.api.root_access import RootAccess
    from reid_assets.state.root_view import RootView

Who = int | str


class ClosedError(ReidError):
    """The root was closed. Open it again."""


class RootTables(Generic[FrameT]):
    """Tables and pictures of one root."""

    def __init__(self, access: "RootAccess", frames: Frames[FrameT]) -> None:
        self._access: RootAccess | None = access
        self._frames = frames
        self.path: Path = access.root

    def tracks(self, identity: Who | None = None) -> FrameT:
        """A row a track with an identity.

        Columns of reid/global_id_map.csv, `camera` and `confidence` (0..1).

        Args:
            identity: only its tracks; None: all.

        Raises:
            NotFoundError: there is no such identity.
        """
        view = self._view()
        return self._of(view.tracks(), identity, view)

    def identities(self) -> FrameT:
        """A row an identity: columns of reid/identities.csv, and `name` (empty: none)."""
        return self._frames.from_pandas(self._view().identities())

    def visits(self, identity: Who | None = None) -> FrameT:
        """A row a visit: columns of reid/visits.csv.

        Args:
            identity: only its visits; None: all.

        Raises:
            NotFoundError: there is no such identity.
        """
        view = self._view()
        return self._of(view.visits(), identity, view)

    def identity(self, identity: Who) -> "Identity[FrameT]":
        """One identity.

        Raises:
            NotFoundError: there is no such identity.
        """
        from reid_assets.api.identity import Identity

        view = self._view()
        number = view.find(str(identity))
        return Identity(self, number, view.names.get(number, ""))

    def crops(self, identity: Who, limit: int | None = None) -> "list[Crop]":
        """The kept pictures of an identity, the best first; pixelated with `privacy.blur`.

        Args:
            identity: whose.
            limit: most of them; None: all.

        Returns:
            Each with `video, track_id, frame, quality` and `image`, uint8 RGB (h, w, 3).

        Raises:
            NotFoundError: there is no such identity.
            InputError: a picture cannot be read.
        """
        from reid_assets.api.pictures import read_crops

        view = self._view()
        return read_crops(view, view.find(str(identity)), limit)

    def gallery(self, *identities: Who, per_id: int = 6, limit: int = 30) -> "Gallery":
        """Identities as a notebook shows them: best pictures, name and visits.

        Args:
            identities: which; none: all.
            per_id: most pictures of one.
            limit: most identities that are shown.

        Raises:
            NotFoundError: there is no such identity.
        """
        from reid_assets.api.pictures import Gallery

        view = self._view()
        every = sorted(set(map(int, view.id_map["global_id"])))
        numbers = [view.find(str(one)) for one in identities] or every
        return Gallery(self._view, list(dict.fromkeys(numbers)), per_id, limit)

    def close(self) -> None:
        """Let go of what is held in memory; no other method works afterwards."""
        self._access = None

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Root({str(self.path)!r}{', closed' if self._access is None else ''})"

    def _open(self) -> "RootAccess":
        if self._access is None:
            raise ClosedError(f"{self.path}: this root was closed. Open it again: `reid_assets.open`.")
        return self._access

    def _view(self) -> "RootView":
        from reid_assets.state.root_view import RootView

        return RootView(self._open().project())

    def _of(self, rows: "pd.DataFrame", identity: Who | None, view: "RootView") -> FrameT:
        if identity is not None:
            rows = rows[rows["global_id"] == view.find(str(identity))].reset_index(drop=True)
        return self._frames.from_pandas(rows)
