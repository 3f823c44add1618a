"""The tables of the domain in the form that the Dagster UI shows: columns, column lineage, first rows."""

from typing import Any

import dagster as dg
import pandas as pd

from reid_assets.artifacts import ARTIFACTS
from reid_assets.reid.core.tables import Table


def table_metadata(table: Table) -> dict[str, Any]:
    """Definition metadata with the column schema of a table."""
    columns = [
        dg.TableColumn(
            name=column.name,
            type=column.duckdb_type,
            description=column.description,
            constraints=dg.TableColumnConstraints(nullable=column.optional),
        )
        for column in table.columns
    ]
    return {"dagster/column_schema": dg.TableSchema(columns=columns), "dagster/table_name": table.name}


def artifact_metadata(artifact: str) -> dict[str, Any]:
    """Definition metadata of an artifact: its columns, and where they come from."""
    table = ARTIFACTS[artifact].table
    if table is None:
        return {}
    return table_metadata(table) | {"dagster/column_lineage": column_lineage(artifact)}


def column_lineage(artifact: str) -> dg.TableColumnLineage:
    """The columns that each column of an artifact comes from, as its declaration names them."""
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key=parent, column_name=name)
                for parent, _, name in (source.partition(".") for source in sources)
            ]
            for column, sources in ARTIFACTS[artifact].column_sources.items()
        }
    )


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
