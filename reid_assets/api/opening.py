"""`reid_assets.open`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from reid_assets.api.frames import frames_of
from reid_assets.api.root import Root

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

StrPath = str | os.PathLike[str]


@overload
def open_root(
    root: StrPath | None = None,
    *,
    config: StrPath | None = None,
    out: StrPath | None = None,
    frames: Literal["pandas"] = "pandas",
) -> "Root[pd.DataFrame]": ...
@overload
def open_root(
    root: StrPath | None = None,
    *,
    config: StrPath | None = None,
    out: StrPath | None = None,
    frames: Literal["polars"],
) -> "Root[pl.DataFrame]": ...
def open_root(
    root: StrPath | None = None,
    *,
    config: StrPath | None = None,
    out: StrPath | None = None,
    frames: str = "pandas",
) -> "Root[Any]":
    """Open a root. Nothing is read yet but its configuration, and nothing is written.

    Args:
        root: folder of the videos; None: REID_ROOT, else `outputs/cv`.
        config: the configuration; None: the one the root was made with, else the project's.
        out: folder of the outputs; None: REID_OUT, else `outputs.root`, else the root.
        frames: what tables come as: "pandas" or "polars".

    Raises:
        ConfigError: there is no such folder, the configuration cannot be used, or Polars is not installed.
    """
    from reid_assets.api.root_access import RootAccess

    places = (None if place is None else Path(place).expanduser().absolute() for place in (root, config, out))
    return Root(RootAccess.open(*places), frames_of(frames))
