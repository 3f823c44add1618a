"""Tables as the caller wants them: pandas, or Polars where it is installed.

Numbers of tracks, frames and identities stay whole numbers, also in columns with empty cells.
"""

from typing import TYPE_CHECKING, Protocol, TypeVar

from reid_assets.reid.core.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

FrameT = TypeVar("FrameT")
FrameT_co = TypeVar("FrameT_co", covariant=True)


class Frames(Protocol[FrameT_co]):
    """Turns tables into frames of one library."""

    def from_pandas(self, frame: "pd.DataFrame") -> FrameT_co:
        """A table of ours."""

    def from_arrow(self, table: "pa.Table") -> FrameT_co:
        """An answer of the database."""


class PandasFrames:
    """Frames of pandas."""

    def from_pandas(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """The frame itself."""
        return frame

    def from_arrow(self, table: "pa.Table") -> "pd.DataFrame":
        """A frame; columns of whole numbers with empty cells are `Int64`, not float."""
        import pandas as pd
        import pyarrow as pa

        table = _whole(table)
        columns = {}
        for name, column in zip(table.column_names, table.columns, strict=True):
            nullable = column.null_count and pa.types.is_integer(column.type)
            columns[name] = (
                column.to_pandas(types_mapper=lambda _: pd.Int64Dtype()) if nullable else (column.to_pandas())
            )
        return pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))


class PolarsFrames:
    """Frames of Polars."""

    def from_pandas(self, frame: "pd.DataFrame") -> "pl.DataFrame":
        """A copy of the columns; the index is left out."""
        import polars as pl

        return pl.from_pandas(frame)

    def from_arrow(self, table: "pa.Table") -> "pl.DataFrame":
        """A frame of the same columns."""
        import polars as pl

        found = pl.from_arrow(_whole(table))
        assert isinstance(found, pl.DataFrame)
        return found


def frames_of(kind: str) -> "Frames":
    """What makes the frames of a library.

    Raises:
        ConfigError: no such library is known, or it is not installed.
    """
    if kind == "pandas":
        return PandasFrames()
    if kind != "polars":
        raise ConfigError(f'frames={kind!r}: give "pandas" or "polars".')
    try:
        import polars  # noqa: F401
    except ImportError as error:
        raise ConfigError(
            'frames="polars": Polars is not installed. Install it: `pip install "reid-assets[polars]"`.'
        ) from error
    return PolarsFrames()


def _whole(table: "pa.Table") -> "pa.Table":
    """Sums of whole numbers, which DuckDB gives 128 bits, as 64 bits where they fit."""
    import pyarrow as pa

    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type) and field.type.scale == 0:
            try:
                narrow = table.column(place).cast(pa.int64())
            except pa.ArrowInvalid:
                continue
            table = table.set_column(place, field.name, narrow)
    return table
