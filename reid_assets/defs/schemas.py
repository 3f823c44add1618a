"""The tables of the domain in the form that the Dagster UI shows: their columns, and their first rows."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.defs.column_lineage import column_lineage
from reid_assets.reid.core.tables import Table


def table_metadata(table: Table, asset: str | None = None) -> dict[str, Any]:
    """Definition metadata with the table's column schema, and its column lineage.

    `asset` is the asset's name where it is not the table's; inputs have no lineage.
    """
    columns = [
        dg.TableColumn(
            name=column.name,
            type=column.duckdb_type,
            description=column.description,
            constraints=dg.TableColumnConstraints(nullable=column.optional),
        )
        for column in table.columns
    ]
    metadata = {"dagster/column_schema": dg.TableSchema(columns=columns), "dagster/table_name": table.name}
    if table.name == "tracks":
        return metadata
    return metadata | {"dagster/column_lineage": column_lineage(asset or table.name, table.header)}


def rows_shown(rows: pd.DataFrame, most: int = 20) -> dg.MetadataValue:
    """The first rows of a table as the UI's markdown."""
    if not len(rows):
        return dg.MetadataValue.text("none")
    lines = ["| " + " | ".join(map(str, rows.columns)) + " |", "|" + "---|" * len(rows.columns)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows.head(most).itertuples(index=False)]
    return dg.MetadataValue.md("\n".join(lines))


def _cell(value: object) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("|", "\\|")
