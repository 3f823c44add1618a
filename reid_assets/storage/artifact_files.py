"""Artifacts of one or a few plain files: how each is written and read, by its ending.

A table is CSV with exactly its columns, an object is JSON, everything else is bytes. Artifacts that are
folders or have an order of their own are modules beside this one; `formats.py` lists them all.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.artifacts import ARTIFACTS
from reid_assets.layout import Layout
from reid_assets.reid.core.errors import InputError, ReidError
from reid_assets.reid.core.outside_files import MAX_TABLE, file_problem, read_json
from reid_assets.reid.core.tables import Table
from reid_assets.storage.atomic import replacing, write_bytes, write_json

Log = Callable[[str], None]


class PlainFiles:
    """The value of one file, or a mapping from the ending of each file (`.csv`) to its value."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: Any) -> int:
        """Write all files, the first one last; return their bytes."""
        values = value if len(spec.files) > 1 else {Path(spec.files[0]).suffix: value}
        written = 0
        for pattern in reversed(spec.files):
            content = values[Path(pattern).suffix]
            written += write_content(layout.file(pattern, video), content, table_of(spec, pattern))
        return written

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> Any:
        """The value of the first file.

        Raises:
            ReidError: it is not there, or cannot be read.
        """
        return load_content(layout, spec.name)


def table_of(spec: ArtifactSpec, pattern: str) -> Table | None:
    """The table whose rows a file holds."""
    return next((one.table for one in spec.tables if one.file == pattern), None)


def write_content(path: Path, content: Any, table: Table | None = None) -> int:
    """Write one file whole or not at all; return its bytes.

    Args:
        content: a frame (checked against `table`), bytes or chunks of them, text, an object for JSON, or a
            function that writes to the path it is given.
        table: the columns of a frame.
    """
    if isinstance(content, pd.DataFrame):
        frame = content if table is None else table.conform(content)
        return write_bytes(path, [frame.to_csv(index=False, lineterminator="\n").encode("utf-8")])
    if callable(content):
        with replacing(path) as partial:
            content(partial)
            return partial.stat().st_size
    if path.suffix == ".json":
        return write_json(path, content)
    if isinstance(content, str | bytes):
        return write_bytes(path, [content.encode("utf-8") if isinstance(content, str) else content])
    assert isinstance(content, Iterable) and not isinstance(content, Mapping)
    return write_bytes(path, content)


def load_content(layout: Layout, artifact: str) -> Any:
    """A whole artifact's first file: rows of its table, or the object of a JSON file.

    Raises:
        ReidError: it is not there, or cannot be read.
    """
    spec, path = ARTIFACTS[artifact], layout.path(artifact)
    try:
        if path.suffix == ".json":
            if not os.path.lexists(path):
                raise FileNotFoundError(path)
            return read_json(path, MAX_TABLE)
        assert spec.table is not None
        return read_table(spec.table, path)
    except FileNotFoundError:
        raise ReidError(f"{path}: not made yet. Run `reid-assets run`.") from None
    except (ValueError, InputError) as error:
        raise ReidError(
            f"{path}: not a usable file ({error}). Make it again: "
            f"`reid-assets run --only {artifact} --force`."
        ) from error


def read_table(table: Table, path: Path) -> pd.DataFrame:
    """The rows of a CSV file of ours.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: it does not have the table's columns, or a cell cannot be read.
    """
    if not os.path.lexists(path):
        raise FileNotFoundError(path)
    if problem := file_problem(path, MAX_TABLE):
        raise ValueError(problem)
    texts = {column.name: "str" for column in table.columns if column.kind == "text"}
    # Only an empty cell is missing: a video may well be named "NA". A text that must be there may be empty.
    missing = {c.name: [""] for c in table.columns if c.kind != "text" or c.optional}
    frame = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=missing)
    for column in table.columns:
        if column.kind == "time" and column.name in frame:
            frame[column.name] = pd.to_datetime(frame[column.name], utc=True, format="ISO8601")
    return table.conform(frame)


def load_if_there(layout: Layout, artifact: str) -> Any | None:
    """The same as `load_content`; None where it is not there or cannot be read."""
    try:
        return load_content(layout, artifact)
    except ReidError:
        return None
