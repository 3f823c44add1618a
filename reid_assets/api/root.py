"""The results of one root: tables, pictures, search, SQL and runs.

Every call reads what is there now, so that a run of somebody else shows. Heavy libraries are imported by the
call that needs them.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic

from reid_assets.api.frames import Frames, FrameT
from reid_assets.reid.core.errors import ReidError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from reid_assets.api.hits import Hits
    from reid_assets.api.identity import Identity
    from reid_assets.api.pictures import Crop, Gallery
    from reid_assets.api.root_access import RootAccess
    from reid_assets.api.run_result import RunResult
    from reid_assets.state.root_view import RootView

Who = int | str
Track = str | tuple[str, int]


class ClosedError(ReidError):
    """The root was closed. Open it again."""


class Root(Generic[FrameT]):
    """One root, opened by `reid_assets.open`. An identity is given as its id, its name or `VIDEO:TRACK`.

    Every method raises `ClosedError` after `close`, and `ReidError` where what it reads was not made yet.
    """

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

    def search(
        self,
        *,
        track: Track | None = None,
        image: "str | os.PathLike[str] | np.ndarray | Crop | None" = None,
        text: str | None = None,
        cameras: str | Iterable[str] = (),
        classes: str | Iterable[str] = (),
        start: str | datetime | None = None,
        end: str | datetime | None = None,
        limit: int = 10,
    ) -> "Hits[FrameT]":
        """Identities that look like a track or a picture, or fit some words; the best first.

        Just one of `track`, `image` and `text` is given. The first search by words may have to embed the
        crops of the root once more, which is a run.

        Args:
            track: `VIDEO:TRACK`, or video and number. Its own identity is left out.
            image: of one person or thing, cut out: a file, or uint8 RGB (h, w, 3).
            text: such as "red jacket, backpack".
            cameras, classes: only these.
            start, end: only who is seen between them; without a zone, in that of cameras.yaml, else UTC.
            limit: most identities.

        Raises:
            ConfigError: it cannot be asked like this, or no model that knows words is named.
            NotFoundError: there is no such track.
            InputError: not a picture.
            ReidError: there is nothing to compare with.
        """
        from reid_assets.api.searches import Question, search

        asked = Question.of(track, image, text, cameras, classes, start, end, limit)
        return search(self._open(), asked, self._view, self._frames)

    def sql(self, question: str, *, timeout: float = 60.0, limit: int = 1_000_000) -> FrameT:
        """The answer of the database to one question that reads, under the bounds of `reid-assets sql`.

        Args:
            question: one SELECT, SHOW, DESCRIBE, SUMMARIZE or EXPLAIN.
            timeout: seconds.
            limit: most rows.

        Raises:
            SqlError: there is no database yet, it does not understand the question, or the answer takes more
                time, memory or rows than are allowed.
        """
        from reid_assets.api.questions import ask

        return self._frames.from_arrow(ask(self._open().project(), question, timeout, limit))

    def run(
        self,
        *,
        videos: str | Iterable[str] = (),
        only: str | Iterable[str] = (),
        force: bool = False,
        fresh_ids: bool = False,
        full: bool = False,
        confirm_removals: bool = False,
        changes: str | Iterable[str] = (),
        yes: bool = False,
        quiet: bool = False,
    ) -> "RunResult":
        """Make what is missing or out of date, in a process of its own: what `reid-assets run` does.

        Args:
            videos, only, force, fresh_ids, full, confirm_removals, yes: as the options of the command.
            changes: `section.key=value` for this run alone (`--set`).
            quiet: print nothing meanwhile.

        Returns:
            What was made and what failed: a video that fails is no exception.

        Raises:
            ConfigError: nothing ran.
        """
        from reid_assets.api.runs import run

        flags = {"force": force, "fresh_ids": fresh_ids, "full": full}
        return run(self._open(), videos, only, flags, changes, (confirm_removals, yes), quiet)

    def close(self) -> None:
        """Let go of what is held in memory; no other method works afterwards."""
        self._access = None

    def __enter__(self) -> "Root[FrameT]":
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
