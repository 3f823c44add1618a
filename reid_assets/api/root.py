"""An opened root: its tables and pictures (`root_tables.py`), and what is asked of it."""

import os
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from reid_assets.api.frames import FrameT
from reid_assets.api.root_tables import RootTables

if TYPE_CHECKING:
    import numpy as np

    from reid_assets.api.hits import Hits
    from reid_assets.api.pictures import Crop
    from reid_assets.api.run_result import RunResult

Track = str | tuple[str, int]


class Root(RootTables[FrameT]):
    """One root, opened by `reid_assets.open`. An identity is given as its id, its name or `VIDEO:TRACK`.

    Every method raises `ClosedError` after `close`, and `ReidError` where what it reads was not made yet.
    """

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
