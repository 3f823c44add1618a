"""One identity of a root."""

from typing import TYPE_CHECKING, Generic, Protocol

from reid_assets.api.frames import FrameT, FrameT_co

if TYPE_CHECKING:
    from reid_assets.api.pictures import Crop, Gallery


class Tables(Protocol[FrameT_co]):
    """Where the tables and pictures of an identity come from: a `Root`."""

    def tracks(self, identity: int) -> FrameT_co:
        """Its tracks."""

    def visits(self, identity: int) -> FrameT_co:
        """Its visits."""

    def crops(self, identity: int, limit: int | None) -> "list[Crop]":
        """Its pictures."""

    def gallery(self, *identities: int) -> "Gallery":
        """Its gallery."""


class Identity(Generic[FrameT]):
    """One identity; a notebook shows its best pictures, name and visits.

    Attributes:
        global_id: its id.
        name: as a person gave it when it was looked up; empty: none.
    """

    def __init__(self, root: Tables[FrameT], global_id: int, name: str) -> None:
        self._root, self.global_id, self.name = root, global_id, name

    def __repr__(self) -> str:
        return f"Identity({self.global_id}{f', {self.name!r}' if self.name else ''})"

    def tracks(self) -> FrameT:
        """Its tracks: see `Root.tracks`."""
        return self._root.tracks(self.global_id)

    def visits(self) -> FrameT:
        """Its visits: see `Root.visits`."""
        return self._root.visits(self.global_id)

    def crops(self, limit: int | None = None) -> "list[Crop]":
        """Its pictures: see `Root.crops`."""
        return self._root.crops(self.global_id, limit)

    def _repr_html_(self) -> str:
        """Its gallery in a notebook."""
        return self._root.gallery(self.global_id)._repr_html_()
